"""An article that was forgotten: the archive has none of its words, and no run asks for it."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from diplonews.archive import Archive, tables
from diplonews.archive.validators import Look
from diplonews.items import Listed
from tests.support.articles import NOW, SITE, article, begin, teasers
from tests.support.feeds import change_lines
from tests.support.searching import holding, pages_holding, rows_holding

WORDS = ["Zyzzyva", "quokkas", "axolotls"]
FIRST = {"headline": "Zyzzyva at the talks", "body": "Of quokkas.\n\n" * 300}
SECOND = {"headline": "Zyzzyva leaves", "body": "Of axolotls.\n\n" * 300, "digest": "b" * 64}
HOME = f"{SITE}/talks-5/"


def listed(url: str, modified_at: datetime) -> Listed:
    return Listed(url=url, post_id=5, modified_at=modified_at, categories=[2])


@pytest.fixture
def full(archive: Archive) -> Archive:
    """Return an archive that has an article's words wherever it can."""
    run = begin(archive)
    shown = [*teasers([5], headline="Zyzzyva at the talks"), *teasers([6])]
    archive.walks.note_listing("mali", run, 1, shown, NOW)
    archive.articles.note(article(6), run, ["security"])
    archive.articles.note(article(5, **FIRST), run, ["security", "ecowas"])
    archive.articles.note(article(5, **SECOND), run, ["security"])
    other = f"{SITE}/other/"
    line = json.dumps({"id": "diplomaticinfo:post:5", "post_id": 5, "body": "Of quokkas."})
    archive.pending.reject(other, run, "conflict: 'Zyzzyva leaves' is there", NOW, line)
    archive.surfaces.note_page("rest", [listed(HOME, NOW)], run, NOW)
    archive.validators.note_look("security", f"{SITE}/feed/", Look("", {HOME: "a"}, NOW))
    archive.dates.note({HOME: NOW}, "rss")
    return archive


def erase(archive: Archive, url_or_id: str = HOME) -> None:
    entry = archive.erasing.forget(url_or_id, "a court's order", NOW)
    assert entry is not None
    archive.erasing.erase(entry.number, NOW)
    archive.compact()
    archive.erasing.note_compacted([entry.number], NOW)


def places(archive: Archive, archive_url: str) -> list[str]:
    """Return where the archive has one of the words still."""
    if archive.is_shared:
        return [*rows_holding(archive_url, WORDS), *pages_holding(archive_url, WORDS)]
    return holding(Path(make_url(archive_url).database or "").parent, WORDS)


def test_no_byte_of_its_words_is_left(full: Archive, archive_url: str) -> None:
    assert places(full, archive_url)

    erase(full)

    assert places(full, archive_url) == []


def test_its_events_keep_their_numbers_and_nothing_else(full: Archive) -> None:
    before = change_lines(full)

    erase(full)

    lines = change_lines(full)
    mine = [line for line in lines if line["id"] == "diplomaticinfo:post:5"]
    assert [line["seq"] for line in lines[:-1]] == [line["seq"] for line in before]
    assert [line["event"] for line in mine] == ["forgotten"] * 3
    assert mine[-1]["seq"] == before[-1]["seq"] + 1
    values = [
        value
        for line in mine
        for name, value in line.items()
        if name not in {"seq", "event", "id", "read_from"}
    ]
    assert not any(values)
    assert mine[-1] == change_lines(full, "ecowas")[-1]
    assert full.feeds.gaps() == ""


LISTED = [listed(HOME, NOW + timedelta(days=1))]
MOVED = [listed(f"{SITE}/renamed/", NOW + timedelta(days=1))]
WAYS: dict[str, Callable[[Archive, int], object]] = {
    "listing": lambda a, run: a.walks.note_listing("mali", run, 1, teasers([5]), NOW),
    "another category": lambda a, run: a.walks.note_listing("niger", run, 1, teasers([5]), NOW),
    "RSS": lambda a, _: a.pending.want_again([HOME], ["mali"], NOW),
    "REST": lambda a, run: a.surfaces.note_page("rest", LISTED, run, NOW),
    "REST, renamed": lambda a, run: a.surfaces.note_page("rest", MOVED, run, NOW),
    "missing": lambda a, _: a.surfaces.want_missing("sitemap", NOW, timedelta(0)),
    "unknown": lambda a, _: a.surfaces.want_unknown("rest", None, NOW, 9),
    "age": lambda a, _: a.surfaces.want_articles(
        a.articles.longest_unchecked(NOW + timedelta(days=99), 9, timedelta(1)), NOW
    ),
    "retry": lambda a, _: a.waiting.retry([HOME], NOW),
    "conflict": lambda a, _: a.addresses.want(HOME, NOW),
    "reading": lambda a, run: a.articles.note(article(5, **FIRST), run, ["security"]),
    "renamed": lambda a, run: a.articles.note(
        article(5, url=f"{SITE}/renamed/", **FIRST), run, ["security"]
    ),
    "without a number": lambda a, run: a.articles.note(
        article(9, id="x", post_id=None, canonical_url=HOME, **FIRST), run, ["security"]
    ),
    "capture": lambda a, run: a.articles.note_again(article(5, **FIRST), run, ["ecowas"], NOW),
    "rejection": lambda a, run: a.pending.reject(HOME, run, "Zyzzyva", NOW, json.dumps(FIRST)),
    "dates": lambda a, _: a.dates.note({HOME: NOW}, "rest"),
}


@pytest.mark.parametrize("way", WAYS)
def test_whatever_shows_it_again_leaves_no_trace(
    way: str, full: Archive, archive_url: str
) -> None:
    erase(full)
    events = len(change_lines(full))

    WAYS[way](full, begin(full))

    assert places(full, archive_url) == []
    assert [item.url for item in full.waiting.pending(None) if "talks-6" not in item.url] == []
    assert full.addresses.find_by_number(5) is None
    assert len(change_lines(full)) == events
    with full.read() as connection:
        rejected = select(tables.rejected.c.url).where(tables.rejected.c.url == HOME)
        assert connection.scalars(rejected).all() == []


def test_a_renamed_one_is_known_by_its_number_and_its_new_address_is_listed(full: Archive) -> None:
    erase(full)
    new = f"{SITE}/renamed/"

    is_obeyed = full.forgotten.obey(article(5, url=new, canonical_url=new))

    assert is_obeyed
    assert full.forgotten.is_forgotten(new)
    assert full.forgotten.find(new) == full.forgotten.find("diplomaticinfo:post:5")


def test_an_article_that_declares_its_address_is_another_one(full: Archive) -> None:
    erase(full)

    kind = full.articles.note(article(7, canonical_url=HOME), begin(full), ["security"])

    assert kind == "created"


def test_rest_counts_it_still(full: Archive) -> None:
    """Else a recheck of an unchanged site would go through all of it, for ever."""
    before = full.surfaces.count("rest")

    erase(full)
    noted = full.surfaces.note_page("rest", LISTED, begin(full), NOW)
    again = full.surfaces.note_page("rest", LISTED, begin(full), NOW)

    assert (noted.new_count, again.is_end_unchanged) == (0, True)
    assert full.surfaces.count("rest") == before


def test_a_pending_address_is_listed_alone(archive: Archive) -> None:
    run = begin(archive)
    archive.walks.note_listing("mali", run, 1, teasers([5]), NOW)

    erase(archive)

    assert archive.pending.count() == 0
    assert archive.forgotten.is_forgotten(f"http://www.{HOME.removeprefix('https://')}")
    archive.walks.note_listing("mali", run, 1, teasers([5]), NOW)
    assert archive.pending.count() == 0
    assert change_lines(archive) == []


def test_what_nobody_knows_is_not_forgotten(archive: Archive) -> None:
    assert archive.erasing.forget(HOME, "a typo", NOW) is None
    assert archive.forgotten.last_number() == 0


def test_twice_is_once(full: Archive) -> None:
    erase(full)
    lines = change_lines(full)

    erase(full, "diplomaticinfo:post:5")
    erase(full, "5")

    assert change_lines(full) == lines
    with full.read() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.forgotten)) == 1


def test_an_intention_is_finished_by_whoever_comes_next(full: Archive) -> None:
    full.erasing.forget(HOME, "a court's order", NOW)

    (entry,) = full.forgotten.unfinished()
    full.erasing.erase(entry.number, NOW)
    (erased,) = full.forgotten.unfinished()
    full.compact()
    full.erasing.note_compacted([entry.number], NOW)

    assert (entry.erased_at, erased.erased_at) == (None, NOW)
    assert full.forgotten.unfinished() == []
