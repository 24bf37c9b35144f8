"""The tables of names: well-formed, with a source, and part of what is installed."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from diplonews.infer import data_tables
from diplonews.infer.data_tables import parts, rows, words
from diplonews.infer.gazetteer import NO_COUNTRY

ROOT = Path(__file__).parent.parent
DATA = ROOT / "diplonews" / "infer" / "data"
TABLES = sorted(path.stem for path in DATA.glob("*.tsv"))
KINDS = {
    "countries": {"name", "demonym", "capital", "city", "region", "town"},
    "shared": {"name", "demonym"},
    "organisations": {"name", "abbreviation"},
    "agencies": {"agency", "broadcaster", "paper"},
}


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_rows_of_facts_with_their_source(table: str) -> None:
    header, *lines = (DATA / f"{table}.tsv").read_text(encoding="utf-8").splitlines()

    assert header.split("\t")[-1] == "source"
    assert len(set(lines)) == len(lines) > 0
    assert [line for line in lines if not line.split("\t")[-1].strip()] == []


@pytest.mark.parametrize("table", sorted(KINDS))
def test_rows_are_of_the_kinds_that_are_read(table: str) -> None:
    assert {row["kind"] for row in rows(table)} == KINDS[table]


def test_countries_are_codes_of_two_letters() -> None:
    codes = {row["code"] for row in rows("countries")}
    codes |= {code for row in rows("lookalikes") for code in row["code"].split("+")}
    codes |= {code for row in rows("shared") for code in row["codes"].split("|")}

    assert {code for code in codes if len(code) != 2 or not code.isupper()} == {NO_COUNTRY}


def test_every_cue_belongs_to_a_name_that_countries_share() -> None:
    shared = {row["subject"]: row["codes"].split("|") for row in rows("shared")}
    strange = [row for row in rows("cues") if row["code"] not in shared.get(row["subject"], [])]

    assert strange == []
    assert {row["place"] for row in rows("cues")} == {"after", "sentence", "article"}


def test_cues_are_written_as_they_are_compared() -> None:
    cues = [word for row in rows("cues") for word in row["words"].split()]

    assert [word for word in cues if not word.isascii() or word != word.lower()] == []


def test_an_unknown_kind_of_words_is_an_error_that_says_so() -> None:
    with pytest.raises(KeyError, match="expected words of the kind 'colours', found none"):
        words("colours")


def test_a_cell_may_be_empty() -> None:
    assert parts("") == []


def test_the_tables_are_read_from_an_egg_that_is_never_unpacked(tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(ROOT / "diplonews", project / "diplonews")
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, project)
    build = [sys.executable, "-c", "import setuptools; setuptools.setup()", "-q", "bdist_egg"]
    subprocess.run(build, cwd=project, check=True, capture_output=True)
    (egg,) = (project / "dist").glob("*.egg")

    read = (
        "from diplonews.infer import data_tables as tables; "
        "print(tables.__file__, len(tables.rows('agencies')))"
    )
    printed = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(egg)!r}); {read}"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()

    assert printed == [
        f"{egg}/diplonews/infer/data_tables.py",
        str(len(data_tables.rows("agencies"))),
    ]
