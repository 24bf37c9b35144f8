"""The settings of diplonews, one row each: name, default, what it may be, and what it means.

``settings.py`` takes its values from this table, ``setting_checks.py`` what is right and
wrong, and a test compares it with docs/operations.md. Adding a setting is adding a row.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol
from urllib.parse import urlsplit

from diplonews import site

DAY = 86_400
YEAR = 365 * DAY


class Kind(Protocol):
    """What a value may be: in words, and how it is read off the text that was given."""

    @property
    def expected(self) -> str: ...

    def read(self, text: str) -> Any:
        """Return the value; raises ``ValueError``, perhaps with a reason, on any other text."""


@dataclass(frozen=True, slots=True)
class WholeNumber:
    """Digits and nothing else: ``int()`` would take " 5 ", "1_0" and digits of any script."""

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
    """Digits, perhaps with a point: no "inf", "nan" or "1e3"."""

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
class Origin:
    """A scheme, a host and perhaps a port; in small letters, since URLs are compared with it."""

    expected: str = f"an origin like {site.ORIGIN}"

    def read(self, text: str) -> str:
        host = r"[a-z0-9_]([a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\]"
        if not re.fullmatch(rf"https?://({host})(:[0-9]{{1,5}})?", text, re.ASCII):
            raise ValueError
        # Both raise ValueError themselves: on ports out of range, and on what is no IPv6.
        if not site.is_origin(text) or urlsplit(text).port == 0:
            raise ValueError
        return text


@dataclass(frozen=True, slots=True)
class SecondsBySection:
    """Seconds for all sections, or some sections' own before them: "recheck=90000,7200"."""

    expected: str = 'seconds like "7200", or by section like "recheck=90000,7200"'

    def read(self, text: str) -> dict[str, int]:
        """Return seconds by the name of a section; by "" for all others."""
        seconds: dict[str, int] = {}
        for member in text.split(","):
            name, _, number = member.strip().rpartition("=")
            if name in seconds or (name and not re.fullmatch(r"[a-z0-9-]+", name)):
                raise ValueError
            seconds[name] = WholeNumber(1, YEAR).read(number)
        return seconds


@dataclass(frozen=True, slots=True)
class FolderPath:
    """A path, as the system takes it. A shell alone knows what ~ is."""

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
        from diplonews.archive.urls import parse  # not above: half a second of SQLAlchemy

        if text:
            parse(text)
        return text


@dataclass(frozen=True, slots=True)
class ObjectPath:
    """The path of an object of Python, which may stand outside of this project."""

    expected: str = "the path of an object of Python, like package.module.NAME"

    def read(self, text: str) -> str:
        module, _, name = text.rpartition(".")
        try:
            getattr(import_module(module), name)
        except Exception as error:  # whatever somebody else's module raises
            raise ValueError(str(error)) from None
        return text


@dataclass(frozen=True, slots=True)
class Contact:
    """Empty, a mail address or a page: what may stand in a header."""

    expected: str = "a mail address or a page's URL"

    def read(self, text: str) -> str:
        if text and not re.fullmatch(r"[!-~]+@[!-~]+|https?://[!-~]+", text, re.ASCII):
            raise ValueError
        return text


@dataclass(frozen=True, slots=True)
class Header:
    """What may stand in a header."""

    expected: str = "text without line breaks and control characters"

    def read(self, text: str) -> str:
        if not text or not text.isprintable():
            raise ValueError
        return text


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of ours."""

    name: str
    default: Any
    kind: Kind
    meaning: str
    default_in_words: str = ""  # where the default itself says nothing


SETTINGS = (
    Setting(
        "DIPLONEWS_SITE",
        site.ORIGIN,
        Origin(),
        "the site: scheme and host, nothing behind",
    ),
    Setting(
        "DIPLONEWS_VAR",
        "var",
        FolderPath(),
        "where archive, feeds, reports and locks are",
    ),
    Setting(
        "DIPLONEWS_ARCHIVE",
        "",
        DatabaseUrl(),
        "a database URL, e.g. `postgresql://user@host/name`",
        "SQLite in `DIPLONEWS_VAR`",
    ),
    Setting(
        "DIPLONEWS_LOOK_SECONDS",
        21_600,
        WholeNumber(0, YEAR),
        "how often the site's RSS is asked without a condition, in case a cache lies",
    ),
    Setting(
        "DIPLONEWS_WITHDRAW_SECONDS",
        3_600,
        WholeNumber(0, YEAR),
        "how long apart two runs must have found an address gone for its article to be withdrawn",
    ),
    Setting(
        "DIPLONEWS_WITHDRAW_MOST",
        5,
        WholeNumber(0, 1_000_000),
        "how many articles may be withdrawn in 24 hours, whatever share of the live ones that is",
    ),
    Setting(
        "DIPLONEWS_WITHDRAW_SHARE",
        0.1,
        Number(0, 1),
        "which share of the live articles may be withdrawn in 24 hours, however many that is",
    ),
    Setting(
        "DIPLONEWS_AUDIT_SECONDS",
        DAY,
        WholeNumber(0, YEAR),
        "how often `recheck` goes through all that the site lists, though nothing seems changed",
    ),
    Setting(
        "DIPLONEWS_SURFACE_PAGES",
        500,
        WholeNumber(1, 100_000),
        "how many pages of REST or files of a sitemap a recheck goes through; where there are "
        "more, it says so and withdraws nothing",
    ),
    Setting(
        "DIPLONEWS_SURFACE_ENTRIES",
        100_000,
        WholeNumber(1, 10_000_000),
        "the same of their entries",
    ),
    Setting(
        "DIPLONEWS_RECHECK_SECONDS",
        DAY,
        WholeNumber(0, YEAR),
        "where the site lists nothing: how soon a recent article is read again; older ones later",
    ),
    Setting(
        "DIPLONEWS_RECHECK_COUNT",
        100,
        WholeNumber(0, 1_000_000),
        "how many articles a recheck reads that no list names as changed",
    ),
    Setting(
        "DIPLONEWS_WALK_PAGES",
        1_000,
        WholeNumber(1, 1_000_000),
        "how many pages of one category's listing a walk reads at most",
    ),
    Setting(
        "DIPLONEWS_WALK_STRETCH",
        20,
        WholeNumber(1, 1_000_000),
        "after how many further listing pages what was found is read, before the walks go on",
    ),
    Setting(
        "DIPLONEWS_LISTING_TEASERS",
        500,
        WholeNumber(1, 10_000),
        "how many articles are taken from one listing page at most",
    ),
    Setting(
        "DIPLONEWS_LISTING_TRIES",
        10,
        WholeNumber(0, 1_000),
        "how many links of the menus are tried for a category whose address is not known",
    ),
    Setting(
        "DIPLONEWS_ARTICLE_PAGES",
        100,
        WholeNumber(1, 10_000),
        "how many pages of a split article are read at most",
    ),
    Setting(
        "DIPLONEWS_HOLD_SECONDS",
        300,
        WholeNumber(0, YEAR),
        "how long a site that does not answer is left alone; twice as long each time, up to an "
        "hour; 0: never",
    ),
    Setting(
        "DIPLONEWS_CLOCK_SECONDS",
        3600,
        WholeNumber(1, YEAR),
        "how far this machine's clock and the site's may differ before a run tells it",
    ),
    Setting(
        "DIPLONEWS_FRESH_SECONDS",
        "7200",
        SecondsBySection(),
        "how old a section's last reading may be before `scrapy status` calls it silent; "
        "`recheck=90000,7200`: a section's own, then all others'",
    ),
    Setting(
        "DIPLONEWS_NOTIFY",
        "",
        NoticeUrls(),
        "where incidents are told, once each, as URLs of Apprise "
        "(`pip install 'diplonews[notify]'`)",
        "nowhere",
    ),
    Setting(
        "DIPLONEWS_PING",
        "",
        PingUrl(),
        "a URL that is asked after each run, `/fail` below it after a broken one; `{section}` "
        "in it is the section's name",
        "none",
    ),
    Setting(
        "DIPLONEWS_METRICS",
        "",
        OptionalFolder(),
        "a folder for a text file of metrics for each section, as node_exporter reads them",
        "none",
    ),
    Setting(
        "DIPLONEWS_CAPTURE_DAYS",
        365,
        WholeNumber(0, 36_500),
        "how long pages are kept as they came, in days; `0` keeps none from now on, and removes "
        "none",
    ),
    Setting(
        "DIPLONEWS_THEMES",
        "diplonews.pages.themes.THEMES",
        ObjectPath(),
        "the themes that pages are read by, as an object of Python",
    ),
    Setting(
        "DIPLONEWS_CONTACT",
        "",
        Contact(),
        "mail address or page for the User-Agent; needed for any real site",
        "none",
    ),
)

# Variables of such names that are no settings: the tests' own.
OTHER_NAMES = frozenset(
    {"DIPLONEWS_CAPTURES", "DIPLONEWS_EXAMPLES", "DIPLONEWS_ROUNDS", "DIPLONEWS_KILLS"}
)


def values(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return each setting by its name: what *environment* says, else the default.

    As text, right or wrong: a wrong one is no reason for `scrapy -h` to fail.
    """
    return {setting.name: environment.get(setting.name, setting.default) for setting in SETTINGS}
