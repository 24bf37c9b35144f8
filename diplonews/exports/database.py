"""The analysts' SQLite database: made once, then updated by ``seq``.

Events are applied in order, so a database that was updated for a year has the same rows as a new
one. An update is one transaction, or a new file that is renamed: other programs see the old state
meanwhile.
"""

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from diplonews import __version__
from diplonews.archive import Archive
from diplonews.archive.forgotten import FORGOTTEN
from diplonews.archive.published_lines import HistoryRow, Span
from diplonews.errors import FileError, SettingError
from diplonews.exports import database_tables as made_of
from diplonews.exports.cells import CELL_KEYS
from diplonews.exports.display_names import country_name
from diplonews.exports.selection import FULL, Keys, Selection
from diplonews.exports.texts import with_text
from diplonews.exports.writing import discard_leftovers
from diplonews.feeds.files import whole_file
from diplonews.items import SCHEMA_VERSION
from diplonews.lines import as_time

WAIT_SECONDS = 60  # for other programs that read or write it
LISTS_OF_NAMES = CELL_KEYS.keys() - {"embeds", "images"}

Track = Callable[[Iterable[HistoryRow], int], Iterable[HistoryRow]]  # shows progress


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a database is to contain."""

    selection: Selection
    text: str = FULL

    def facts(self, archive: Archive) -> dict[str, str]:
        """Return the facts that must be equal in all updates of one database."""
        return {
            "archive": archive.id,
            "selection": self.selection.as_words(),
            "text": self.text,
            "schema": f"{SCHEMA_VERSION}-{made_of.digest()}",
        }


class Summary(NamedTuple):
    """What a database has now."""

    article_count: int
    cut_count: int  # cut cells: none
    seq: int  # the last one in it


def bring_up_to_date(
    archive: Archive, path: Path, wanted: Wanted, track: Track | None = None
) -> Summary:
    """Make the database at *path*, or add the events since its last update.

    Raises ``SettingError`` where *path* is something else, or a database with other articles.
    """
    until = archive.feeds.last_seq()
    discard_leftovers(path)
    with _errors(path):
        if path.exists() and path.stat().st_size:
            with closing(_connect(path)) as connection:
                _check(connection, path, wanted.facts(archive))
                return _update(connection, archive, wanted, until, track)
        aside = path.with_name(f".{path.name}.{os.getpid()}.part")
        with whole_file(path, aside), closing(_connect(aside)) as connection:
            connection.execute("PRAGMA journal_mode = OFF")  # the file is removed on failure
            connection.execute(
                "PRAGMA synchronous = OFF"
            )  # it is brought to disk when it is whole
            _make(connection, wanted.facts(archive))
            return _update(connection, archive, wanted, until, track)


@contextmanager
def _errors(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise FileError(f"{path}: could not be written: {error}") from error


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _make(connection: sqlite3.Connection, facts: dict[str, str]) -> None:
    connection.execute(f"PRAGMA application_id = {made_of.APPLICATION}")
    for statement in made_of.statements():
        connection.execute(statement)
    rows = facts | {"seq": "0", "title": "Articles of Diplomatic Info, and what changed in them"}
    connection.executemany("INSERT INTO about VALUES (?, ?)", rows.items())


def _check(connection: sqlite3.Connection, path: Path, facts: dict[str, str]) -> None:
    try:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
    except sqlite3.DatabaseError:
        application = 0
    if application != made_of.APPLICATION:
        raise SettingError(f"-o: expected no file, or a database of ours, found {path}")
    present = dict(connection.execute("SELECT name, value FROM about"))
    other = [name for name, value in facts.items() if present.get(name) != value]
    if other:
        name = other[0]
        raise SettingError(
            f"-o: expected {path} to be exported with the same options from the same archive, "
            f"found {name} {present.get(name)!r} and not {facts[name]!r}. Take another file, or "
            "remove it"
        )


def _update(
    connection: sqlite3.Connection,
    archive: Archive,
    wanted: Wanted,
    until: int,
    track: Track | None,
) -> Summary:
    connection.execute("PRAGMA cache_size = -65536")  # KiB
    connection.execute("PRAGMA secure_delete = ON")  # forgotten words are overwritten
    connection.execute("BEGIN IMMEDIATE")
    try:
        _add(connection, archive, wanted, until, track)
        (count,) = connection.execute("SELECT count(*) FROM articles").fetchone()
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return Summary(count, 0, until)


def _add(
    connection: sqlite3.Connection,
    archive: Archive,
    wanted: Wanted,
    until: int,
    track: Track | None,
) -> None:
    (after,) = connection.execute("SELECT value FROM about WHERE name = 'seq'").fetchone()
    _write_runs(connection, archive)
    ids = archive.lines.event_ids(Span(until, int(after)))
    rows: Iterable[HistoryRow] = archive.lines.history(ids)
    telling = Telling(connection, archive, wanted)
    for row in track(rows, len(ids)) if track else rows:
        telling.tell(row)
    (is_searched,) = connection.execute(
        "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'"
    ).fetchone()
    if telling.has_erased or not is_searched:
        connection.execute("INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')")
    if not is_searched:
        for trigger in made_of.TRIGGERS:
            connection.execute(trigger)
    facts = {"seq": str(until), "made_by": f"diplonews {__version__}"}
    replace = "INSERT OR REPLACE INTO about VALUES (?, ?)"
    connection.executemany(replace, facts.items())


def _write_runs(connection: sqlite3.Connection, archive: Archive) -> None:
    kinds = ("article", "created", "updated", "withdrawn", "restored")
    rows = (
        (
            number, run.run_id, run.section, as_time(run.started_at),
            as_time(run.ended_at) if run.ended_at else None, run.verdict or None,
            *(run.counts.get(f"diplonews/{kind}_count", 0) for kind in kinds),
        )
        for number, run in archive.runs.all()
    )  # fmt: skip
    placeholders = ", ".join("?" * len(made_of.RUNS.columns))
    upsert = (
        f"INSERT INTO runs VALUES ({placeholders}) ON CONFLICT (number) DO UPDATE SET "
        "ended_at = excluded.ended_at, verdict = excluded.verdict, "
        "articles_read = excluded.articles_read, created = excluded.created, "
        "updated = excluded.updated, withdrawn = excluded.withdrawn, restored = excluded.restored"
    )
    connection.executemany(upsert, rows)


class Telling:
    """Applies events to the tables, in their order."""

    def __init__(self, connection: sqlite3.Connection, archive: Archive, wanted: Wanted) -> None:
        self.connection = connection
        self.archive = archive
        self.wanted = wanted
        self.names = [column.name for column in made_of.articles_table().columns]
        self.has_erased = False  # whether the search index may still have erased words

    def tell(self, row: HistoryRow) -> None:
        """Write one event, and the article after it."""
        line = json.loads(row.change_line)
        numbers = {number_of(line["id"])}
        if (line["before"] or {}).get("id"):
            numbers.add(number_of(line["before"]["id"]))
        is_wanted = line["event"] != FORGOTTEN and self.wanted.selection.has(line)
        had = [number for number in numbers if self._has(number)]
        earlier = self._revisions(had) if is_wanted else []
        for number in had:
            self.connection.execute("DELETE FROM articles WHERE number = ?", (number,))
        if not is_wanted:
            self.has_erased |= line["event"] == FORGOTTEN and bool(had)
            return
        self._write_article(line)
        number = number_of(line["id"])
        if had or line["event"] == "created":
            self._insert("revisions", [(seq, number, *rest) for seq, _, *rest in earlier])
            self._write_revision(number, row, line)
            return
        for past in self._history(line["id"], row.seq):  # the article was not selected until now
            self._write_revision(number, past, json.loads(past.change_line))

    def _history(self, article_id: str, until: int) -> Iterator[HistoryRow]:
        lines = self.archive.lines
        return lines.history(lines.event_ids_of(article_id, until))

    def _has(self, number: int) -> bool:
        wanted = "SELECT 1 FROM articles WHERE number = ?"
        return self.connection.execute(wanted, (number,)).fetchone() is not None

    def _revisions(self, numbers: list[int]) -> list[tuple[Any, ...]]:
        wanted = "SELECT * FROM revisions WHERE article = ? ORDER BY seq"
        return [row for number in numbers for row in self.connection.execute(wanted, (number,))]

    def _write_article(self, keys: Keys) -> None:
        line = with_text(keys, self.wanted.text)
        number = number_of(line["id"])
        line |= {
            "number": number,
            "status": "live" if line["withdrawn_at"] is None else "withdrawn",
            "month": (line["published_at"] or "")[:7] or None,
        }
        self._insert("articles", [tuple(_value(name, line[name]) for name in self.names)])
        sections = [{"section": section} for section in line["sections"]]
        countries = [
            {
                **one,
                "name": country_name(one["code"]),
                "named_in": one["where"],
            }
            for one in line["countries"]
        ]
        organisations = [{**one, "named_in": one["where"]} for one in line["organisations"]]
        members = {
            "authors": line["authors"],
            "sections": sections,
            "categories": line["categories"],
            "countries": countries,
            "organisations": organisations,
        }
        for table in made_of.DETAILS:
            names = [column.name for column in table.columns[2:]]
            rows = [
                (number, place, *(member[name] for name in names))
                for place, member in enumerate(members[table.name], start=1)
            ]
            self._insert(table.name, rows)

    def _write_revision(self, number: int, row: HistoryRow, line: Keys) -> None:
        values = with_text(line, self.wanted.text) | {
            "article": number,
            "happened_at": as_time(row.at),
            "run": row.run,
            "changed": json.dumps(line["changed"] or []),
        }
        names = [column.name for column in made_of.REVISIONS.columns]
        self._insert("revisions", [tuple(values[name] for name in names)])

    def _insert(self, table: str, rows: list[tuple[Any, ...]]) -> None:
        if rows:
            placeholders = ", ".join("?" * len(rows[0]))
            self.connection.executemany(f"INSERT INTO {table} VALUES ({placeholders})", rows)


def number_of(article_id: str) -> int:
    """Return the number of an article: its post id, or a negative one made of its id.

    >>> number_of("diplomaticinfo:post:12345"), number_of("diplomaticinfo:url:00000000000000ff")
    (12345, -16)
    """
    _, kind, identity = article_id.rsplit(":", 2)
    return int(identity) if kind == "post" else -1 - int(identity[:15], 16)


def _value(name: str, value: Any) -> Any:
    if isinstance(value, list):
        key = CELL_KEYS[name] if name in LISTS_OF_NAMES else None
        return json.dumps([one[key] if key else one for one in value], ensure_ascii=False)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return value
