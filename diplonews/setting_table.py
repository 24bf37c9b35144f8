"""The settings of diplonews, a row each: name, default, allowed values, and meaning.

``settings.py`` takes values from this table, ``setting_checks.py`` checks them by it, and a test
compares it with docs/operations.md. A new setting is a new row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from diplonews import site
from diplonews.setting_kinds import (
    DAY,
    YEAR,
    Choice,
    Contact,
    DatabaseUrl,
    Executor,
    FolderPath,
    Kind,
    NoticeUrls,
    Number,
    ObjectPath,
    OptionalFolder,
    Origin,
    PingUrl,
    SecondsBySection,
    WholeNumber,
    Words,
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of ours."""

    name: str
    default: Any
    kind: Kind
    meaning: str
    default_in_words: str = ""  # shown where the default itself says nothing


SETTINGS = (
    Setting(
        "DIPLONEWS_SITE",
        site.ORIGIN,
        Origin(),
        "the site: scheme and host, nothing after",
    ),
    Setting(
        "DIPLONEWS_PRIVATE_SITE",
        "no",
        Choice(("yes", "no")),
        "whether the site's name may lead to an address of this machine or its network",
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
        "how often the site's RSS is asked without a condition, because a cache may be wrong",
    ),
    Setting(
        "DIPLONEWS_WITHDRAW_SECONDS",
        3_600,
        WholeNumber(0, YEAR),
        "how much time must lie between two runs that find an article gone, before it is "
        "withdrawn",
    ),
    Setting(
        "DIPLONEWS_WITHDRAW_MOST",
        5,
        WholeNumber(0, 1_000_000),
        "how many withdrawals in 24 hours are always allowed",
    ),
    Setting(
        "DIPLONEWS_WITHDRAW_SHARE",
        0.1,
        Number(0, 1),
        "which share of the live articles may always be withdrawn in 24 hours",
    ),
    Setting(
        "DIPLONEWS_AUDIT_SECONDS",
        DAY,
        WholeNumber(0, YEAR),
        "how often `recheck` reads REST or the sitemap to the end, even if nothing seems changed",
    ),
    Setting(
        "DIPLONEWS_SURFACE_PAGES",
        500,
        WholeNumber(1, 100_000),
        "how many pages of REST or files of a sitemap a recheck reads; if there are more, it "
        "says so and withdraws nothing",
    ),
    Setting(
        "DIPLONEWS_SURFACE_ENTRIES",
        100_000,
        WholeNumber(1, 10_000_000),
        "how many entries of REST or a sitemap a recheck reads; if there are more, it says so "
        "and withdraws nothing",
    ),
    Setting(
        "DIPLONEWS_RECHECK_SECONDS",
        DAY,
        WholeNumber(0, YEAR),
        "where the site has neither REST nor a sitemap: how soon a recent article is read again; "
        "older ones wait longer",
    ),
    Setting(
        "DIPLONEWS_RECHECK_COUNT",
        100,
        WholeNumber(0, 1_000_000),
        "how many articles a recheck reads at most that REST or the sitemap does not show as "
        "changed",
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
        "after how many listing pages the walks wait until the articles on them are read",
    ),
    Setting(
        "DIPLONEWS_LISTING_TEASERS",
        500,
        WholeNumber(1, 10_000),
        "how many articles of one listing page are read at most",
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
        "how long a site that does not answer is put on hold; twice as long each time, up to an "
        "hour; 0: never",
    ),
    Setting(
        "DIPLONEWS_CLOCK_SECONDS",
        3600,
        WholeNumber(1, YEAR),
        "how far this machine's clock and the site's may differ before a run reports it",
    ),
    Setting(
        "DIPLONEWS_FRESH_SECONDS",
        "7200",
        SecondsBySection(),
        "how old a section's last reading may be before `scrapy status` calls it silent; "
        "`recheck=90000,7200`: a section's own, then all others'",
    ),
    Setting(
        "DIPLONEWS_PUBLISH",
        "",
        Words(("atom", "rss", "jsonfeed", "parquet")),
        "what is published with the feeds: some of `atom`, `rss`, `jsonfeed`, `parquet`, by "
        "commas",
        "none",
    ),
    Setting(
        "DIPLONEWS_NOTIFY",
        "",
        NoticeUrls(),
        "URLs of Apprise, to which each incident is reported once "
        "(`pip install 'diplonews[notify]'`)",
        "nowhere",
    ),
    Setting(
        "DIPLONEWS_PING",
        "",
        PingUrl(),
        "a URL that is asked after each run, with `/fail` after it if the run is broken; "
        "`{section}` in it is the section's name",
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
        "how long captures are kept, in days; `0`: no new ones are kept, and no old ones removed",
    ),
    Setting(
        "DIPLONEWS_EXECUTOR",
        "",
        Executor(64),
        "what `reparse` reads captures by: a number of processes (`1`: none but its own), or a "
        "cluster of Dask, `dask+tcp://host:port`",
        "as many as there are processors and memory for, at most 4",
    ),
    Setting(
        "DIPLONEWS_THEMES",
        "diplonews.pages.themes.THEMES",
        ObjectPath(),
        "the themes by which pages are read, as the path of a Python object",
    ),
    Setting(
        "DIPLONEWS_CONTACT",
        "",
        Contact(),
        "mail address or page for the User-Agent; needed for any real site",
        "none",
    ),
)

# Environment variables with such names that are not settings but for tests.
OTHER_NAMES = frozenset(
    {"DIPLONEWS_CAPTURES", "DIPLONEWS_EXAMPLES", "DIPLONEWS_ROUNDS", "DIPLONEWS_KILLS"}
)


def values(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the value of each setting, by name: from *environment*, else the default.

    Values are text, right or wrong: `scrapy -h` must not fail because of a wrong one.
    """
    return {setting.name: environment.get(setting.name, setting.default) for setting in SETTINGS}
