"""What the documents describe is what there is, in both directions."""

import re
from argparse import ArgumentParser
from contextlib import suppress
from dataclasses import fields, is_dataclass
from importlib import import_module
from pathlib import Path
from typing import get_args

from scrapy.exceptions import UsageError
from scrapy.utils.project import get_project_settings

from diplonews.archive_commands import ArchiveCommand
from diplonews.feeds.schema import CHANGE_KEYS
from diplonews.items import Article
from diplonews.runs.verdict import EXIT_STATUS

PROJECT = Path(__file__).parent.parent
WORD = re.compile(r"\w+")


def described(document: str) -> list[str]:
    """Return what stands in back quotes in the first column of a document's tables."""
    text = (PROJECT / "docs" / document).read_text()
    return re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)


def test_every_key_of_a_line_is_described_in_its_order() -> None:
    before, after = (
        ["seq", *CHANGE_KEYS],
        ["withdrawn_at"],
    )

    keys = [name for name in described("feeds.md") if "/" not in name and "." not in name]

    assert keys == [*before, *(field.name for field in fields(Article)), *after]


def test_the_keys_of_lists_are_described() -> None:
    text = (PROJECT / "docs/feeds.md").read_text()

    lists = {it.name: get_args(it.type)[0] for it in fields(Article) if get_args(it.type)}
    objects = {name: item for name, item in lists.items() if is_dataclass(item)}
    assert {"authors", "images"} < objects.keys()
    for name, item in objects.items():
        keys = ", ".join(f"`{field.name}`" for field in fields(item))
        assert f"Of `{name}`: {keys}." in text


def test_every_verdict_is_described_with_its_exit_status() -> None:
    text = (PROJECT / "docs/operations.md").read_text()

    found = dict(re.findall(r"^\| `(\w+)` \| (\d+) \|", text, re.MULTILINE))
    assert found == {name: str(status) for name, status in EXIT_STATUS.items()}


def test_links_between_documents_lead_somewhere() -> None:
    documents = [*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")]

    dead = [
        f"{document.name}: {link}"
        for document in documents
        for link in re.findall(r"\]\((?!http)([^)#]+)\)", document.read_text())
        if not (document.parent / link).exists()
    ]
    assert dead == []


def test_the_files_that_the_architecture_names_are_there() -> None:
    text = (PROJECT / "docs" / "architecture.md").read_text()
    named = set(re.findall(r"`([\w/]+/[\w.]*|[\w]+\.(?:py|md))`", text))

    places = [PROJECT, PROJECT / "diplonews"]
    assert len(named) > 100
    assert [name for name in sorted(named) if not any((it / name).exists() for it in places)] == []


def glossary() -> list[list[str]]:
    """Return the rows of the glossary: term, meaning, in code, never, elsewhere."""
    text = (PROJECT / "docs/glossary.md").read_text()
    rows = [line.strip()[1:-1].split("|") for line in text.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in row] for row in rows]
    return [row for row in cells if row[0] not in {"term", "---"}]


def test_the_glossarys_terms_are_in_the_code() -> None:
    package = PROJECT / "diplonews"
    words = {word for path in package.rglob("*.py") for word in WORD.findall(path.read_text())}

    gone = [
        f"{row[0]}: {place}"
        for row in glossary()
        for place in re.findall(r"`([^`]+)`", row[2])
        if not ((package / place).exists() if "/" in place or "." in place else place in words)
    ]
    assert gone == []


def test_what_is_never_said_is_said_nowhere() -> None:
    never = [word for row in glossary() for word in row[3].split(", ") if word]
    words = "|".join(re.escape(word).replace(r"\ ", r"[ _\s]+") for word in never)
    pattern = re.compile(rf"(?<![^\W_])(?:{words})s?(?![^\W_])", re.IGNORECASE)
    texts = [*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")]
    texts += [*(PROJECT / "diplonews").rglob("*.py"), *(PROJECT / "tests").rglob("*.py")]

    wrong = [
        f"{path.relative_to(PROJECT)}:{number}: {found[0]}"
        for path in texts
        if path.name != "glossary.md"
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        for found in pattern.finditer(line.replace("snippet(articles_fts,", ""))  # SQLite's word
    ]
    assert len(never) > 20
    assert wrong == []


def test_every_command_has_a_row_of_exit_statuses() -> None:
    text = (PROJECT / "docs" / "operations.md").read_text().partition("## Exit statuses\n")[2]
    rows = set(re.findall(r"^\| `(\w+)` \|", text.partition("\n## ")[0], re.MULTILINE))

    ours = {path.stem for path in (PROJECT / "diplonews" / "commands").glob("*.py")} - {
        "__init__",
    }
    scrapys = {"fetch", "parse", "shell", "view", "list", "edit", "settings", "check", "runspider"}
    assert rows == ours - scrapys


def test_every_command_that_looks_at_the_archive_has_one_status_where_there_is_none(
    tmp_path: Path,
) -> None:
    """The table says 3; so does each of them."""
    text = (PROJECT / "docs" / "operations.md").read_text().partition("## Exit statuses\n")[2]
    cells = [line.split(" | ") for line in text.partition("\n## ")[0].splitlines()]
    by_command = {row[0].strip("| `"): row[3] for row in cells if len(row) > 3}
    commands = {
        path.stem: import_module(f"diplonews.commands.{path.stem}").Command
        for path in (PROJECT / "diplonews" / "commands").glob("*.py")
        if path.stem != "__init__"
    }
    looking = {name: kind for name, kind in commands.items() if issubclass(kind, ArchiveCommand)}

    assert {"why", "verify", "status", "pending", "rejected", "runs"} <= looking.keys()
    for name, kind in looking.items():
        assert "no archive yet" in by_command[name], name
        assert status_without_archive(kind(), tmp_path / "var") == 3, name
    assert not (tmp_path / "var").exists()


def status_without_archive(command: ArchiveCommand, var: Path) -> int:
    """Call *command* where nothing was crawled; with an argument where it needs one."""
    command.settings = get_project_settings()
    command.settings.set("DIPLONEWS_VAR", str(var))
    command.settings.set("DIPLONEWS_ARCHIVE", "")
    parser = ArgumentParser(conflict_handler="resolve")
    command.add_options(parser)
    for args in ([], [str(var.with_name("file"))]):
        with suppress(UsageError):
            command.run(args, parser.parse_args([]))
            break
    return command.exitcode


def test_each_decision_has_a_number_of_its_own() -> None:
    numbers = [path.name[:4] for path in (PROJECT / "docs/decisions").glob("0*.md")]

    assert len(numbers) > 25
    assert sorted(set(numbers)) == sorted(numbers)


def test_every_bench_has_a_row() -> None:
    text = (PROJECT / "bench" / "README.md").read_text()
    rows = set(re.findall(r"^\| `python -m bench\.(\w+)` \|", text, re.MULTILINE))
    parts = set(re.findall(r"`(\w+)\.py`", text))

    files = {path.stem for path in (PROJECT / "bench").glob("*.py")} - {"__init__"}
    assert rows | parts == files
