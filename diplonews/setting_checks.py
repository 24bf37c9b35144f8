"""All settings are checked once, before anything else, wherever they come from.

Ours are checked by their table. Scrapy's own are checked where the command line sets them, by the
type of the default: a wrong one would end in a traceback at best.
"""

import argparse
import codecs
import difflib
import json
import logging
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from scrapy.commands import ScrapyCommand
from scrapy.settings import SETTINGS_PRIORITIES as PRIORITIES
from scrapy.settings import BaseSettings, default_settings
from scrapy.utils.misc import load_object

from diplonews.setting_kinds import Choice, Header, Kind, Number, WholeNumber
from diplonews.setting_table import OTHER_NAMES, SETTINGS

WRONG_SETTING = 2  # the exit status; the same as of a wrong argument (runs/verdict.py)
PREFIX = "DIPLONEWS_"
LARGEST = 2**31 - 1
SECRET = {"DIPLONEWS_NOTIFY", "DIPLONEWS_PING"}  # passwords and keys stand in these URLs

SWITCH = Choice(("0", "1", "True", "False", "true", "false"))
ADJUSTING = ("_PRIORITY", "_PRIORITY_ADJUST")  # numbers that may be negative

# https://www.w3.org/TR/referrer-policy/ and Scrapy's own.
POLICIES = (
    *("no-referrer", "no-referrer-when-downgrade", "same-origin", "origin", "strict-origin"),
    *("origin-when-cross-origin", "strict-origin-when-cross-origin", "unsafe-url"),
    "scrapy-default",
)

# Checks beyond the type of Scrapy's default. Zero means "no limit" for most of its numbers, but
# not for these.
SCRAPYS: dict[str, Kind] = {
    "CONCURRENT_ITEMS": WholeNumber(1, 10_000),
    "CONCURRENT_REQUESTS": WholeNumber(1, 1_000),
    "CONCURRENT_REQUESTS_PER_DOMAIN": WholeNumber(1, 1_000),
    "DNS_TIMEOUT": Number(1, 3_600),
    "DOWNLOAD_DELAY": Number(0, 3_600),
    "DOWNLOAD_DELAY_JITTER": Number(0, 1),
    "DOWNLOAD_MAXSIZE": WholeNumber(1, LARGEST),
    "DOWNLOAD_TIMEOUT": Number(1, 3_600),
    "LOG_LEVEL": Choice(("CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG")),
    "MEMUSAGE_CHECK_INTERVAL_SECONDS": Number(1, 3_600),
    "REACTOR_THREADPOOL_MAXSIZE": WholeNumber(1, 1_000),
    "SCRAPER_SLOT_MAX_ACTIVE_SIZE": WholeNumber(1, LARGEST),
    "REFERRER_POLICY": Choice(POLICIES),
    "TELNETCONSOLE_ENABLED": SWITCH,
    "TWISTED_REACTOR": Choice((default_settings.TWISTED_REACTOR,)),  # we use asyncio
    "USER_AGENT": Header(),
}

# Scrapy's dictionaries and lists with paths of classes.
COMPONENTS = {"ADDONS", "DOWNLOADER_MIDDLEWARES", "EXTENSIONS", "ITEM_PIPELINES"}
COMPONENTS |= {"RETRY_EXCEPTIONS", "SPIDER_CONTRACTS", "SPIDER_MIDDLEWARES"}


class ChecksSettings(ScrapyCommand):
    """A command that begins only where every setting is right; else exit status 2."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        # Scrapy passes unknown options on as if they were arguments.
        _stop_where(
            f"{shown('', argument)[1:-1]}: expected an option that this command has "
            "(`-h` lists them)"
            for argument in args
            if argument.startswith("-") and argument != "-"  # standard output, or input
        )
        _stop_where(_wrong_dictionaries(opts.set))  # Scrapy reads them at once
        try:
            super().process_options(args, opts)
        except OSError as error:  # of --pidfile
            _stop_where([f"{error.filename}: expected a file to write to: {error.strerror}"])
        assert self.settings is not None
        _stop_where(wrong_settings(self.settings, os.environ))


def _stop_where(wrong: Iterable[str]) -> None:
    sentences = list(wrong)
    if sentences:
        print(*sentences, sep="\n", file=sys.stderr)  # noqa: T201  there is no log yet
        sys.exit(WRONG_SETTING)


def wrong_settings(settings: BaseSettings, environment: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for each setting that is wrong or unknown."""
    for setting in SETTINGS:
        value = settings.get(setting.name)
        if value != setting.default:
            yield from _wrong(setting.name, value, setting.kind)
    given = [name for name in map(str, settings) if _is_given(settings, name)]
    yield from _unknown([*environment, *given])
    for name in given:
        if hasattr(default_settings, name):
            yield from _wrong_in_scrapy(name, settings.get(name))
        else:
            yield from _misspelt(name)
    yield from _wrong_log(settings)


def _is_given(settings: BaseSettings, name: str) -> bool:
    return (settings.getpriority(name) or 0) >= PRIORITIES["cmdline"]


def _wrong(name: str, value: Any, kind: Kind) -> Iterator[str]:
    try:
        kind.read(str(value))
    except ValueError as error:
        why = f": {error}" if str(error) else ""
        yield f"{name}: expected {kind.expected}, found {shown(name, value)}{why}"


def shown(name: str, value: Any) -> str:
    """Return a value as messages show it: short, without control characters and secrets."""
    text = str(value)
    if name == "DIPLONEWS_ARCHIVE":
        from diplonews.archive.database_urls import (
            without_secrets,  # imported here: only wrong values need it
        )

        return without_secrets(text)
    if name in SECRET:
        return f"{text.partition(':')[0][:20]!r} and more"
    return repr(text if len(text) <= 100 else f"{text[:100]}…")


def _unknown(names: list[str]) -> Iterator[str]:
    """Yield a sentence for each of *names* that looks like one of our settings but is not."""
    known_names = [setting.name for setting in SETTINGS]
    for name in dict.fromkeys(names):
        if name in known_names or name in OTHER_NAMES or not name.upper().startswith(PREFIX[:4]):
            continue
        cutoff = 0 if name.upper().startswith(PREFIX) else 0.9
        near = difflib.get_close_matches(name.upper(), known_names, 1, cutoff)
        if near:
            yield f"{shown('', name)[1:-1]}: expected a setting that there is, such as {near[0]}"


def _misspelt(name: str) -> Iterator[str]:
    """Yield a sentence where *name* is nearly a setting of Scrapy's, which would ignore it."""
    scrapys = [name for name in vars(default_settings) if name.isupper()]
    near = difflib.get_close_matches(name, scrapys, 1, 0.9)
    if near and name not in {setting.name for setting in SETTINGS}:
        yield f"{shown('', name)[1:-1]}: expected a setting that there is, such as {near[0]}"


def _wrong_in_scrapy(name: str, value: Any) -> Iterator[str]:
    """Yield a sentence where *value* is not what Scrapy would read for its setting *name*."""
    default = getattr(default_settings, name)
    kind = SCRAPYS.get(name) or _kind_of(name, default)
    if kind is not None:
        yield from _wrong(name, value, kind)
    elif name in COMPONENTS:
        for path in value if isinstance(default, dict) else str(value).split(","):
            yield from _wrong_class(name, path)
    elif isinstance(default, list) and default and isinstance(default[0], int):
        for member in str(value).split(","):
            yield from _wrong(name, member, WholeNumber(0, LARGEST))
    elif isinstance(default, str) and default.startswith("scrapy."):
        yield from _wrong_class(name, value)


def _kind_of(name: str, default: Any) -> Kind | None:
    least = -LARGEST if name.endswith(ADJUSTING) else 0
    if isinstance(default, bool):
        return SWITCH
    if isinstance(default, int):
        return WholeNumber(least, LARGEST)
    if isinstance(default, float):
        return Number(least, LARGEST)
    return None


def _wrong_dictionaries(given: list[str]) -> Iterator[str]:
    """Yield a sentence for each ``NAME=value`` that must be a JSON object but is not."""
    for name, _, text in (argument.partition("=") for argument in given):
        if not isinstance(getattr(default_settings, name, None), dict):
            continue
        try:
            is_object = isinstance(json.loads(text), dict)
        except ValueError:
            is_object = False
        if not is_object:
            yield f"{name}: expected a JSON object, found {shown(name, text)}"


def _wrong_class(name: str, path: Any) -> Iterator[str]:
    try:
        load_object(path)
    except (ValueError, NameError, ImportError, TypeError) as error:
        yield f"{name}: expected the path of a class, found {shown(name, path)}: {error}"


def _wrong_log(settings: BaseSettings) -> Iterator[str]:
    """Yield a sentence for each setting that would break the log, which is opened first."""
    path = settings.get("LOG_FILE")
    try:
        codecs.lookup(str(settings.get("LOG_ENCODING")))
    except (LookupError, ValueError):
        value = shown("", settings.get("LOG_ENCODING"))
        yield f"LOG_ENCODING: expected an encoding like utf-8, found {value}"
    try:
        record = logging.makeLogRecord({"msg": "", "levelname": "INFO"})
        logging.Formatter(str(settings.get("LOG_FORMAT")), str(settings.get("LOG_DATEFORMAT")))
        logging.Formatter(str(settings.get("LOG_FORMAT"))).format(record)
    except (ValueError, TypeError, KeyError):
        value = shown("", settings.get("LOG_FORMAT"))
        yield f"LOG_FORMAT: expected a format like '%(asctime)s %(message)s', found {value}"
    try:
        if path:
            Path(path).open("ab").close()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        yield f"LOG_FILE: expected a file to write to, found {shown('', path)}: {why}"
