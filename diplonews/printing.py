"""Printing and reporting without characters that steer a terminal, forged lines or passwords.

Others write URLs, headers and pages. All text from them that a person reads (log, mail, report,
terminal) goes through this file.
"""

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO

from rich.console import Console
from rich.text import Text

from diplonews.errors import FileError

# C0, DEL and C1; marks and overrides of direction; line and paragraph separators; marks of
# order, tags and halves of pairs, which nobody sees.
STEERING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}

# postgresql://user:password@host, ?password=…, and the same in a driver's message.
TOKEN = re.compile(r"[^\s'\"]++")
USER = re.compile(r"://[^/:@]{0,99}:")
PARAMETER = re.compile(r"(?i)\b((?:ssl)?pass(?:word|wd)?\s{0,9}=\s{0,9})(?:'[^']*'|[^\s&'\",;)]+)")


def printable(text: str) -> str:
    r"""Return *text* on one line; characters that would steer a terminal are escaped.

    >>> print(printable(f"one{chr(27)}two"))
    one\x1btwo
    """
    return without_passwords(STEERING.sub(_written_out, text))


def without_passwords(text: str) -> str:
    """Return *text* with *** for the passwords in database addresses.

    >>> without_passwords("postgres://u:SECRET@host/name?password=SECRET")
    'postgres://u:***@host/name?password=***'
    """
    if "@" in text:
        text = TOKEN.sub(_without_password, text)
    return PARAMETER.sub(r"\1***", text)


def _without_password(token: re.Match[str]) -> str:
    """Return an address without the password, which is between the user and the last "@"."""
    address = token[0]
    end = address.rfind("@")
    user = USER.search(address, 0, end) if end > 0 else None
    return f"{address[: user.end()]}***{address[end:]}" if user else address


def as_json(value: Any, *, indent: int | None = 1) -> str:
    """Return *value* as JSON for people: letters as they are, steering characters escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=str)
    # JSON has line ends outside of strings only; inside there are none.
    return STEERING.sub(lambda match: "\n" if match[0] == "\n" else _in_json(match), text)


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number and its noun.

    >>> counted(1, "month"), counted(0, "month"), counted(2, "entry", "entries")
    ('1 month', '0 months', '2 entries')
    """
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def say(*sentences: str, is_error: bool = False) -> None:
    """Print each sentence on a line of its own, for people or a schedule's mail."""
    console = _Console(stderr=is_error, soft_wrap=True, highlight=False)
    if is_error:
        with suppress(OSError):  # nothing is left to print to
            for sentence in sentences:
                console.print(plain(sentence))
        return
    with to_standard_output():
        for sentence in sentences:
            console.print(plain(sentence))


def say_styled(lines: Iterable[Sequence[tuple[str, str]]]) -> None:
    """Print lines whose pieces each have a style of Rich's, which shows on a terminal only."""
    console = _Console(soft_wrap=True, highlight=False)
    with to_standard_output():
        for line in lines:
            console.print(Text.assemble(*((plain(text).plain, style) for text, style in line)))
            if console.quiet:  # the output was closed
                return


def say_json(value: Any) -> None:
    """Print *value* as JSON."""
    with to_standard_output():
        print(as_json(value), flush=True)  # noqa: T201


@contextmanager
def to_standard_output() -> Iterator[None]:
    """Allow printing in this block; ``FileError`` where the system refuses it.

    A closed pipe (`| head -1`) is no error: the rest is not printed.
    """
    try:
        yield
    except BrokenPipeError:
        _print_to_nobody()
    except OSError as error:
        _print_to_nobody()
        raise FileError(f"standard output: could not be written: {error.strerror}") from error


@contextmanager
def binary_output() -> Iterator[BinaryIO]:
    """Give standard output for bytes; raise ``FileError`` where the system refuses it.

    Raises ``BrokenPipeError`` where the pipe was closed: the caller may stop.
    """
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        _print_to_nobody()
        raise
    except OSError as error:
        _print_to_nobody()
        raise FileError(f"standard output: could not be written: {error.strerror}") from error


class _Console(Console):
    """Rich's console, which by itself would end the command where the pipe was closed."""

    def on_broken_pipe(self) -> None:
        self.quiet = True
        _print_to_nobody()


def _print_to_nobody() -> None:
    """Send standard output to the null device, with what Python has still to write."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def plain(text: str) -> Text:
    """Return *text* for Rich as it is, without markup and emoji codes."""
    return Text(_encodable(printable(text)))


def _encodable(text: str) -> str:
    encoding = sys.stdout.encoding or "utf-8"
    return text.encode(encoding, errors="backslashreplace").decode(encoding)


def _written_out(match: re.Match[str]) -> str:
    number = ord(match[0])
    form = r"\x%02x" if number < 0x100 else r"\u%04x" if number < 0x10000 else r"\U%08x"
    return SHORT.get(match[0]) or form % number


def _in_json(match: re.Match[str]) -> str:
    return r"\u007f" if match[0] == "\x7f" else json.dumps(match[0])[1:-1]
