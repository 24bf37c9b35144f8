"""Every recipe of docs/feeds.md is run against fresh feeds, where its tool is installed."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from diplonews.demo import Replica
from diplonews.feeds.schema import json_schema
from tests.support.crawling import Crawl
from tests.support.exporting import crawl_a_site
from tests.support.following import recipe
from tests.support.forks import PROJECT
from tests.support.recipes import VIEWS, Block, blocks, duckdb_columns, with_columns

RECIPES = PROJECT / "docs" / "recipes"
READING = [
    block
    for block in blocks(PROJECT / "docs/feeds.md")
    if block.heading in {"pandas", "polars", "pyarrow", "DuckDB", "R", "jq", "sqlite-utils"}
]
NOT_RUN = {"powerquery"}


@pytest.fixture(scope="module")
def feeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder whose ``var/feeds`` has articles of two sections, edited and withdrawn."""
    folder = tmp_path_factory.mktemp("recipes")
    (folder / "docs").symlink_to(PROJECT / "docs")
    crawl_a_site(folder, articles=80)
    return folder


@pytest.fixture(scope="module")
def live(feeds: Path) -> dict[str, dict[str, Any]]:
    """Return the live articles of all sections, by id, as the standard library reads them."""
    files = (feeds / "var/feeds/current").glob("*/*.jsonl")
    lines = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    return {line["id"]: line for line in lines if line["withdrawn_at"] is None}


def python(code: str, folder: Path) -> str:
    path = os.pathsep.join([str(RECIPES), *sys.path])
    command = [sys.executable, "-W", "error", "-c", code]
    return output(command, folder, PYTHONPATH=path)


def sql(code: str, folder: Path) -> str:
    """Run SQL as DuckDB's own program would; print the rows of the last statement."""
    lines = (
        (PROJECT / line.removeprefix(".read ")).read_text() if line.startswith(".read ") else line
        for line in code.splitlines()
    )
    program = (
        "import duckdb, sys; [print(*row, sep='|') for row in duckdb.sql(sys.argv[1]).fetchall()]"
    )
    return output([sys.executable, "-c", program, "\n".join(lines)], folder)


def r(code: str, folder: Path) -> str:
    return output(["Rscript", "-e", code], folder)


def sh(code: str, folder: Path) -> str:
    places = [str(Path(sys.executable).parent), os.environ["PATH"]]
    return output(["sh", "-e", "-c", code], folder, PATH=os.pathsep.join(places))


def output(command: list[str], folder: Path, **environment: str) -> str:
    done = subprocess.run(
        command, cwd=folder, env=os.environ | environment,
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


RUNNERS: dict[str, Callable[[str, Path], str]] = {"python": python, "sql": sql, "r": r, "sh": sh}


def skip_without_tool(block: Block) -> None:
    """Skip, visibly, where what the block calls comes from the system and is not installed."""
    for language, heading, tool in (("r", "R", "Rscript"), ("sh", "jq", "jq")):
        is_of_tool = (block.language, block.heading) == (language, heading)
        if is_of_tool and shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")


def test_there_is_a_recipe_for_each_tool() -> None:
    assert [block.heading for block in READING] == [
        "pandas", "pandas", "polars", "pyarrow", "DuckDB", "DuckDB", "R", "jq", "sqlite-utils"
    ]  # fmt: skip


@pytest.mark.parametrize(
    "block",
    [block for block in READING if "changes" not in block.code],
    ids=lambda block: block.name,
)
def test_a_recipe_gives_the_share_of_agency_copies(
    block: Block, feeds: Path, live: dict[str, dict[str, Any]]
) -> None:
    skip_without_tool(block)
    expected = sum(line["is_syndicated"] for line in live.values()) / len(live)

    shown = RUNNERS[block.language](block.code, feeds)

    assert 0 < expected < 1
    assert float(shown.split()[-1]) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("language", "separator"), [("python", None), ("sql", "|")], ids=["pandas", "duckdb"]
)
def test_a_recipe_gives_the_changes_in_their_order(
    language: str, separator: str | None, feeds: Path
) -> None:
    (block,) = (b for b in READING if "changes" in b.code and b.language == language)

    rows = [row.split(separator, 3) for row in RUNNERS[language](block.code, feeds).splitlines()]

    changes = [(int(row[0]), row[1]) for row in rows if row[0].isdecimal()]
    assert [number for number, _ in changes] == sorted({number for number, _ in changes})
    assert [event for _, event in changes if event != "created"] == ["updated", "withdrawn"]


def test_the_changes_in_duckdb_say_what_was_there_before(feeds: Path) -> None:
    (block,) = (b for b in READING if "changes" in b.code and b.language == "sql")

    rows = [row.split("|") for row in sql(block.code, feeds).splitlines()]

    (updated,) = (row for row in rows if row[1] == "updated")
    assert updated[2] == "Talks end"
    assert updated[3] not in {"None", "Talks end"}


def test_the_documents_follower_has_what_the_site_has_after_each_of_three_rounds(
    tmp_path: Path, replica: Replica
) -> None:
    crawl = Crawl(replica.origin, tmp_path / "var", {"DIPLONEWS_WITHDRAW_SECONDS": "0"})
    crawl("security")
    follow = recipe()
    state = follow(crawl.var / "feeds", "security", {})
    edited, withdrawn, moved, *_ = replica.truth("security")

    for change in (
        lambda: (replica.edit(edited, headline="Talks end"), replica.publish(["security"])),
        lambda: replica.withdraw(withdrawn),
        lambda: replica.recategorise(moved, ["politics"]),
    ):
        change()
        crawl("security")
        crawl("recheck")
        crawl("recheck")
        state = follow(crawl.var / "feeds", "security", state)

        headlines = {
            fact["post_id"]: fact["headline"] for fact in replica.truth("security").values()
        }
        followed = state["articles"].values()
        assert {line["post_id"]: line["headline"] for line in followed} == headlines


def test_the_example_of_the_readme_shows_the_live_articles_newest_first(
    feeds: Path, live: dict[str, dict[str, Any]]
) -> None:
    (block,) = (block for block in blocks(PROJECT / "README.md") if block.language == "sql")

    rows = sql(block.code, feeds).splitlines()

    newest = max(line["published_at"] or "" for line in live.values())
    assert len(rows) == len(live)
    assert rows[0].startswith(newest.replace("T", " ").removesuffix("Z"))


@pytest.mark.parametrize(("file", "place"), VIEWS.items())
def test_the_views_have_the_types_of_the_schema(file: str, place: str) -> None:
    text = (RECIPES / file).read_text()

    assert duckdb_columns(json_schema(place)) in text


def test_a_view_that_lacks_a_column_gets_it() -> None:
    text = (RECIPES / "articles.sql").read_text()
    older = text.replace("    language: 'VARCHAR',\n", "")

    assert older != text
    assert with_columns(older, "current") == text


def test_the_loader_of_pandas_gives_the_types_of_the_schema(
    feeds: Path, live: dict[str, dict[str, Any]]
) -> None:
    code = (
        "from load_pandas import load_articles, load_changes\n"
        "articles, changes = load_articles('var/feeds'), load_changes('var/feeds', above=1)\n"
        "assert articles['headline'].str.len().min() > 0\n"
        "assert articles['published_at'].dt.year.max() >= 2025\n"
        "assert articles['share_count'].dtype == 'Int64', articles['share_count'].dtype\n"
        "assert articles['is_empty'].dtype == 'bool'\n"
        "assert articles['withdrawn_at'].isna().all()\n"
        "assert str(articles['withdrawn_at'].dtype).startswith('datetime64')\n"
        "assert changes['seq'].is_monotonic_increasing and changes['seq'].min() > 1\n"
        "assert len(load_articles('var/feeds', 'security')) < len(articles)\n"
        "print(len(articles))"
    )

    assert int(python(code, feeds)) == len(live)


def test_every_block_of_the_document_is_run_by_a_test_or_marked() -> None:
    text = (PROJECT / "docs/feeds.md").read_text()

    others = [
        block
        for block in blocks(PROJECT / "docs/feeds.md")
        if block not in READING and block.language != "json"
    ]
    assert {block.language for block in others} <= {*NOT_RUN, "python"}
    for block in others:
        if block.language in NOT_RUN:
            above = text[: text.index(block.code)].rpartition("\n#")[2]
            assert "Not run by a test." in above
