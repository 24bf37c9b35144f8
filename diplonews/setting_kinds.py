"""Kinds of settings: the allowed values in words, and how a value is read from text."""

import re
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol
from urllib.parse import urlsplit

from diplonews import site

DAY = 86_400
YEAR = 365 * DAY


class Kind(Protocol):
    """A kind of setting: the allowed values in words, and how one is read from text."""

    @property
    def expected(self) -> str: ...

    def read(self, text: str) -> Any:
        """Return the value; raise ``ValueError``, perhaps with a reason, on a wrong text."""


@dataclass(frozen=True, slots=True)
class WholeNumber:
    """A whole number in digits. ``int()`` would accept " 5 ", "1_0" and digits of any script."""

    least: int
    most: int

    @property
    def expected(self) -> str:
        return f"a whole number from {self.least} to {self.most}"

    def read(self, text: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,15}", text, re.ASCII):
            raise ValueError
        number = int(text)
        if not self.least <= number <= self.most:
            raise ValueError
        return number


@dataclass(frozen=True, slots=True)
class Number:
    """A number in digits, perhaps with a point; not "inf", "nan" or "1e3"."""

    least: float
    most: float

    @property
    def expected(self) -> str:
        return f"a number from {self.least:g} to {self.most:.15g}"

    def read(self, text: str) -> float:
        if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", text, re.ASCII):
            raise ValueError
        number = float(text)
        if not self.least <= number <= self.most:
            raise ValueError
        return number


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some words."""

    words: tuple[str, ...]

    @property
    def expected(self) -> str:
        return f"one of {', '.join(self.words)}"

    def read(self, text: str) -> str:
        if text not in self.words:
            raise ValueError
        return text


@dataclass(frozen=True, slots=True)
class Words:
    """Some of a few words, by commas; perhaps none."""

    words: tuple[str, ...]

    @property
    def expected(self) -> str:
        return f"some of {', '.join(self.words)}, with commas between them"

    def read(self, text: str) -> tuple[str, ...]:
        chosen = tuple(word.strip() for word in text.split(",")) if text.strip() else ()
        if not set(chosen) <= set(self.words):
            raise ValueError
        return chosen


@dataclass(frozen=True, slots=True)
class Origin:
    """A scheme, a host and perhaps a port; in small letters, since URLs are compared with it."""

    expected: str = f"an origin like {site.ORIGIN}"

    def read(self, text: str) -> str:
        host = r"[a-z0-9_]([a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\]"
        if not re.fullmatch(rf"https?://({host})(:[0-9]{{1,5}})?", text, re.ASCII):
            raise ValueError
        # Both raise ValueError themselves: on a port out of range, and on a wrong IPv6.
        if not site.is_origin(text) or urlsplit(text).port == 0:
            raise ValueError
        return text


@dataclass(frozen=True, slots=True)
class SecondsBySection:
    """Seconds for all sections, perhaps with some sections' own: "recheck=90000,7200"."""

    expected: str = 'seconds like "7200", or by section like "recheck=90000,7200"'

    def read(self, text: str) -> dict[str, int]:
        """Return seconds by the name of a section; by "" for all others."""
        seconds: dict[str, int] = {}
        for pair in text.split(","):
            name, _, number = pair.strip().rpartition("=")
            if name in seconds or (name and not re.fullmatch(r"[a-z0-9-]+", name)):
                raise ValueError
            seconds[name] = WholeNumber(1, YEAR).read(number)
        return seconds


@dataclass(frozen=True, slots=True)
class FolderPath:
    """A path of a folder. Only a shell knows what ~ means."""

    expected: str = "the path of a folder, without ~ at its beginning"

    def read(self, text: str) -> str:
        if not text or text.startswith("~"):
            raise ValueError
        if not text.isprintable():
            raise ValueError(
                "it has control characters, or bytes that are none of this locale's letters"
            )
        return text


@dataclass(frozen=True, slots=True)
class OptionalFolder:
    """Nothing, or the path of a folder."""

    expected: str = "the path of a folder, without ~ at its beginning, or nothing"

    def read(self, text: str) -> str:
        return FolderPath().read(text) if text else ""


@dataclass(frozen=True, slots=True)
class PingUrl:
    """Nothing, or a URL to be asked after each run."""

    expected: str = "an http or https URL, perhaps with {section} in it, or nothing"

    def read(self, text: str) -> str:
        if text and not re.fullmatch(r"https?://[!-~]+", text, re.ASCII):
            raise ValueError
        return text


@dataclass(frozen=True, slots=True)
class NoticeUrls:
    """Nothing, or URLs that Apprise knows (notices/sending.py asks it)."""

    expected: str = "URLs with spaces between them, like mailto://… or slack://…, or nothing"

    def read(self, text: str) -> str:
        if not all(re.fullmatch(r"[a-z0-9+.-]+://[!-~]+", url) for url in text.split()):
            raise ValueError
        return text


@dataclass(frozen=True, slots=True)
class DatabaseUrl:
    """Empty, or a URL of a database that outlives the process."""

    expected: str = "sqlite:///path, postgresql://… or nothing"

    def read(self, text: str) -> str:
        from diplonews.archive.database_urls import (
            parse,
        )  # imported here: SQLAlchemy takes half a second

        if text:
            parse(text)
        return text


@dataclass(frozen=True, slots=True)
class Executor:
    """Nothing, a number of processes, or the address of a scheduler of Dask."""

    most: int
    expected: str = "a number of processes, dask+tcp://host:port, dask+tls://host:port or nothing"

    def read(self, text: str) -> str:
        if re.fullmatch(r"[0-9]{1,3}", text, re.ASCII) and 1 <= int(text) <= self.most:
            return text
        host = r"[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]"
        address = re.fullmatch(rf"dask\+(tcp|tls)://({host}):([0-9]{{1,5}})", text, re.ASCII)
        if text and not (address and 0 < int(address[4]) < 65_536):
            raise ValueError
        return text


@dataclass(frozen=True, slots=True)
class ObjectPath:
    """The path of a Python object, which may be outside this project."""

    expected: str = "the path of an object of Python, like package.module.NAME"

    def read(self, text: str) -> str:
        module, _, name = text.rpartition(".")
        try:
            getattr(import_module(module), name)
        except Exception as error:  # the module is not ours and may raise anything
            raise ValueError(str(error)) from None
        return text


@dataclass(frozen=True, slots=True)
class Contact:
    """Nothing, or a mail address or a page's URL, without characters that a header forbids."""

    expected: str = "a mail address or a page's URL"

    def read(self, text: str) -> str:
        if text and not re.fullmatch(r"[!-~]+@[!-~]+|https?://[!-~]+", text, re.ASCII):
            raise ValueError
        return text


@dataclass(frozen=True, slots=True)
class Header:
    """A text that a header may have."""

    expected: str = "text without line breaks and control characters"

    def read(self, text: str) -> str:
        if not text or not text.isprintable():
            raise ValueError
        return text
