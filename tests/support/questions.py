"""What runs, `reparse`, `status` and `why` ask of an archive; for tests and benches."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count, islice
from pathlib import Path
from typing import NamedTuple

from diplonews import site
from diplonews.archive import Archive
from diplonews.archive.withdrawals import WithdrawalLimits
from diplonews.clock import ClockTime
from diplonews.feeds.publisher import Publisher
from diplonews.items import Article, Listed, Teaser
from diplonews.runs.checkup import examine
from tests.support.filling import NOW, SECTION, SLUGS, url_of

DAY = timedelta(days=1)
EDITS = count()
LIMITS = WithdrawalLimits(timedelta(hours=1), 5, 0.1)


SECTIONS = {SECTION: SLUGS, "recheck": None}


class Asked(NamedTuple):
    """An archive, how many articles it holds, the run that asks, and where files are."""

    archive: Archive
    size: int
    run: int
    var: Path

    @classmethod
    def of_filled(cls, archive: Archive, size: int, var: Path) -> "Asked":
        """Begin a run of a filled archive, whose feeds are published."""
        run, _ = archive.runs.begin(SECTION, {}, NOW)
        asked = cls(archive, size, run, var)
        publish(asked)
        return asked


def publish(asked: Asked) -> None:
    Publisher(asked.archive, asked.var / "feeds").publish()


def note_and_publish(asked: Asked) -> None:
    note_article(asked)
    publish(asked)


def note_listing(asked: Asked) -> object:
    numbers = range(asked.size - 7, asked.size + 7)
    teasers = [Teaser(url=url_of(number), headline="Talks") for number in numbers]
    return asked.archive.walks.note_listing("mali", asked.run, 1, teasers, NOW)


def note_article(asked: Asked) -> object:
    number = asked.size // 2
    reading = Article(
        id=f"{site.NAME}:post:{number}", post_id=number, url=url_of(number),
        canonical_url=url_of(number), headline="Talks", body="Words that nobody else has. " * 40,
        digest=f"{next(EDITS)}", fetched_at=NOW, published_at=NOW - 300 * DAY,
    )  # fmt: skip
    return asked.archive.articles.note(reading, asked.run, ["mali"])


def note_page(asked: Asked) -> object:
    start = asked.size // 3
    entries = [
        Listed(url=url_of(number), post_id=number, modified_at=NOW - 900 * DAY, categories=[12])
        for number in range(start, start + 100)
    ]
    return asked.archive.surfaces.note_page("rest", entries, asked.run, NOW)


def first_aliases(asked: Asked) -> object:
    return list(islice(asked.archive.articles.live_aliases(None), 99))


# Whose cost must not grow with the archive.
QUESTIONS: dict[str, Callable[[Asked], object]] = {
    "begin a run": lambda it: it.archive.runs.begin(SECTION, {}, NOW),
    "close a run": lambda it: it.archive.runs.close(it.run, SECTION, NOW),
    "note a listing page": note_listing,
    "take pending URLs": lambda it: it.archive.pending.take(["mali"], it.run, NOW, 50),
    "note an edited article": note_article,
    "note a page of REST": note_page,
    "has REST unknown categories": lambda it: it.archive.surfaces.has_unknown_term(),
    "longest unchecked articles": lambda it: it.archive.articles.longest_unchecked(NOW, 99, DAY),
    "settle withdrawals": lambda it: it.archive.withdrawals.withdraw_absent(
        [], it.run, NOW, LIMITS
    ),
    "choose witnesses": lambda it: it.archive.withdrawals.present((), 2),
    "first hundred to reparse": lambda it: list(
        islice(it.archive.articles.live_aliases(None), 99)
    ),
    "order of day and month": lambda it: it.archive.dates.day_comes_first(site.TIMEZONE),
    "publish nothing new": publish,
    "publish an edited article": note_and_publish,
    "compare with what is usual": lambda it: it.archive.standing.new_counts(SECTION, NOW, 29),
    "status": lambda it: examine(it.archive, it.var, SECTIONS, {"": 7_200}, ClockTime(NOW)),
    "why": lambda it: it.archive.history.find(url_of(it.size // 2)),
}

# About all articles: they go through them, a row at a time.
QUESTIONS_ABOUT_ALL: dict[str, Callable[[Asked], object]] = {
    "what REST lacks": lambda it: (
        it.archive.surfaces.missing_share("rest"),
        it.archive.surfaces.want_missing("rest", NOW, DAY),
    ),
    "what is unknown": lambda it: it.archive.surfaces.want_unknown("rest", {12}, NOW, 99),
    "what REST holds": lambda it: it.archive.surfaces.count("rest"),
}
