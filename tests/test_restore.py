"""`scrapy restore` and `scrapy verify --adopt`: nothing is lost, doubled, or numbered twice."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from diplonews.archive import Archive, tables
from diplonews.archive.captures import Captures, CaptureWriter, Received
from diplonews.archive.database_urls import parse
from diplonews.archive.withdrawals import WithdrawalLimits
from diplonews.backups import backup_format
from diplonews.backups.backup_file import open_backup, save
from diplonews.backups.restoring import Place, Restored, adopt_feeds, restore
from diplonews.errors import ArchiveError, FileError
from diplonews.feeds.feed_check import FeedCheck
from diplonews.feeds.manifest import Manifest
from diplonews.feeds.origin import open_archive
from diplonews.feeds.publisher import Publisher
from diplonews.forgetting.carrying_out import CarryingOut
from diplonews.items import CategoryName
from diplonews.normalise.article_id import article_id
from tests.support.articles import NOW, article, begin
from tests.support.crawling import Crawl
from tests.support.feeds import change_lines, files, publish
from tests.support.searching import holding
from tests.support.shapes import shape

SECTIONS = {"security", "ecowas"}
UNTOLD = {"diplomaticinfo:post:6", "diplomaticinfo:post:10"}  # by the feeds of the folder
SURE = WithdrawalLimits(timedelta(0), 100, 1.0)


def read(archive: Archive, number: int, run: int, *feeds: str, **values: object) -> None:
    """Archive a reading of an article, which is filed by sections and categories."""
    categories = [CategoryName(slug=feed, title=feed) for feed in feeds if feed not in SECTIONS]
    about = {"sections": sorted(SECTIONS & {*feeds}), "categories": categories}
    body = str(values.get("body", f"One {number}."))
    reading = article(number, **{"digest": f"{hash(body) % 2**60:064}", **about, **values})
    archive.articles.note(reading, run, feeds)


def withdraw(archive: Archive, number: int) -> None:
    name = f"diplomaticinfo:post:{number}"
    for minutes in range(2):
        run, now = begin(archive, "recheck"), NOW + timedelta(minutes=minutes)
        archive.withdrawals.note_absence(name, run, now)
        archive.withdrawals.withdraw_absent([name], run, now, SURE)


def save_with_captures(archive: Archive, folder: Path) -> None:
    """Archive two articles, and save them with their captures as ``1.tar``."""
    run = begin(archive)
    writer = CaptureWriter(folder / "captures", "20261123T120000Z-security", NOW)
    for number in (1, 2):
        read(archive, number, run, "security")
        url = f"https://site.example/talks-{number}/"
        writer.write(Received(url, (), NOW, 200, [], f"Zanzibar {number}".encode()))
    writer.close()
    save(archive, folder / "1.tar", folder / "captures")


def first_part(archive: Archive, feeds: Path) -> None:
    """Archive and publish; then archive what waits to be published."""
    run = begin(archive)
    archive.walks.note_address("security", "security", "https://site.example/security/")
    archive.walks.begin("security", run)
    archive.walks.end("security", run)
    for number in range(1, 5):
        read(archive, number, run, "security")
    publish(archive, feeds, "2026-07-31")
    read(archive, 5, run, "security", "ecowas")
    read(archive, 1, run, "security", body="Edited.")


def second_part(archive: Archive, feeds: Path) -> None:
    """Go on after the backup: in every way in which an article changes."""
    run = begin(archive)
    publish(archive, feeds, "2026-07-31")
    read(archive, 6, run, "elsewhere")  # in no feed that is published
    read(archive, 7, run, "security", "politics", published_at=None)
    archive.walks.note_address("politics", "politics", "https://site.example/politics/")
    publish(archive, feeds, "2026-08-02")
    read(archive, 2, run, "ecowas", body="Moved and edited.", published_at=NOW)
    read(archive, 8, run, "ecowas", "politics")
    withdraw(archive, 3)
    withdraw(archive, 4)
    read(archive, 4, run, "security", body="It is back.", fetched_at=NOW + timedelta(hours=1))
    publish(archive, feeds, "2026-11-28")
    read(archive, 9, run, "politics")
    read(archive, 10, run, "elsewhere")
    publish(archive, feeds, "2026-11-29")


def restored(path: Path, url: str, var: Path, *, is_replacing: bool = False) -> Restored:
    with open_backup(path) as reader, closing(Archive.reach(url)) as archive:
        return restore(reader, Place(archive, var, "a test"), is_replacing=is_replacing)


def assert_goes_on(url: str, feeds: Path) -> None:
    """Assert that feeds and archive agree, and that the next event has the next number."""
    with closing(open_archive(parse(url), feeds)) as archive:
        before, last = files(feeds), archive.feeds.last_seq()
        Publisher(archive, feeds).publish()
        assert list(FeedCheck(archive, feeds).differences()) == []
        assert files(feeds) == before
        assert archive.feeds.gaps() == ""
        read(archive, 99, begin(archive), "security")
        assert archive.feeds.count_waiting(last) == 1
        publish(archive, feeds)
        assert change_lines(archive)[-1]["seq"] == last + 1
        assert list(FeedCheck(archive, feeds).differences()) == []


@pytest.fixture
def other_url(archive_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """Return the URL of an empty place, in the other database."""
    if archive_url.startswith("sqlite"):
        return str(request.getfixturevalue("cluster").new_database())
    return f"sqlite:///{tmp_path / 'other.sqlite'}"


@pytest.fixture
def var(tmp_path: Path) -> Path:
    return tmp_path / "var"


class TestIntoAnEmptyPlace:
    def test_of_the_other_database_and_back_it_is_the_same(
        self, archive: Archive, archive_url: str, other_url: str, var: Path, tmp_path: Path
    ) -> None:
        first_part(archive, var / "feeds")
        second_part(archive, var / "feeds")
        wanted, tables_wanted = files(var / "feeds"), shape(archive)
        save(archive, tmp_path / "1.tar", None)
        archive.close()

        restored(tmp_path / "1.tar", other_url, tmp_path / "there")
        with closing(Archive.open(other_url)) as other:
            Publisher(other, tmp_path / "there" / "feeds").publish()
            save(other, tmp_path / "2.tar", None)
        restored(tmp_path / "2.tar", archive_url, tmp_path / "back", is_replacing=True)

        with closing(Archive.open(archive_url)) as back:
            Publisher(back, tmp_path / "back" / "feeds").publish()
            assert shape(back) == tables_wanted
        assert files(tmp_path / "there" / "feeds") == wanted
        assert files(tmp_path / "back" / "feeds") == wanted
        feed_ids = {
            getattr(Manifest.read(folder / "feeds"), "feed_id", "")
            for folder in (var, tmp_path / "there", tmp_path / "back")
        }
        assert len(feed_ids) == 3
        assert_goes_on(other_url, tmp_path / "there" / "feeds")
        assert_goes_on(archive_url, tmp_path / "back" / "feeds")

    def test_the_next_runs_look_at_everything_again(
        self, archive: Archive, other_url: str, var: Path, tmp_path: Path
    ) -> None:
        first_part(archive, var / "feeds")
        save(archive, tmp_path / "1.tar", None)
        assert archive.walks.is_last_walk_sound("security")

        restored(tmp_path / "1.tar", other_url, tmp_path / "there")

        with closing(Archive.open(other_url)) as other:
            assert not other.walks.is_last_walk_sound("security")
            assert other.runs.newest(None, 1)[0].section == "restore"
            number, _ = other.runs.begin("security", {}, NOW)
            assert number == 3


class TestBesideNewerFeeds:
    def test_their_events_are_taken_in_and_it_goes_on_after_them(
        self, archive: Archive, other_url: str, var: Path, tmp_path: Path
    ) -> None:
        first_part(archive, var / "feeds")
        save(archive, tmp_path / "1.tar", None)
        second_part(archive, var / "feeds")
        with archive.read() as connection:
            rows = [row for row in _articles(connection) if row[0] not in UNTOLD]

        done = restored(tmp_path / "1.tar", other_url, var)

        assert done.adopted is not None
        assert (done.adopted.event_count, done.adopted.missing_count) == (7, 2)
        with closing(Archive.open(other_url)) as other, other.read() as connection:
            assert _articles(connection) == rows
        assert_goes_on(other_url, var / "feeds")

    def test_a_second_folder_is_adopted_and_agrees(
        self, archive: Archive, other_url: str, var: Path, tmp_path: Path
    ) -> None:
        first_part(archive, var / "feeds")
        save(archive, tmp_path / "1.tar", None)
        second_part(archive, var / "feeds")
        second = tmp_path / "second"
        Publisher(archive, second / "feeds").publish()
        restored(tmp_path / "1.tar", other_url, var)
        with pytest.raises(ArchiveError, match="an older copy, which went on since"):
            open_archive(parse(other_url), second / "feeds")

        with closing(Archive.reach(other_url)) as other:
            adopted = adopt_feeds(Place(other, second, "a test"))

        assert (adopted.event_count, adopted.missing_count) == (0, 0)
        assert_goes_on(other_url, second / "feeds")

    def test_feeds_of_another_state_are_refused_and_nothing_is_done(
        self, archive: Archive, other_url: str, var: Path, tmp_path: Path
    ) -> None:
        first_part(archive, var / "feeds")
        save(archive, tmp_path / "1.tar", None)
        with archive.write() as connection:
            waiting = tables.event.c.seq.is_(None)
            ids = select(tables.event.c.id).where(waiting)
            feeds = tables.event_feed
            connection.execute(delete(feeds).where(feeds.c.event.in_(ids)))
            connection.execute(delete(tables.event).where(waiting))
        second_part(archive, var / "feeds")

        with pytest.raises(ArchiveError, match="found another event with seq 6: it went"):
            restored(tmp_path / "1.tar", other_url, var)

        with closing(Archive.reach(other_url)) as other:
            assert not other.exists()

    def test_feeds_that_cannot_be_read_or_are_anothers_are_refused(
        self, archive: Archive, other_url: str, var: Path, tmp_path: Path
    ) -> None:
        first_part(archive, var / "feeds")
        save(archive, tmp_path / "1.tar", None)
        manifest = Manifest.read(var / "feeds")
        assert manifest is not None

        replace(manifest, archive_id="another").write(var / "feeds")
        with pytest.raises(ArchiveError, match=r"expected feeds of archive .*, found those of"):
            restored(tmp_path / "1.tar", other_url, var)
        (var / "feeds" / "datapackage.json").unlink()
        with pytest.raises(ArchiveError, match="Move the folder away, and call this again"):
            restored(tmp_path / "1.tar", other_url, var)


class TestOverAnArchive:
    def test_an_older_one_gives_way_and_a_newer_or_another_one_does_not(
        self, archive: Archive, archive_url: str, other_url: str, var: Path, tmp_path: Path
    ) -> None:
        first_part(archive, var / "feeds")
        save(archive, tmp_path / "1.tar", None)
        second_part(archive, var / "feeds")
        save(archive, tmp_path / "2.tar", None)
        archive.close()
        restored(tmp_path / "1.tar", other_url, tmp_path / "there")
        Archive.open(other_url).close()

        restored(tmp_path / "2.tar", other_url, tmp_path / "there")
        with pytest.raises(ArchiveError, match="expected an archive as old as the backup"):
            restored(tmp_path / "1.tar", other_url, tmp_path / "there")
        restored(tmp_path / "1.tar", archive_url, var, is_replacing=True)
        third = Archive.open(f"sqlite:///{tmp_path / 'third'}")
        read(third, 1, begin(third), "security")
        third.close()
        with pytest.raises(ArchiveError, match="expected no archive, or that of the backup"):
            restored(tmp_path / "1.tar", f"sqlite:///{tmp_path / 'third'}", tmp_path / "nowhere")

        assert_goes_on(archive_url, var / "feeds")


class TestByAnOlderProgram:
    def test_a_newer_backup_is_refused_in_a_sentence(
        self, archive: Archive, other_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        save(archive, tmp_path / "1.tar", None)

        monkeypatch.setattr(tables, "SCHEMA", tables.SCHEMA - 1)
        with pytest.raises(ArchiveError, match=r"a backup of schema .* or before, found .*update"):
            restored(tmp_path / "1.tar", other_url, tmp_path / "there", is_replacing=True)
        monkeypatch.setattr(backup_format, "FORMAT", backup_format.FORMAT - 1)
        with pytest.raises(FileError, match="expected format 0, found 1"):
            restored(tmp_path / "1.tar", other_url, tmp_path / "there", is_replacing=True)

        with closing(Archive.reach(other_url)) as other:
            assert not other.exists()

    def test_a_newer_archive_is_not_replaced_by_an_older_backup(
        self, archive: Archive, archive_url: str, tmp_path: Path
    ) -> None:
        """It may have tables, and a list of what was forgotten, that this code does not know."""
        save(archive, tmp_path / "1.tar", None)
        with archive.write() as connection:
            newer = str(tables.SCHEMA + 1)
            is_schema = tables.about.c.name == "schema"
            connection.execute(update(tables.about).where(is_schema).values(value=newer))
            before = connection.execute(select(tables.about)).all()

        with pytest.raises(ArchiveError, match=r"was written by schema .* and this code knows"):
            restored(tmp_path / "1.tar", archive_url, tmp_path / "there", is_replacing=True)

        with archive.read() as connection:
            assert connection.execute(select(tables.about)).all() == before


class TestForgotten:
    def test_what_the_place_forgot_does_not_come_back(
        self, archive: Archive, archive_url: str, var: Path, tmp_path: Path
    ) -> None:
        run = begin(archive)
        read(archive, 1, run, "security", headline="Zanzibar quincunx", body="Sesquipedalian.")
        read(archive, 2, run, "security")
        publish(archive, var / "feeds")
        save(archive, tmp_path / "1.tar", None)
        entry = archive.erasing.forget("diplomaticinfo:post:1", "a court", NOW)
        assert entry is not None
        archive.erasing.erase(entry.number, NOW)
        archive.close()

        restored(tmp_path / "1.tar", archive_url, tmp_path / "elsewhere", is_replacing=True)

        with closing(Archive.open(archive_url)) as back:
            assert back.forgotten.is_forgotten("https://site.example/talks-1/")
            lines = change_lines(back)
            assert [line["event"] for line in lines] == ["forgotten", "created", "forgotten"]
            assert "Zanzibar" not in str(lines)
            again = back.articles.note(article(1), begin(back), ["security"])
            assert again == ""
            rows = _everything(back)
        assert "Zanzibar" not in rows
        assert "Sesquipedalian" not in rows
        assert "Talks 2" in rows

    @pytest.mark.parametrize("is_lost", [False, True])
    def test_what_the_feeds_call_forgotten_does_not_come_back(
        self, is_lost: bool, archive: Archive, other_url: str, var: Path, tmp_path: Path
    ) -> None:
        run = begin(archive)
        read(archive, 1, run, "security", headline="Zanzibar quincunx")
        read(archive, 2, run, "security")
        publish(archive, var / "feeds", "2026-11-28")
        save(archive, tmp_path / "1.tar", None)
        entry = archive.erasing.forget("diplomaticinfo:post:1", "a court", NOW)
        assert entry is not None
        archive.erasing.erase(entry.number, NOW)
        publish(archive, var / "feeds", "2026-11-28")

        if is_lost:
            with closing(Archive.reach(other_url)) as other:
                adopt_feeds(Place(other, var, "a test"))
        else:
            restored(tmp_path / "1.tar", other_url, var)

        with closing(Archive.open(other_url)) as back:
            assert back.forgotten.is_forgotten("diplomaticinfo:post:1")
            assert "Zanzibar" not in _everything(back)
            assert back.articles.note(article(1), begin(back), ["security"]) == ""
        assert_goes_on(other_url, var / "feeds")

    @pytest.mark.parametrize("number", [None, 9])
    def test_what_had_no_number_is_known_by_the_id_that_feeds_tell(
        self, number: int | None, archive: Archive, other_url: str, var: Path
    ) -> None:
        """The archive is lost, and its list with it; a page may show a number by then."""
        url = "https://site.example/no-number/"
        own_id = article_id("diplomaticinfo", None, url)
        own = {"url": url, "canonical_url": url, "headline": "Zanzibar quincunx"}
        read(archive, 1, begin(archive), "security", id=own_id, post_id=None, **own)
        publish(archive, var / "feeds", "2026-11-28")
        entry = archive.erasing.forget(url, "a court", NOW)
        assert entry is not None
        archive.erasing.erase(entry.number, NOW)
        publish(archive, var / "feeds", "2026-11-28")
        with closing(Archive.reach(other_url)) as other:
            adopt_feeds(Place(other, var, "a test"))

        with closing(Archive.open(other_url)) as back:
            shown_id = own_id if number is None else f"diplomaticinfo:post:{number}"
            again = article(9, **own, id=shown_id, post_id=number)
            kind = back.articles.note(again, begin(back), ["security"])

            assert kind == ""
            assert "Zanzibar" not in _everything(back)
            assert back.forgotten.is_forgotten(url)

    def test_captures_of_the_backup_lose_its_records(
        self, archive: Archive, archive_url: str, tmp_path: Path
    ) -> None:
        save_with_captures(archive, tmp_path)
        entry = archive.erasing.forget("diplomaticinfo:post:1", "a court", NOW)
        assert entry is not None
        CarryingOut(archive, tmp_path / "there").erase_all()
        archive.close()

        restored(tmp_path / "1.tar", archive_url, tmp_path / "there", is_replacing=True)
        with closing(Archive.open(archive_url)) as back:
            CarryingOut(back, tmp_path / "there").begin_again()

        captures = list(Captures(tmp_path / "there" / "captures").all())
        assert [capture.url for capture in captures] == ["https://site.example/talks-2/"]
        assert [capture.received().body for capture in captures] == [b"Zanzibar 2"]

    def test_a_restoration_that_fails_leaves_no_captures_with_its_words_for_long(
        self, tmp_path: Path
    ) -> None:
        """Captures are put there before all of the backup is read, and nothing else is changed."""
        crawl = Crawl("http://127.0.0.1:9", tmp_path / "var")
        url = f"sqlite:///{crawl.var / 'archive.sqlite'}"
        crawl.var.mkdir()
        with closing(Archive.open(url)) as archive:
            save_with_captures(archive, tmp_path)
        forgotten = crawl.call("forget", "1", "--reason", "a court")
        cut = tmp_path / "cut.tar"
        cut.write_bytes((tmp_path / "1.tar").read_bytes()[:-4096])

        failed = crawl.call("restore", "--replace", str(cut))

        assert (forgotten.returncode, failed.returncode) == (0, 4)
        assert holding(crawl.var, ["Zanzibar 1"])
        with closing(Archive.open(url)) as archive:
            carrying_out = CarryingOut(archive, crawl.var)
            assert carrying_out.is_behind()
            carrying_out.erase_all()
        assert holding(crawl.var, ["Zanzibar 1"]) == []
        assert holding(crawl.var, ["Zanzibar 2"])

    def test_what_is_restored_is_said_to_be_though_nothing_can_be_written_beside_it(
        self, tmp_path: Path
    ) -> None:
        crawl = Crawl("http://127.0.0.1:9", tmp_path / "var")
        with closing(Archive.open(f"sqlite:///{tmp_path / 'other'}")) as archive:
            read(archive, 1, begin(archive), "security")
            save(archive, tmp_path / "1.tar", None)
        (crawl.var / "erased.json").mkdir(parents=True)

        done = crawl.call("restore", str(tmp_path / "1.tar"))

        assert done.returncode == 3
        assert "1 article of archive" in done.stdout
        assert "restored; the feeds not yet: the next run does that" in done.stderr


class TestALostArchive:
    def test_is_made_again_from_its_feeds(
        self, archive: Archive, other_url: str, var: Path
    ) -> None:
        first_part(archive, var / "feeds")
        second_part(archive, var / "feeds")
        before = files(var / "feeds")

        with closing(Archive.reach(other_url)) as other:
            adopted = adopt_feeds(Place(other, var, "a test"))

        with closing(Archive.open(other_url)) as other, archive.read() as connection:
            assert other.id == archive.id
            wanted = _articles(connection)
            with other.read() as reading:
                found = _articles(reading)
        assert found == [row for row in wanted if row[0] not in UNTOLD]
        assert (adopted.event_count, adopted.missing_count, adopted.last_seq) == (13, 2, 15)
        assert files(var / "feeds") == before
        assert_goes_on(other_url, var / "feeds")

    def test_without_feeds_there_is_nothing_to_adopt(self, archive_url: str, var: Path) -> None:
        with closing(Archive.reach(archive_url)) as lost:
            with pytest.raises(ArchiveError, match="expected feeds to be adopted, found none"):
                adopt_feeds(Place(lost, var, "a test"))
            assert not lost.exists()


def _articles(connection: object) -> list[tuple[object, ...]]:
    """Return what the archive says of articles, but when each was last looked at."""
    columns = [it for it in tables.article.c if it.name != "last_seen_at"]
    rows = connection.execute(select(*columns).order_by(tables.article.c.id))  # type: ignore[attr-defined]
    return [tuple(row) for row in rows if row.id != "missing"]


def _everything(archive: Archive) -> str:
    """Return all rows of all tables as text."""
    with archive.read() as connection:
        return "".join(
            str(connection.execute(select(table)).all()) for table in tables.metadata.sorted_tables
        )
