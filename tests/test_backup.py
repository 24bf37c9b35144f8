"""`scrapy backup`: one state of the archive in one file, read back before it has its name."""

import gzip
import json
import os
import sqlite3
import stat
import subprocess
import tarfile
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import inspect

from diplonews.archive import Archive, tables
from diplonews.archive.captures import Captures, CaptureWriter, Received, index_of, whole_bytes
from diplonews.archive.description import build, describe, indexes
from diplonews.backups import backup_writer
from diplonews.backups.backup_contents import BackupContents, check
from diplonews.backups.backup_file import save
from diplonews.backups.backup_format import FormatError, Header
from diplonews.backups.backup_writer import BackupWriter
from diplonews.demo import Replica
from diplonews.errors import ArchiveError, FileError
from tests.support.articles import NOW, article, begin
from tests.support.crawling import Crawl
from tests.support.shapes import shape


def fill(archive: Archive, count: int = 3) -> int:
    run = begin(archive)
    for number in range(1, count + 1):
        archive.articles.note(article(number, headline="Ünité — " * number), run, ["security"])
    return run


def rows_of(path: Path, table: str) -> list[dict[str, object]]:
    """Return a table's rows, read by nothing but tar, gzip and JSON."""
    found = []
    with tarfile.open(path) as tar:
        for member in tar:
            if member.name.startswith(f"tables/{table}/"):
                file = tar.extractfile(member)
                assert file is not None
                found += [json.loads(line) for line in gzip.decompress(file.read()).splitlines()]
    return found


class TestWhatItHolds:
    def test_every_row_as_the_document_says(self, archive: Archive, tmp_path: Path) -> None:
        fill(archive)

        sums = save(archive, tmp_path / "backup.tar", None)

        with (tmp_path / "backup.tar").open("rb") as file:
            header = BackupContents(file).header
        assert (header.archive_id, header.last_seq, header.last_run) == (archive.id, 0, 1)
        assert header.schema == tables.SCHEMA
        assert sums.rows()["article"] == header.rows["article"] == 3
        found = rows_of(tmp_path / "backup.tar", "article")
        assert [row["post_id"] for row in found] == [1, 2, 3]
        assert found[2]["first_seen_at"] == "2026-11-23T12:00:00+00:00"
        assert json.loads(str(found[1]["line"]))["headline"] == "Ünité — Ünité — "
        assert set(found[0]) == set(tables.article.c.keys())

    def test_is_the_same_bytes_on_both_databases(
        self, tmp_path: Path, request: pytest.FixtureRequest
    ) -> None:
        urls = [f"sqlite:///{tmp_path / 'a'}", request.getfixturevalue("cluster").new_database()]
        found = []
        for number, url in enumerate(urls):
            with closing(Archive.open(url)) as archive:
                fill(archive)
                save(archive, tmp_path / f"{number}.tar", None)
            found.append(
                {
                    name: rows_of(tmp_path / f"{number}.tar", name)
                    for name in tables.metadata.tables
                    if name != "about"
                }
            )

        assert found[0] == found[1]
        assert found[0]["event"]

    def test_tables_made_from_its_description_are_those_of_a_new_archive(
        self, archive: Archive
    ) -> None:
        wanted = shape(archive)
        described = json.loads(json.dumps(describe(tables.metadata)))

        with archive.write() as connection:
            tables.metadata.drop_all(connection)
            metadata = build(described)
            metadata.create_all(connection)
            for index in indexes(metadata, described):
                index.create(connection)

        assert shape(archive) == wanted
        assert set(inspect(archive.engine).get_table_names()) == set(tables.metadata.tables)

    def test_is_one_state_though_a_run_archives_meanwhile(
        self, archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run = fill(archive)
        add_table = BackupWriter._add_table

        def add_and_archive(writer: BackupWriter, *arguments: object) -> None:
            add_table(writer, *arguments)  # type: ignore[arg-type]
            archive.articles.note(article(9, fetched_at=NOW, digest=os.urandom(32).hex()), run, [])

        monkeypatch.setattr(BackupWriter, "_add_table", add_and_archive)

        sums = save(archive, tmp_path / "backup.tar", None)

        assert sums.rows()["article"] == sums.rows()["event"] == sums.rows()["alias"] == 3

    def test_large_tables_are_in_several_members(
        self, archive: Archive, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(backup_writer, "BLOCK", 100)
        fill(archive, 20)
        file = BytesIO()

        written = BackupWriter(file).write(archive, None)

        file.seek(0)
        assert check(file) == written
        assert sum(name.startswith("tables/event/") for name in written.members) > 1
        assert written.rows()["event"] == 20


class TestItsFile:
    def test_is_its_owners_alone(self, archive: Archive, tmp_path: Path) -> None:
        before = os.umask(0)
        try:
            save(archive, tmp_path / "backup.tar", None)
        finally:
            os.umask(before)

        assert stat.S_IMODE((tmp_path / "backup.tar").stat().st_mode) == 0o600
        assert [path.name for path in tmp_path.glob(".*")] == []

    def test_takes_the_place_of_an_earlier_one_of_the_same_archive_alone(
        self, archive: Archive, tmp_path: Path
    ) -> None:
        path = tmp_path / "backup.tar"
        save(archive, path, None)
        fill(archive)
        sums = save(archive, path, None)
        other = Archive.open(f"sqlite:///{tmp_path / 'other'}")
        letter = tmp_path / "letter"
        letter.write_text("Dear all")

        with pytest.raises(FileError, match=f"found a backup of archive {archive.id}. It is left"):
            save(other, path, None)
        with pytest.raises(FileError, match="or an earlier backup of this archive, found another"):
            save(archive, letter, None)
        with pytest.raises(FileError, match="expected the name of a file, found something else"):
            save(archive, tmp_path, None)

        other.close()
        assert letter.read_text() == "Dear all"
        with path.open("rb") as file:
            assert check(file) == sums

    def test_is_not_there_where_it_is_not_what_was_written(
        self, archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fill(archive)

        def damage(file: int) -> None:
            os.pwrite(file, b"?", os.fstat(file).st_size // 2)

        monkeypatch.setattr(os, "fsync", damage)

        with pytest.raises(FileError, match="expected what was written, found something else"):
            save(archive, tmp_path / "backup.tar", None)

        assert not (tmp_path / "backup.tar").exists()

    def test_a_full_disk_leaves_the_one_before(
        self, archive: Archive, tmp_path: Path, full_disk: Callable[[int], None]
    ) -> None:
        save(archive, tmp_path / "backup.tar", None)
        before = (tmp_path / "backup.tar").read_bytes()
        fill(archive)
        full_disk(30_000)

        with pytest.raises(FileError, match=r"backup.tar: could not be written: File too large"):
            save(archive, tmp_path / "backup.tar", None)

        assert (tmp_path / "backup.tar").read_bytes() == before
        assert [path.name for path in tmp_path.glob(".*.part")] == []

    @pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.99])
    def test_that_was_cut_is_told(self, share: float, archive: Archive, tmp_path: Path) -> None:
        fill(archive)
        save(archive, tmp_path / "backup.tar", None)
        whole = (tmp_path / "backup.tar").read_bytes().rstrip(b"\0")

        with pytest.raises(FormatError):
            check(BytesIO(whole[: int(len(whole) * share)]))

    def test_with_one_other_byte_is_told(self, archive: Archive, tmp_path: Path) -> None:
        fill(archive)
        save(archive, tmp_path / "backup.tar", None)
        whole = (tmp_path / "backup.tar").read_bytes()
        with tarfile.open(tmp_path / "backup.tar") as tar:
            places = [
                item.offset_data + item.size // 2 for item in tar if item.name != "backup.json"
            ]

        for place in places:
            damaged = bytearray(whole)
            damaged[place] ^= 1
            with pytest.raises(FormatError):
                check(BytesIO(damaged))

    def test_of_a_later_format_is_refused(self) -> None:
        with pytest.raises(FormatError, match="expected format 1, found 2"):
            Header.load(b'{"format": 2}')


class TestCaptures:
    def test_are_whole_records_up_to_the_backup(self, tmp_path: Path) -> None:
        writer = CaptureWriter(tmp_path, "20261123T120000Z-security", NOW)
        for number in range(4):
            at = NOW + timedelta(minutes=number)
            url = f"https://site.example/talks-{number}/"
            writer.write(Received(url, (), at, 200, [("Content-Type", "text/html")], b"Talks"))
        (path,) = Captures(tmp_path).files()
        offsets = [capture.offset for capture in Captures(tmp_path).all()]
        until = NOW + timedelta(minutes=2, seconds=30)

        indexed = whole_bytes(path, until)
        torn = path.read_bytes()[:-7]
        path.write_bytes(torn)
        torn_size, _ = whole_bytes(path, NOW + timedelta(days=1))
        lines = index_of(path).read_bytes().splitlines(keepends=True)
        index_of(path).write_bytes(b"".join(lines[:1]) + lines[1][:9])
        half_indexed = whole_bytes(path, until)
        index_of(path).unlink()
        unindexed = whole_bytes(path, until)

        assert indexed == (offsets[3], b"".join(lines[:3]))
        assert torn_size == offsets[3]
        assert half_indexed == (offsets[3], lines[0])
        assert unindexed == (offsets[3], b"")
        writer.close()


def test_the_command_writes_a_file_or_standard_output(crawl: Crawl, replica: Replica) -> None:
    nothing = crawl.call("backup", str(crawl.var.parent / "none.tar"))
    crawl("security")
    path = crawl.var.parent / "backup.tar"

    done = crawl.call("backup", "--captures", str(path))
    piped = subprocess.run(
        crawl.command("backup", "-"), env=crawl.variables(), capture_output=True, check=False
    )
    wrong = [crawl.call("backup", *names).returncode for names in ((), ("a", "b"))]
    missing = crawl.call("backup", str(path / "no folder"))

    assert (nothing.returncode, wrong, missing.returncode) == (3, [2, 2], 2)
    assert "expected an archive, found none: crawl first" in nothing.stderr
    assert done.returncode == 0, done.stderr
    assert "1 file of captures, read back and whole" in done.stdout
    assert piped.returncode == 0, piped.stderr
    assert "not read back" in piped.stderr.decode()
    with path.open("rb") as file:
        sums = check(file)
    assert check(BytesIO(piped.stdout)).rows() == sums.rows()
    assert sums.rows()["article"] == len(replica.truth("security"))
    capture = next(iter((crawl.var / "captures").rglob("*.warc.gz")))
    with tarfile.open(path) as tar:
        name = f"captures/{capture.relative_to(crawl.var / 'captures')}"
        file_of_capture = tar.extractfile(name)
        assert file_of_capture is not None
        assert file_of_capture.read() == capture.read_bytes()


def test_an_archive_of_another_schema_is_for_the_code_that_wrote_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.sqlite'}"
    Archive.open(url).close()
    with closing(sqlite3.connect(tmp_path / "a.sqlite")) as connection:
        connection.execute("UPDATE about SET value = '1' WHERE name = 'schema'")
        connection.commit()
    archive = Archive.reach(url)

    with pytest.raises(ArchiveError, match="found 1: make the backup by the code that wrote it"):
        save(archive, tmp_path / "backup.tar", None)

    archive.close()
    assert list(tmp_path.glob("*.tar*")) == []
