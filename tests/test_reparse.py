"""Captures: every answer is kept and found again; and they are read again without the site."""

import gzip
import os
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import brotli
import pytest
from backports import zstd
from warcio.archiveiterator import ArchiveIterator

from diplonews.archive.captures import Captures, CaptureWriter, Received, index_of
from diplonews.demo import Replica
from diplonews.errors import ArchiveError
from tests.support.crawling import Crawl
from tests.support.mishaps import die_at_commit
from tests.support.older import DateUnread, LastParagraphLost, with_fault
from tests.support.truth import differences

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def write(folder: Path, count: int, name: str = "20261123T120000Z-security") -> CaptureWriter:
    writer = CaptureWriter(folder, name, NOW)
    for number in range(count):
        writer.write(
            Received(
                f"https://site.example/a{number}/",
                asked=[f"https://site.example/?p={number}"],
                at=NOW + timedelta(seconds=number),
                status=200,
                headers=[("Content-Type", "text/html"), ("Transfer-Encoding", "chunked")],
                body=f"page {number}".encode(),
            )
        )
    writer.close()
    return writer


class TestCaptures:
    def test_a_capture_is_found_by_any_form_of_its_url_and_by_time(self, tmp_path: Path) -> None:
        write(tmp_path, 3)
        captures = Captures(tmp_path)

        found = captures.find("http://SITE.example/a1")

        assert found is not None
        assert (found.received().body, found.at) == (b"page 1", NOW + timedelta(seconds=1))
        assert captures.find("https://site.example/?p=2") is not None
        assert captures.find("https://site.example/a1/", before=NOW) is None
        assert captures.find("https://site.example/other/") is None

    def test_the_newest_is_looked_for_in_files_that_were_written_to_since(
        self, tmp_path: Path
    ) -> None:
        newest = write(tmp_path, 1, "20261124T120000Z-security").path
        longer = write(tmp_path, 1, "20261123T120000Z-ecowas").path
        index = index_of(longer)
        later = (NOW + timedelta(hours=1)).isoformat()
        index.write_text(index.read_text().replace(NOW.isoformat(), later))
        paths = []
        for written_at in (NOW - timedelta(hours=1), NOW + timedelta(hours=1)):
            os.utime(longer, times=(written_at.timestamp(), written_at.timestamp()))
            found = Captures(tmp_path).find("https://site.example/a0/")
            assert found is not None
            paths.append(found.path)

        assert paths == [newest, longer]

    def test_a_file_torn_anywhere_is_read_up_to_the_tear(self, tmp_path: Path) -> None:
        path = write(tmp_path, 4).path
        whole = path.read_bytes()
        ends = [*[item.offset for item in Captures(tmp_path).all()][1:], len(whole)]

        for length in range(0, len(whole) + 1, 7):
            path.write_bytes(whole[:length])
            index_of(path).unlink(missing_ok=True)
            found = [item.received().body for item in Captures(tmp_path).all()]
            sound = sum(end <= length for end in ends)
            assert found == [f"page {n}".encode() for n in range(sound)]

    def test_an_index_that_falls_short_is_made_up_for(self, tmp_path: Path) -> None:
        index = index_of(write(tmp_path, 4).path)
        whole = index.read_bytes()

        for length in range(0, len(whole), 11):
            index.write_bytes(whole[:length])
            assert len(list(Captures(tmp_path).all())) == 4

    def test_a_file_is_a_warc_that_others_read(self, tmp_path: Path) -> None:
        path = write(tmp_path, 1).path

        with path.open("rb") as file:
            records = [(r.rec_type, r.content_stream().read()) for r in ArchiveIterator(file)]

        assert [kind for kind, _ in records] == ["warcinfo", "response"]
        assert records[1][1] == b"page 0"

    def test_old_files_are_dropped_with_their_indexes(self, tmp_path: Path) -> None:
        path = write(tmp_path, 1).path

        assert Captures(tmp_path).drop(datetime.now(UTC) - timedelta(days=1)) == 0
        assert Captures(tmp_path).drop(datetime.now(UTC) + timedelta(days=1)) == 1
        assert not path.exists()
        assert not index_of(path).exists()

    def test_a_folder_that_cannot_be_written_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "2026").write_text("no folder")

        with pytest.raises(ArchiveError, match="a capture could not be written"):
            write(tmp_path, 1)


def packed_twice(body: bytes) -> bytes:
    return gzip.compress(zlib.compress(body))


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
    "deflate, gzip": packed_twice,
}


class TestPackedAnswers:
    """Kept as they were received, and read as Scrapy reads them."""

    def test_are_read_again_whatever_packed_them(self, site: Replica, tmp_path: Path) -> None:
        for encoding, pack in PACKERS.items():
            site.fail(path="^/[^/]+/$", kind="packed", encoding=encoding, pack=pack, times=1)
        crawl = Crawl(site.origin, tmp_path / "var")
        first = crawl("security", *with_fault(LastParagraphLost))
        pages = [item.received() for item in Captures(crawl.var / "captures").all()]

        done = crawl("reparse")

        assert (first.status, done.status) == (0, 0)
        assert differences(crawl.current("security"), site.truth("security")) == []
        packed = {dict(page.headers)["Content-Encoding"]: page for page in pages if page.is_packed}
        assert packed.keys() == PACKERS.keys()
        assert not any(b"<html" in page.body for page in packed.values())

    def test_one_that_would_grow_too_large_is_passed_over_with_its_reason(
        self, site: Replica, tmp_path: Path
    ) -> None:
        site.fail(path="^/[^/]+/$", kind="packed", encoding="gzip")
        crawl = Crawl(site.origin, tmp_path / "var")
        crawl("security")

        done = crawl("reparse", "-s", "DOWNLOAD_MAXSIZE=1000")

        assert done.status in {3, 4}
        assert "that can be unpacked, found IgnoreRequest" in done.log

    def test_other_programs_read_them(self, tmp_path: Path) -> None:
        writer = CaptureWriter(tmp_path, "20261123T120000Z-security", NOW)
        html = b"<html>" + b"<p>Ministers met in Abuja.</p>" * 50
        headers = [("Content-Type", "text/html"), ("Content-Encoding", "gzip")]
        address = "https://site.example/a/"
        writer.write(Received(address, [], NOW, 200, headers, gzip.compress(html)))
        writer.close()

        with writer.path.open("rb") as file:
            _, record = [(r.content_stream().read()) for r in ArchiveIterator(file)]

        assert record == html


@pytest.fixture
def site(new_replica: Callable[..., Replica]) -> Replica:
    return new_replica(articles=60)


class TestReparse:
    def test_what_was_read_wrong_is_made_right_without_a_request(
        self, site: Replica, tmp_path: Path
    ) -> None:
        crawl = Crawl(site.origin, tmp_path / "var")
        crawl("security", *with_fault(LastParagraphLost))
        assert differences(crawl.current("security"), site.truth("security"))
        site.clear_requests()

        mended = crawl("reparse")
        again = crawl("reparse")

        assert differences(crawl.current("security"), site.truth("security")) == []
        assert site.requests == []
        assert (mended.status, mended.verdict, again.verdict) == (0, "ok", "unchanged")
        events = [line for line in crawl.changes("security") if line["event"] == "updated"]
        assert {line["reason"] for line in events} == {"reparse"}
        assert all(line["changed"] for line in events)
        assert any(line.get("diff") for line in events)
        assert {line["revision"] for line in events} == {2}
        # And the next reading of the same words is no edit.
        assert crawl("security").verdict == "unchanged"
        assert crawl.call("verify").returncode == 0

    def test_what_nobody_could_read_is_created(self, site: Replica, tmp_path: Path) -> None:
        crawl = Crawl(site.origin, tmp_path / "var")
        crawl("security", *with_fault(DateUnread))
        assert crawl.current("security") == []

        mended = crawl("reparse")

        assert differences(crawl.current("security"), site.truth("security")) == []
        assert mended.verdict == "ok"
        assert {line["event"] for line in crawl.changes("security")} == {"created"}

    def test_an_older_capture_never_comes_before_a_newer_reading(
        self, site: Replica, tmp_path: Path
    ) -> None:
        crawl = Crawl(site.origin, tmp_path / "var")
        crawl("security", *with_fault(LastParagraphLost))
        crawl("security", DIPLONEWS_LOOK_SECONDS="0", DIPLONEWS_CAPTURE_DAYS="0")
        before = crawl.current("security")
        for path in (tmp_path / "var" / "captures").glob("*/*/*"):
            path.unlink()

        assert crawl("reparse").verdict == "unchanged"
        assert crawl.current("security") == before

    def test_a_category_alone_is_read_again(self, site: Replica, tmp_path: Path) -> None:
        crawl = Crawl(site.origin, tmp_path / "var")
        crawl("security", *with_fault(LastParagraphLost))
        crawl("international", *with_fault(LastParagraphLost))

        crawl("reparse", "-a", "category=security")

        assert differences(crawl.current("security"), site.truth("security")) == []
        assert differences(crawl.current("international"), site.truth("international"))

    @pytest.mark.parametrize(
        ("argument", "expected"),
        [
            ("since=yesterday", "expected a day like 2026-11-01, found 'yesterday'"),
            ("category=mali,atlantis", "found 'atlantis'"),
        ],
    )
    def test_a_wrong_argument_is_told(self, argument: str, expected: str, tmp_path: Path) -> None:
        done = Crawl("http://127.0.0.1:9", tmp_path / "var")("reparse", "-a", argument)

        assert done.status == 2
        assert expected in done.log

    def test_without_captures_nothing_is_done(self, tmp_path: Path) -> None:
        done = Crawl("http://127.0.0.1:9", tmp_path / "var")("reparse", "-a", "since=2026-11-01")

        assert (done.status, done.verdict) == (0, "unchanged")
        assert "captures of 0 pages" in done.log

    def test_a_run_that_is_killed_leaves_captures_that_are_read(
        self, site: Replica, tmp_path: Path
    ) -> None:
        crawl = Crawl(site.origin, tmp_path / "var")

        killed = crawl("security", arrange=partial(die_at_commit, 12))

        assert killed.status < 0
        captured = list(Captures(tmp_path / "var" / "captures").all())
        assert captured
        assert all(item.received().body for item in captured)
