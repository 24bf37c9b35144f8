"""No look-up grows with what it does not ask for: SQLite answers each from an index.

SQLite's plan of a query depends on the tables and their indexes alone, as nothing ever counts
their rows (``ANALYZE``). What it costs in milliseconds: ``python -m bench.archive``.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from diplonews.archive import Archive
from tests.support.filling import NOW as FILLED_AT
from tests.support.filling import SECTION, fill
from tests.support.questions import QUESTIONS, Asked

# Tables that hold no more than a site has categories, or than is under way.
SMALL = {"about", "absence", "hold", "pending", "robots", "surface", "term", "validator", "walk"}

# What many rows have in common.
WIDE = ("(status=?)", "(surface=?)", "(feed=?)", "(section=?)", "(category=?)")


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    path = tmp_path_factory.mktemp("growth") / "archive.sqlite"
    archive = Archive.open(f"sqlite:///{path}")
    fill(archive, 200)
    run, _ = archive.runs.begin(SECTION, {}, FILLED_AT)
    yield Asked(archive, 200, run)
    archive.close()


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


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_goes_through_no_large_table(name: str, asked: Asked) -> None:
    question: Callable[[Asked], object] = QUESTIONS[name]

    with statements(asked.archive) as executed:
        question(asked)

    wrong = [
        scan for statement, some in executed for scan in scans(asked.archive, statement, some)
    ]
    assert executed
    assert wrong == []
