"""Feeds go on with the archive that they were made from, or not at all."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.engine import make_url

from diplonews.archive import Archive
from diplonews.archive.tables import folder
from diplonews.demo import Replica
from diplonews.errors import ArchiveError
from diplonews.feeds.manifest import Manifest
from diplonews.feeds.origin import open_archive
from diplonews.feeds.publisher import Publisher
from tests.support.articles import article, begin
from tests.support.crawling import Crawl
from tests.support.feeds import files, publish


@pytest.fixture
def feeds(archive: Archive, tmp_path: Path) -> Path:
    """Return a folder of feeds that were made from the archive."""
    folder = tmp_path / "feeds"
    run = begin(archive)
    archive.articles.note(article(), run, ["security"])
    publish(archive, folder)
    return folder


@pytest.fixture
def other_url(archive_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    if archive_url.startswith("sqlite"):
        return f"sqlite:///{tmp_path / 'other.sqlite'}"
    return str(request.getfixturevalue("cluster").new_database())


class TestBesideFeeds:
    def test_the_archive_that_they_were_made_from_is_opened(
        self, archive: Archive, archive_url: str, feeds: Path
    ) -> None:
        again = open_archive(make_url(archive_url), feeds)

        assert again.id == archive.id == getattr(Manifest.read(feeds), "archive_id", "")
        again.close()

    @pytest.mark.parametrize("with_manifest", [True, False])
    def test_none_or_an_empty_one_is_no_archive_to_begin_again(
        self, other_url: str, feeds: Path, with_manifest: bool
    ) -> None:
        if not with_manifest:
            (feeds / "datapackage.json").unlink()

        with pytest.raises(ArchiveError, match="that these feeds were made from, found none"):
            open_archive(make_url(other_url), feeds)

        assert not Path(make_url(other_url).database or "").exists()
        with pytest.raises(ArchiveError, match="expected an archive, found none: crawl first"):
            Archive.open(other_url, create=False)

    @pytest.mark.parametrize("has_events", [True, False])
    def test_another_one_is_refused(self, other_url: str, feeds: Path, has_events: bool) -> None:
        other = Archive.open(other_url)
        for number in range(5 if has_events else 0):
            other.articles.note(article(number), begin(other), ["security"])
        other.close()

        with pytest.raises(
            ArchiveError, match=f"expected the archive .* found {other_id(other_url)}"
        ):
            open_archive(make_url(other_url), feeds)

    def test_another_one_is_refused_by_its_lines_where_the_manifest_is_lost(
        self, other_url: str, feeds: Path
    ) -> None:
        (feeds / "datapackage.json").write_text("{")
        Archive.open(other_url).close()

        with pytest.raises(ArchiveError, match=r"with seq 1 of diplomaticinfo:post:1 that these"):
            open_archive(make_url(other_url), feeds)

    def test_another_one_is_refused_by_the_manifest_of_schema_1(
        self, other_url: str, feeds: Path
    ) -> None:
        (feeds / "datapackage.json").rename(feeds / "manifest.json")
        (feeds / "manifest.json").write_text('{"archive": "of before"}')
        Archive.open(other_url).close()

        with pytest.raises(ArchiveError, match="expected the archive of before that these feeds"):
            open_archive(make_url(other_url), feeds)

    def test_an_older_copy_that_went_on_since_is_refused(
        self, archive: Archive, archive_url: str, feeds: Path
    ) -> None:
        with archive.write() as connection:
            connection.execute(update(folder).values(last_seq=0))

        with pytest.raises(ArchiveError, match="an older copy, which went on since"):
            open_archive(make_url(archive_url), feeds)

    def test_one_that_ends_before_the_feeds_do_is_refused(
        self, archive: Archive, archive_url: str, feeds: Path
    ) -> None:
        manifest = Manifest.read(feeds)
        assert manifest is not None
        manifest.last_seq += 1
        manifest.write(feeds)

        with pytest.raises(ArchiveError, match=r"goes to seq 2 .* found one that goes to 1 at"):
            open_archive(make_url(archive_url), feeds)


def other_id(url: str) -> str:
    archive = Archive.open(url, create=False)
    found = archive.id
    archive.close()
    return found


class TestDeletedFiles:
    @pytest.mark.parametrize(
        "damage", ["deleted", "cut", "longer", "folder deleted", "all deleted"]
    )
    def test_are_put_back_by_the_next_publication(
        self, damage: str, archive: Archive, feeds: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        before = files(feeds)
        victim = next(iter((feeds / "changes/security").glob("*.jsonl")))
        if damage == "deleted":
            victim.unlink()
        elif damage == "all deleted":
            for part in ("changes", "current", "schema"):
                shutil.rmtree(feeds / part)
        elif damage == "folder deleted":
            shutil.rmtree(feeds / "current/security")
        else:
            victim.write_bytes(victim.read_bytes()[:-9] if damage == "cut" else b"{}\n" * 9_999)

        Publisher(archive, feeds).publish()

        assert files(feeds) == before
        assert "files were gone or not of their size, and were put back" in caplog.text

    def test_an_unchanged_run_does_so_too(self, crawl: Crawl) -> None:
        crawl("security")
        before = files(crawl.var / "feeds")
        for part in ("changes", "current"):
            next(iter((crawl.var / "feeds" / part / "security").glob("*.jsonl"))).unlink()

        done = crawl("security")

        assert (done.status, done.verdict) == (0, "unchanged")
        assert files(crawl.var / "feeds") == before
        assert "2 files were gone or not of their size, and were put back" in done.log


@pytest.mark.parametrize("content", ["", "[]", "{", '{"schema_version": 1}', "\0"])
def test_a_damaged_manifest_is_told_and_its_feeds_have_another_id(
    content: str, archive: Archive, feeds: Path, caplog: pytest.LogCaptureFixture
) -> None:
    manifest = Manifest.read(feeds)
    (feeds / "datapackage.json").write_text(content)

    Publisher(archive, feeds).publish()

    written = Manifest.read(feeds)
    assert manifest is not None
    assert written is not None
    assert written.feed_id != manifest.feed_id
    assert "found one that cannot be read so: all feeds are written again" in caplog.text


def test_a_lost_archive_is_told_by_every_command_and_nothing_is_begun_again(
    crawl: Crawl, replica: Replica
) -> None:
    crawl("security")
    older = {path: path.read_bytes() for path in crawl.var.glob("archive.sqlite*")}
    replica.publish(["security"])
    crawl("security")
    feeds = files(crawl.var / "feeds")
    replica.clear_requests()

    for path, content in older.items():
        path.write_bytes(content)
    old = crawl("security")
    for path in crawl.var.glob("archive.sqlite*"):
        path.unlink()
    lost, verified = crawl("international"), crawl.call("verify", "--repair")
    (crawl.var / "archive.sqlite").touch()
    empty = crawl("security")

    assert [old.status, lost.status, verified.returncode, empty.status] == [4, 4, 4, 4]
    assert "expected an archive that goes to seq" in old.log
    for told in (lost.log, verified.stderr, empty.log):
        assert "expected the archive that these feeds were made from, found none or an" in told
        assert "Put the right one back from a backup, or mend DIPLONEWS_ARCHIVE" in told
        assert "Traceback" not in told
    assert files(crawl.var / "feeds") == feeds
    assert replica.requests == []
