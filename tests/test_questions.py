"""Each of the ten questions of docs/questions.md is answered in one step."""

import csv
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from diplonews.archive import Archive
from diplonews.exports.questions import QUESTIONS
from diplonews.items import CountryMention, OrganisationMention
from tests.support.articles import begin
from tests.support.exporting import full_article, publish, withdraw
from tests.support.forks import PROJECT
from tests.support.recipes import Block, blocks

TODAY = datetime.now(UTC).replace(microsecond=0)
MEETING = "https://diplomaticinfo.com/ecowas-leaders-meet/"
ECOWAS = OrganisationMention(code="ECOWAS", where="body", reason="name", printed="ECOWAS")
BLOCKS = {
    block.heading.partition(".")[0]: block
    for block in blocks(PROJECT / "docs/questions.md")
    if block.heading[0].isdigit()
}
Row = tuple[object, ...]


def country(code: str) -> CountryMention:
    return CountryMention(code=code, where="body", reason="name", printed=code)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an archive to ask, and its database as the document makes it."""
    folder = tmp_path_factory.mktemp("questions")
    (folder / "var").mkdir()
    archive = Archive.open(f"sqlite:///{folder}/var/archive.sqlite")
    run = begin(archive)

    def note(number: int, hours: int = 0, **values: object) -> None:
        defaults = {"organisations": [], "aes_members": [], "countries": [], "agency": ""}
        defaults |= {"is_syndicated": False, "published_at": TODAY - timedelta(days=number)}
        times = {"fetched_at": TODAY - timedelta(days=number) + timedelta(hours=hours)}
        made = full_article(number, **(defaults | times | values))
        archive.articles.note(made, run, made.sections)

    meeting = {
        "url": MEETING, "headline": "ECOWAS leaders meet", "body": "The summit began.",
        "organisations": [ECOWAS], "countries": [country("GH"), country("NG")],
    }  # fmt: skip
    note(1, **meeting)
    note(1, 3, **{**meeting, "body": "The summit ended.", "digest": "b" * 64})
    note(2, body="Un sommet à Lomé.", organisations=[ECOWAS], countries=[country("GH")])
    only_tagged = {"tags": ["summit"], "organisations": [ECOWAS], "countries": [country("TG")]}
    tariffs = {"body": "On tariffs for rice.", "sections": ["security"], **only_tagged}
    note(3, agency="AFP", is_syndicated=True, **tariffs)
    note(30, aes_members=["ML"], body="On Mali.", sections=["security"], tags=["tariff"])
    note(31, headline="Gone")
    withdraw(archive, 31, run, TODAY)
    publish(archive)
    archive.close()
    (block,) = (b for b in blocks(PROJECT / "docs/questions.md") if b.heading[0] == "T")
    done = shell(block.code, folder)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    return folder


def shell(code: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run a command of the document in *folder*, as outside of a checkout."""
    environment = os.environ | {
        "SCRAPY_SETTINGS_MODULE": "diplonews.settings",
        "DIPLONEWS_VAR": str(folder / "var"),
        "PYTHONPATH": str(PROJECT),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    }
    return subprocess.run(
        ["sh", "-e", "-c", code], cwd=folder, env=environment,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def ask(block: Block, folder: Path) -> list[Row]:
    with closing(sqlite3.connect(folder / "articles.sqlite")) as connection:
        return connection.execute(block.code).fetchall()


def monday(days: int) -> str:
    day = (TODAY - timedelta(days=days)).date()
    return f"{day - timedelta(days=day.weekday())}"


ANSWERS: dict[str, Callable[[list[Row]], bool]] = {
    "1": lambda rows: (
        [row[:3] for row in rows if row[2]] == [(monday(30), "security", 1)]
        and sum(int(str(row[3])) for row in rows) == 2 * 3 + 2
        and [row[0] for row in rows] == sorted((row[0] for row in rows), reverse=True)
    ),
    "2": lambda rows: rows == [("within a day", 1, 1.0)],
    "3": lambda rows: rows == [("", 4, 0.8), ("AFP", 1, 0.2)],
    "4": lambda rows: [row[2] for row in rows] == ["Gone"],
    "5": lambda rows: [row[:2] for row in rows] == [("Ghana", 2), ("Nigeria", 1)],
    "6": lambda rows: rows == [("ecowas", 3, 0.0), ("security", 5, 0.2), ("all", 5, 0.2)],
    "10": lambda rows: [row[3] for row in rows] == ["On [tariffs] for rice."],
}


def test_there_are_ten_questions_each_with_one_block() -> None:
    assert list(BLOCKS) == [f"{number}" for number in range(1, 11)]
    assert len(blocks(PROJECT / "docs/questions.md")) == 11


@pytest.mark.parametrize("number", ANSWERS)
def test_a_query_answers_its_question(number: str, folder: Path) -> None:
    rows = ask(BLOCKS[number], folder)

    assert ANSWERS[number](rows), rows


def test_what_changed_is_shown(folder: Path) -> None:
    done = shell(BLOCKS["7"].code, folder)

    assert done.returncode == 0, done.stderr
    assert "began" in done.stdout
    assert "ended" in done.stdout


def test_the_last_seven_days_are_a_table(folder: Path) -> None:
    done = shell(BLOCKS["8"].code, folder)

    assert done.returncode == 0, done.stderr
    with (folder / "last-seven-days.csv").open(encoding="utf-8-sig", newline="") as file:
        assert sorted(row["post_id"] for row in csv.DictReader(file)) == ["1", "2", "3"]


def test_ghana_is_a_feed(folder: Path) -> None:
    done = shell(BLOCKS["9"].code, folder)

    assert done.returncode == 0, done.stderr
    root = ElementTree.parse(folder / "ghana.atom").getroot()
    assert len(root.findall("{http://www.w3.org/2005/Atom}entry")) == 2


def test_the_document_has_the_queries_of_the_code() -> None:
    queries = [block.code for block in BLOCKS.values() if block.language == "sql"]

    assert queries == [question.query for question in QUESTIONS]
    titles = [block.heading.partition(". ")[2] for block in BLOCKS.values()]
    assert {question.title for question in QUESTIONS} <= set(titles)
