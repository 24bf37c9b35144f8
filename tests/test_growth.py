"""No look-up grows with what it does not ask for: SQLite answers each from an index.

SQLite's plan of a query depends on the tables and their indexes alone, as nothing ever counts
their rows (``ANALYZE``). And it counts the steps of its machine, which are the same each time:
a question takes no more of them where five times as many articles are. What they cost in
milliseconds: ``python -m bench.archive``; on whole commands: ``python -m bench.sizes``.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from diplonews.archive import Archive
from tests.support.filling import fill
from tests.support.questions import QUESTIONS, Asked, note_article

# Tables that hold no more than a site has categories, or than is under way.
SMALL = {"about", "absence", "hold", "pending", "robots", "surface", "term", "validator", "walk"}

# What many rows have in common.
WIDE = ("(status=?)", "(surface=?)", "(feed=?)", "(section=?)", "(category=?)")


FEW, MANY = 300, 1_500  # articles

# How many more steps a question may take where articles are MANY.
GROWTH = {
    # Those of each month, up to a limit that so few of them do not reach.
    "longest unchecked articles": 5.0,
    "order of day and month": 5.0,
    # The file of a month is written whole, and a month of theirs has five times as many.
    "publish an edited article": 2.0,
    # Some hundreds are asked for at a time.
    "first hundred to reparse": 2.0,
}
# Plans that look worse than they are: the largest number of a section, or events from the newest
# on until one is too old. Their steps are counted.
COUNTED_ONLY = {
    "publish nothing new", "publish an edited article", "compare with what is usual", "status",
}  # fmt: skip
STEPS_AT_ONCE = 50
# To archive a new article. Two of them begin transactions, and two read its near copies.
MOST_STATEMENTS = 21


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    with filled(FEW, tmp_path_factory.mktemp("few")) as few:
        yield few


@pytest.fixture(scope="module")
def asked_of_many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    with filled(MANY, tmp_path_factory.mktemp("many")) as many:
        yield many


@contextmanager
def filled(size: int, folder: Path) -> Iterator[Asked]:
    archive = Archive.open(f"sqlite:///{folder / 'archive.sqlite'}")
    fill(archive, size)
    yield Asked.of_filled(archive, size, folder)
    archive.close()


def steps(question: Callable[[Asked], object], asked: Asked) -> int:
    """Return how many steps SQLite's machine takes for a question that was asked before."""
    question(asked)
    counts = [0]

    def count() -> int:
        counts[0] += 1
        return 0

    def watch(connection: Any, *_: object) -> None:
        connection.set_progress_handler(count, STEPS_AT_ONCE)

    event.listen(asked.archive.engine, "checkout", watch)
    question(asked)
    event.remove(asked.archive.engine, "checkout", watch)
    with asked.archive.engine.connect() as connection:
        connection.connection.set_progress_handler(None, 0)
    return counts[0] * STEPS_AT_ONCE


@contextmanager
def statements(archive: Archive) -> Iterator[list[tuple[str, Any]]]:
    """Give the statements that the archive executes, with their parameters."""
    executed: list[tuple[str, Any]] = []

    def note(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        executed.append((statement, parameters))

    event.listen(archive.engine, "before_cursor_execute", note)
    yield executed
    event.remove(archive.engine, "before_cursor_execute", note)


def scans(archive: Archive, statement: str, parameters: Any) -> list[str]:
    """Return the steps of SQLite's plan that go through a whole table that may be large."""
    if not statement.startswith(("SELECT", "UPDATE", "DELETE")):
        return []
    one = parameters[0] if isinstance(parameters, list) else parameters
    with archive.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", one).all()
    steps = [row[3] for row in rows]
    is_sorted = any("TEMP B-TREE FOR ORDER" in step for step in steps)
    # Up to a limit, in the order of an index.
    is_limited = "LIMIT" in statement and not is_sorted
    return [f"{step} in {statement}" for step in steps if is_scan(step, is_limited=is_limited)]


def is_scan(step: str, *, is_limited: bool) -> bool:
    """Tell whether a step goes through all of a table, or through all live articles."""
    kind, table, *_ = step.split()
    if table in SMALL or table == "CONSTANT" or table.startswith("("):
        return False
    is_wide = kind == "SCAN" or step.endswith(WIDE)
    return is_wide and not (is_limited and "USING" in step)


@pytest.mark.parametrize("name", [name for name in QUESTIONS if name not in COUNTED_ONLY])
def test_a_question_goes_through_no_large_table(name: str, asked: Asked) -> None:
    question: Callable[[Asked], object] = QUESTIONS[name]

    with statements(asked.archive) as executed:
        question(asked)

    wrong = [
        scan for statement, some in executed for scan in scans(asked.archive, statement, some)
    ]
    assert executed
    assert wrong == []


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_takes_as_many_steps_in_a_larger_archive(
    name: str, asked: Asked, asked_of_many: Asked
) -> None:
    few, many = (steps(QUESTIONS[name], each) for each in (asked, asked_of_many))

    assert many <= GROWTH.get(name, 1.3) * few + 4 * STEPS_AT_ONCE, (few, many)


def test_a_new_article_takes_few_statements(asked: Asked) -> None:
    new = Asked(asked.archive, 2 * 10**9, asked.run, asked.var)  # nobody has this number

    with statements(asked.archive) as executed:
        kind = note_article(new)

    assert kind == "created"
    assert len(executed) <= MOST_STATEMENTS, [statement for statement, _ in executed]
