"""A section's lock is where its archive is, and is missed when it is taken away."""

from pathlib import Path

import pytest

from diplonews.archive.database_urls import from_settings, parse
from diplonews.errors import DiplonewsError, LockedError
from diplonews.runs.section_lock import take_lock


@pytest.fixture(params=["sqlite in var", "sqlite elsewhere", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return str(request.getfixturevalue("cluster").new_database())
    where = tmp_path / "one" if request.param == "sqlite in var" else tmp_path / "elsewhere"
    where.mkdir()
    return f"sqlite:///{where / 'archive.sqlite'}"


def test_two_folders_with_one_archive_have_one_lock(url: str, tmp_path: Path) -> None:
    lock = take_lock(parse(url), tmp_path / "one", "security")
    take_lock(parse(url), tmp_path / "two", "international").release()

    with pytest.raises(LockedError, match="security is being crawled by"):
        take_lock(parse(url), tmp_path / "two", "security")

    lock.release()
    take_lock(parse(url), tmp_path / "two", "security").release()


@pytest.mark.parametrize("change", ["removed", "replaced"])
def test_a_file_that_is_taken_away_is_a_lock_that_is_lost(change: str, tmp_path: Path) -> None:
    lock = take_lock(from_settings("", tmp_path), tmp_path, "security")
    file = tmp_path / "locks/security.lock"
    assert not lock.is_lost()

    file.unlink()
    if change == "replaced":
        (tmp_path / "other").touch()
        (tmp_path / "other").rename(file)

    assert lock.is_lost()
    lock.release()


@pytest.mark.parametrize("var", ["file", "file/var", "dangling/var"])
def test_a_folder_that_cannot_be_made_is_no_lock(var: str, url: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere" / "x")

    with pytest.raises(DiplonewsError, match=r"expected a folder to write to \(DIPLONEWS_VAR\)"):
        take_lock(parse(url), tmp_path / var, "security")
