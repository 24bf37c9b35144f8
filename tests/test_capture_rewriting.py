"""Captures lose the records that name a forgotten article, however its address is written."""

import gzip
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest
from backports import zstd

from diplonews.archive.capture_rewriting import LARGEST, drop_records, is_to_drop, unpack
from diplonews.archive.captures import Captures, CaptureWriter, Received, index_of
from diplonews.archive.traces import Traces, TraceSearch

AT = datetime(2026, 11, 28, tzinfo=UTC)
SITE = "https://site.example"
SEARCH = TraceSearch(
    Traces((f"{SITE}/c%C3%B4te-talks/", f"{SITE}/?p=77"), (77,), ("diplomaticinfo:post:77",))
)
PACKERS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}


def received(body: str | bytes, url: str = f"{SITE}/page/", coding: str = "") -> Received:
    packed = body.encode() if isinstance(body, str) else body
    headers = [("Content-Encoding", coding)] if coding else []
    return Received(url, [], AT, 200, headers, packed)


@pytest.mark.parametrize(
    "body",
    [
        f'<a href="{SITE}/c%C3%B4te-talks/">x</a>',
        f'<a href="{SITE}/c%c3%b4te-talks">x</a>',
        "<a href=/côte-talks/>x</a>",
        r'{"link":"https:\/\/site.example\/c%C3%B4te-talks\/"}',
        r'{"link":"https:\/\/site.example\/c\u00f4te-talks\/"}',
        '<body class="postid-77 single">',
        '<article id="post-77" class="post">',
        '[{"id":77,"link":"x"}]',
        '<link rel="shortlink" href="https://site.example/?p=77">',
    ],
)
def test_all_ways_to_write_it_are_seen(body: str) -> None:
    assert is_to_drop(received(body), SEARCH)
    for coding, pack in PACKERS.items():
        assert is_to_drop(received(pack(body.encode()), coding=coding), SEARCH)


@pytest.mark.parametrize(
    "body",
    [
        "<a href=/côte-talks-2/>x</a>",
        '<body class="postid-770 single">',
        '[{"id":177,"link":"x"}]',
        "77 talks",
    ],
)
def test_what_is_nearly_it_stays(body: str) -> None:
    assert not is_to_drop(received(body), SEARCH)


SHORT = TraceSearch(Traces((f"{SITE}/mali/",)))


@pytest.mark.parametrize(
    ("text", "is_traced"),
    [
        ("<a href='https://www.site.example/mali/'>", True),
        ("<a href='http://site.example:8080/mali'>", True),
        ('<a href="/mali/?x=1">', True),
        ("<a href=/mali/page/2/>", True),
        ("<a href='//site.example/mali/feed/'>", True),
        (r'{"link":"https:\/\/site.example\/mali\/"}', True),
        ("<a href='https://share.example/?u=https%3A%2F%2Fsite.example%2Fmali%2F'>", True),
        ("<a href='https://site.example/category/ecowas/mali/'>", False),
        ("<a href='/category/ecowas/mali/page/2/'>", False),
        ("<a href='https://site.example/mali/talks-in-bamako/'>", False),
        ("<a href='https://site.example/mali-talks/'>", False),
        ("<a href='/tag/mali'>", False),
    ],
)
def test_an_address_of_one_word_is_no_categorys(text: str, is_traced: bool) -> None:
    assert SHORT.is_in(text.encode()) is is_traced


def test_the_sites_own_address_is_in_nothing() -> None:
    """Or every capture would go."""
    assert not is_to_drop(received("words", f"{SITE}/"), TraceSearch(Traces((f"{SITE}/",))))


def test_what_cannot_be_unpacked_goes() -> None:
    assert is_to_drop(received(b"no gzip", coding="gzip"), SEARCH)
    assert is_to_drop(received(b"?", coding="compress"), SEARCH)


def two_members(body: bytes) -> bytes:
    return gzip.compress(b"<html>") + gzip.compress(body)


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", two_members),
        ("gzip", lambda body: gzip.compress(body) + b"after it"),
        ("deflate", lambda body: zlib.compress(body)[2:-4]),
        ("zstd", lambda body: zstd.compress(b"<html>") + zstd.compress(body)),
    ],
    ids=["gzip twice", "gzip and more", "deflate without a head", "zstd twice"],
)
def test_all_of_a_packed_answer_is_searched(coding: str, pack: Callable[[bytes], bytes]) -> None:
    traced, other = (pack(body) for body in (b'<body class="postid-77">', b"<p>Talks.</p>"))

    assert is_to_drop(received(traced, coding=coding), SEARCH)
    assert not is_to_drop(received(other, coding=coding), SEARCH)


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_what_would_unpack_to_more_than_a_page_is_not_unpacked(coding: str) -> None:
    """It was never read, and goes, since nobody knows what is in it."""
    pack = {"gzip": gzip.compress, "br": brotli.compress, "zstd": zstd.compress}[coding]

    assert unpack(received(pack(b" " * (LARGEST + 1)), coding=coding)) is None


def test_other_records_stay_byte_by_byte_and_are_found(tmp_path: Path) -> None:
    path = written(tmp_path)
    kept = [capture.received() for capture in Captures(tmp_path).all()][1::2]

    count = drop_records(path, SEARCH)

    assert count == 2
    after = list(Captures(tmp_path).all())
    assert [capture.received() for capture in after] == kept
    assert index_of(path).read_bytes().count(b"\n") == 2
    assert drop_records(path, SEARCH) == 0


def test_a_torn_end_goes_and_so_does_a_file_without_a_record(tmp_path: Path) -> None:
    path = written(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole + gzip.compress(b"WARC/1.1 and words of it")[:-9])
    drop_records(path, TraceSearch(Traces((f"{SITE}/never/",))))
    assert path.read_bytes() == whole

    drop_records(path, TraceSearch(Traces((f"{SITE}/page/", f"{SITE}/c%C3%B4te-talks/"))))

    assert list(tmp_path.rglob("*.warc.gz")) == []
    assert not index_of(path).exists()


def test_a_dry_search_changes_nothing(tmp_path: Path) -> None:
    path = written(tmp_path)
    before = path.read_bytes()

    assert drop_records(path, SEARCH, is_dry=True) == 2
    assert path.read_bytes() == before


def written(folder: Path) -> Path:
    writer = CaptureWriter(folder, "run", AT)
    for url, body in (
        (f"{SITE}/c%C3%B4te-talks/", "its page"),
        (f"{SITE}/page/1/", "another"),
        (f"{SITE}/page/2/", f"<a href='{SITE}/c%C3%B4te-talks/'>"),
        (f"{SITE}/page/3/", "a third"),
    ):
        writer.write(received(body, url))
    writer.close()
    return writer.path
