"""The manifest is a data package that other tools know (https://datapackage.org)."""

import json
import subprocess
import sys
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest

from diplonews.archive import Archive
from diplonews.feeds.file_names import change_name, current_name
from diplonews.feeds.files import FileFacts
from diplonews.feeds.manifest import NAME, OLDER, Manifest
from tests.support.articles import article, begin
from tests.support.feeds import publish

DAYS = ("2026-06-30", "2026-07-31", "2026-11-28")


@pytest.fixture
def states(archive: Archive, tmp_path: Path) -> list[Path]:
    """Return manifests of published states, the first of an empty archive."""
    publish(archive, tmp_path / "empty")
    run = begin(archive)
    for number, day in enumerate(DAYS, start=1):
        syndicated = article(number, standfirst="", is_syndicated=number == 2)
        archive.articles.note(syndicated, run, ["security"])
        archive.articles.note(article(number, digest="b" * 64, body="Two."), run, ["security"])
        publish(archive, tmp_path / "full", day)
    return [tmp_path / "empty" / NAME, tmp_path / "full" / NAME, tmp_path / "full" / OLDER]


@pytest.mark.skipif(find_spec("frictionless") is None, reason="frictionless is not installed")
def test_frictionless_finds_every_published_state_valid(states: list[Path]) -> None:
    """Its structure, its files' sizes and hashes, and the type of every value."""
    for path in states:
        command = [sys.executable, "-m", "frictionless", "validate", path.name, "--json"]
        done = subprocess.run(
            command, cwd=path.parent, capture_output=True, text=True, check=False
        )

        report = json.loads(done.stdout)
        assert (done.returncode, report["valid"]) == (0, True), done.stdout
        assert len(report["tasks"]) == len(json.loads(path.read_text())["resources"])


def test_an_empty_archive_has_a_manifest_too(states: list[Path]) -> None:
    package = json.loads(states[0].read_text())

    assert (package["last_seq"], package["last_day"], package["older"]) == (0, None, None)
    assert {resource["type"] for resource in package["resources"]} == {"json"}


def test_names_are_each_given_once(states: list[Path]) -> None:
    for path in states:
        names = [resource["name"] for resource in json.loads(path.read_text())["resources"]]
        assert len(names) == len(set(names))


def test_it_stays_small_after_ten_years(tmp_path: Path) -> None:
    last = date(2036, 12, 31)
    days = [f"{last - timedelta(days=number)}" for number in range(3_653)]
    names = {
        name
        for feed in ("ecowas", "international", "security")
        for day in days
        for name in (change_name(feed, day, days[0]), current_name(feed, day[:7]))
    }
    facts = FileFacts(12_345_678, 1_234, "a" * 64, 123_456)

    Manifest(last_day=days[0], last_seq=123_456, files=dict.fromkeys(names, facts)).write(tmp_path)

    assert (tmp_path / NAME).stat().st_size < 100_000
    assert (tmp_path / OLDER).stat().st_size < 300_000
    read = Manifest.read(tmp_path)
    assert read is not None
    assert read.files.keys() == names


def test_a_part_that_lists_the_same_is_not_written_again(tmp_path: Path) -> None:
    facts = FileFacts(1, 1, "a" * 64, 1)
    manifest = Manifest(last_day="2026-11-28", files={"changes/security/2026-01.jsonl.gz": facts})
    manifest.write(tmp_path)
    written = (tmp_path / OLDER).stat().st_mtime_ns

    manifest.write(tmp_path)

    assert (tmp_path / OLDER).stat().st_mtime_ns == written
