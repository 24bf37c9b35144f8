"""Archives of earlier schemas, made by the code of their day, are brought up to date.

``tests/archives/`` has one of each schema and database: two sections of a small replica,
crawled, edited and, from schema 2 on, rechecked.
"""

import gzip
import json
import os
import signal
import sqlite3
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from diplonews.archive import Archive, migrations
from diplonews.archive.tables import SCHEMA
from diplonews.errors import ArchiveError
from diplonews.feeds.feed_check import FeedCheck
from diplonews.feeds.publisher import Publisher
from diplonews.feeds.schema import json_schema
from tests.support.archived import knows
from tests.support.articles import article, begin
from tests.support.feeds import change_lines, files
from tests.support.forks import FORKS
from tests.support.schemas import faults
from tests.support.shapes import shape
from tests.support.truth import without_nulls

ARCHIVES = Path(__file__).parent / "archives"
COLUMNS = {"run": "number, run_id, section, started_at", "alias": "url_key, article_id, url"}
KEPT = ("filed", "alias", "sighting", "walk", "run", "rejected")
COUNTED = ("article", "event", "event_feed")  # whose rows schema 6 gives another shape


@pytest.fixture(params=range(1, SCHEMA))
def schema(request: pytest.FixtureRequest) -> int:
    number: int = request.param
    return number


@pytest.fixture
def old(archive_url: str, schema: int) -> str:
    """Return the URL of a database that has an archive of an earlier schema."""
    database = make_url(archive_url).get_backend_name()
    script = gzip.decompress((ARCHIVES / f"{database}-{schema}.sql.gz").read_bytes()).decode()
    if database == "sqlite":
        connection = sqlite3.connect(make_url(archive_url).database or "")
        connection.executescript(script)
        connection.close()
    else:
        lines = (line for line in script.splitlines() if not line.startswith("\\"))
        with psycopg.connect(archive_url) as server:
            server.execute("\n".join(lines).encode())
    return archive_url


def contents(url: str) -> dict[str, list[Any]]:
    """Return the rows of what every schema has, by table, as this database gives them."""
    if url.startswith("sqlite"):
        connection: Any = sqlite3.connect(make_url(url).database or "")
    else:
        connection = psycopg.connect(url)
    try:
        found = {}
        for table in KEPT:
            columns = COLUMNS.get(table, "*")
            rows = connection.execute(f"SELECT {columns} FROM {table}").fetchall()
            found[table] = sorted(map(str, rows))
        for table in COUNTED:
            found[table] = connection.execute(f"SELECT count(*) FROM {table}").fetchall()
        about = connection.execute("SELECT value FROM about WHERE name = 'schema'").fetchall()
        found["schema"] = [value for (value,) in about]
    finally:
        connection.close()
    return found


def test_an_archive_of_any_schema_becomes_what_a_new_one_is(
    old: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    before = contents(old)
    new = Archive.open(_other_url(old, tmp_path, request))
    wanted = shape(new)
    new.close()

    archive = Archive.open(old)

    assert shape(archive) == wanted
    assert len(archive.id) == 36
    with archive.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM text_mark")) > 0
    archive.close()
    after = contents(old)
    assert after.pop("schema") == [str(SCHEMA)]
    before.pop("schema")
    assert after == before
    assert before["event"][0] > before["article"][0] > (5,)


def test_its_events_are_numbered_and_its_lines_have_every_key(
    old: str, schema: int, tmp_path: Path
) -> None:
    wanted = lines_of(old, schema)
    archive = Archive.open(old)

    Publisher(archive, tmp_path / "feeds").publish()

    assert archive.feeds.gaps() == ""
    assert list(FeedCheck(archive, tmp_path / "feeds").differences()) == []
    for part in ("changes", "current"):
        lines = [
            json.loads(line)
            for name, text in files(tmp_path / "feeds").items()
            if name.startswith(part)
            for line in text.splitlines()
        ]
        schema = json_schema(part)
        assert {line["id"] for line in wanted} <= {line["id"] for line in lines}
        assert [fault for line in lines for fault in faults(line, schema)] == []
    told = {line["seq"]: without_nulls(line) for line in change_lines(archive)}
    assert [item["id"] for item in told.values()] == [item["id"] for item in wanted]
    for line, before in zip(told.values(), wanted, strict=True):
        assert {name: line[name] for name in before} == before
    archive.close()


def lines_of(url: str, schema: int) -> list[dict[str, Any]]:
    """Return the change lines of Security as the code of their day had them."""
    same = "f.seq = e.seq" if schema < 6 else "f.event = e.id"
    lines = (
        f"SELECT e.line FROM event e JOIN event_feed f ON {same} "
        f"WHERE f.feed = 'security' ORDER BY e.seq"
    )
    if url.startswith("sqlite"):
        connection: Any = sqlite3.connect(make_url(url).database or "")
    else:
        connection = psycopg.connect(url)
    rows = connection.execute(lines).fetchall()
    found = [without_nulls(json.loads(line)) for (line,) in rows]
    connection.close()
    return found


def _other_url(url: str, folder: Path, request: pytest.FixtureRequest) -> str:
    if url.startswith("sqlite"):
        return f"sqlite:///{folder / 'new.sqlite'}"
    return str(request.getfixturevalue("cluster").new_database())


def test_an_identity_is_given_once(old: str) -> None:
    ids = []
    for _ in range(2):
        archive = Archive.open(old)
        ids.append(archive.id)
        archive.close()

    assert ids[0] == ids[1] != ""


def test_a_migrated_archive_goes_on_where_it_was(old: str) -> None:
    archive = Archive.open(old)
    last = archive.feeds.last_seq()

    archive.articles.note(article(2**40), begin(archive), ["security"])

    assert [line["seq"] for line in change_lines(archive)][-1] == last + 1
    assert knows(archive, "https://site.example/talks-1099511627776/")
    archive.close()


def _die_in_the_middle(url: str) -> None:
    """Migrate, and be killed when all statements are through and nothing is committed."""
    step = migrations.STEPS[SCHEMA - 1]

    def die(_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    migrations.STEPS[SCHEMA - 1] = migrations.Step(step.statements, step.on_postgresql, die)
    Archive.open(url)


def test_a_kill_in_the_middle_leaves_the_old_one_as_it_was(old: str, schema: int) -> None:
    before = contents(old)
    process = FORKS.Process(target=_die_in_the_middle, args=(old,))

    process.start()
    process.join(60)

    assert process.exitcode == -signal.SIGKILL
    assert contents(old) == before
    assert before["schema"] == [str(schema)]
    archive = Archive.open(old)
    assert str(UUID(archive.id)) == archive.id
    archive.close()


def test_numbers_of_the_site_may_have_any_size(archive: Archive) -> None:
    run = begin(archive)
    archive.articles.note(article(2**33), run, ["security"])

    archive.surfaces.note_terms([{"number": 2**34, "slug": "s", "title": "S", "parent": 2**35}])

    assert knows(archive, "https://site.example/talks-8589934592/")
    assert [term["number"] for term in archive.surfaces.terms()] == [2**34]


@pytest.mark.parametrize("value", ["", str(SCHEMA + 1), "٣" + "9" * 5_000])
def test_a_schema_that_is_none_is_an_error_in_a_sentence(
    value: str, archive: Archive, archive_url: str
) -> None:
    with archive.write() as connection:
        connection.execute(text("UPDATE about SET value = :v WHERE name = 'schema'"), {"v": value})

    with pytest.raises(ArchiveError, match=r"was written by schema .* and this code knows"):
        Archive.open(archive_url)
