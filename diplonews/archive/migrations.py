"""Steps from an archive's earlier schema to today's, in SQL.

A step never changes once it is released. So it writes out its tables, and takes nothing from
``tables.py``, which changes. A new archive and a migrated one have the same tables
(tests/test_migrations.py, with an archive of each schema).
"""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, text

from diplonews.archive.migrating_lines import complete_lines
from diplonews.normalise.likeness import marks

SITE_NUMBER = {"sqlite": "INTEGER", "postgresql": "BIGINT"}
TIME = {"sqlite": "DATETIME", "postgresql": "TIMESTAMP WITH TIME ZONE"}
NUMBER = {
    "sqlite": "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT",
    "postgresql": "SERIAL NOT NULL PRIMARY KEY",
}


def _mark_bodies(connection: Connection) -> None:
    """Note what near copies of the articles that are there already are found by."""
    note = text("INSERT INTO text_mark (article_id, mark) VALUES (:article_id, :mark)")
    for article_id, line in connection.execute(text("SELECT id, line FROM article")).all():
        for mark in marks(json.loads(line).get("body", "")):
            connection.execute(note, {"article_id": article_id, "mark": mark})


def name_archive(connection: Connection) -> None:
    """Give an archive the identity that the feeds' manifest names."""
    row = {"id": str(uuid.uuid4())}
    connection.execute(text("INSERT INTO about (name, value) VALUES ('id', :id)"), row)


@dataclass(frozen=True, slots=True)
class Step:
    """From one schema to the next: statements for both databases, and what is then filled in.

    A statement has the database's types by these names. ``{time}``: an aware time.
    ``{site_number}``: what the site numbers. ``{number}``: a primary key that counts up itself.
    """

    statements: tuple[str, ...]
    on_postgresql: tuple[str, ...] = ()  # where SQLite needs nothing: its numbers have any size
    fill: Callable[[Connection], None] | None = None

    def take(self, connection: Connection) -> None:
        """Change the tables; the caller's transaction makes it all or nothing."""
        dialect = connection.dialect.name
        more = self.on_postgresql if dialect == "postgresql" else ()
        for statement in (*self.statements, *more):
            written = statement.replace("{time}", TIME[dialect])
            written = written.replace("{site_number}", SITE_NUMBER[dialect])
            connection.exec_driver_sql(written.replace("{number}", NUMBER[dialect]))
        if self.fill is not None:
            self.fill(connection)


# 2026-11-23: tables for rechecks, and holds of the site.
TO_SCHEMA_2 = Step(
    (
        "ALTER TABLE pending ADD COLUMN article_id VARCHAR "
        "REFERENCES article (id) ON UPDATE CASCADE",
        "UPDATE pending SET article_id = "
        "(SELECT article_id FROM alias WHERE alias.url_key = pending.url_key)",
        "CREATE INDEX ix_pending_article_id ON pending (article_id)",
        "CREATE TABLE absence (article_id VARCHAR NOT NULL, first_run INTEGER NOT NULL, "
        "first_at {time} NOT NULL, last_at {time} NOT NULL, PRIMARY KEY (article_id), "
        "FOREIGN KEY(article_id) REFERENCES article (id) ON UPDATE CASCADE, "
        "FOREIGN KEY(first_run) REFERENCES run (number))",
        "CREATE INDEX ix_absence_article_id ON absence (article_id)",
        "CREATE TABLE listed (surface VARCHAR NOT NULL, mark TEXT NOT NULL, url TEXT NOT NULL, "
        "url_key TEXT NOT NULL, post_id INTEGER, modified_at {time}, categories JSON NOT NULL, "
        "seen_run INTEGER NOT NULL, changed_run INTEGER NOT NULL, readings INTEGER NOT NULL, "
        "PRIMARY KEY (surface, mark), FOREIGN KEY(seen_run) REFERENCES run (number), "
        "FOREIGN KEY(changed_run) REFERENCES run (number))",
        "CREATE INDEX ix_listed_post_id ON listed (post_id)",
        "CREATE INDEX ix_listed_url_key ON listed (url_key)",
        "CREATE TABLE surface (name VARCHAR NOT NULL, url TEXT NOT NULL, "
        "asked_at {time} NOT NULL, whole_at {time}, PRIMARY KEY (name))",
        "CREATE TABLE term (number INTEGER NOT NULL, slug TEXT NOT NULL, title TEXT NOT NULL, "
        "parent INTEGER NOT NULL, PRIMARY KEY (number))",
        "CREATE TABLE hold (origin TEXT NOT NULL, times INTEGER NOT NULL, "
        "until {time} NOT NULL, why TEXT NOT NULL, PRIMARY KEY (origin))",
    )
)

# 2026-11-23: what near copies are found by.
TO_SCHEMA_3 = Step(
    (
        "CREATE TABLE text_mark (article_id VARCHAR NOT NULL, mark BIGINT NOT NULL, "
        "PRIMARY KEY (article_id, mark), "
        "FOREIGN KEY(article_id) REFERENCES article (id) ON UPDATE CASCADE)",
        "CREATE INDEX ix_text_mark_article_id ON text_mark (article_id)",
        "CREATE INDEX ix_text_mark_mark ON text_mark (mark)",
    ),
    fill=_mark_bodies,
)

# 2026-11-28: an archive has an identity, a run a process, the site's numbers any size;
# and absent articles may be held.
TO_SCHEMA_4 = Step(
    (
        "ALTER TABLE run RENAME COLUMN published_at TO closed_at",
        "ALTER TABLE run ADD COLUMN process VARCHAR",
        "CREATE TABLE site_date (url_key TEXT NOT NULL, published_at {time} NOT NULL, "
        "source VARCHAR NOT NULL, PRIMARY KEY (url_key))",
        "ALTER TABLE absence ADD COLUMN held_at {time}",
    ),
    on_postgresql=(
        "ALTER TABLE article ALTER COLUMN post_id TYPE BIGINT",
        "ALTER TABLE listed ALTER COLUMN post_id TYPE BIGINT",
        "ALTER TABLE term ALTER COLUMN number TYPE BIGINT",
        "ALTER TABLE term ALTER COLUMN parent TYPE BIGINT",
    ),
    fill=name_archive,
)

# 2026-11-28: look-ups cost the same whatever is stored; what nobody read of an alias goes.
TO_SCHEMA_5 = Step(
    (
        "ALTER TABLE alias DROP COLUMN first_seen_at",
        "DROP INDEX ix_run_section",
        "CREATE INDEX run_by_section ON run (section, number)",
        "CREATE INDEX run_open ON run (section, number) WHERE closed_at IS NULL",
        "DROP INDEX ix_article_month",
        "CREATE INDEX article_by_month_and_last_seen ON article (month, last_seen_at)",
        "CREATE INDEX article_live ON article (last_seen_at) WHERE status = 'live'",
        "CREATE INDEX event_withdrawn ON event (at) WHERE kind = 'withdrawn'",
        "CREATE INDEX sighting_dated ON sighting (last_run) WHERE printed_date != ''",
    )
)

# 2026-11-28: lines have every key, events are numbered when they are published.
TO_SCHEMA_6 = Step(
    (
        "CREATE TABLE old_event AS SELECT * FROM event",
        "CREATE UNIQUE INDEX old_event_by_seq ON old_event (seq)",
        "CREATE TABLE old_event_feed AS SELECT * FROM event_feed",
        "DROP TABLE event_feed",
        "DROP TABLE event",
        "CREATE TABLE event (id {number}, seq INTEGER, day VARCHAR(10), run INTEGER NOT NULL, "
        "kind VARCHAR NOT NULL, article_id VARCHAR NOT NULL, revision INTEGER NOT NULL, "
        "at {time} NOT NULL, month VARCHAR(7) NOT NULL, change TEXT NOT NULL, "
        "line TEXT NOT NULL, UNIQUE (seq), FOREIGN KEY(run) REFERENCES run (number), "
        "FOREIGN KEY(article_id) REFERENCES article (id) ON UPDATE CASCADE)",
        "CREATE INDEX ix_event_run ON event (run)",
        "CREATE INDEX ix_event_day ON event (day)",
        "CREATE INDEX ix_event_article_id ON event (article_id)",
        "CREATE INDEX ix_event_month ON event (month)",
        "CREATE INDEX event_by_article_and_id ON event (article_id, id)",
        "CREATE INDEX event_withdrawn ON event (at) WHERE kind = 'withdrawn'",
        "CREATE TABLE event_feed (feed VARCHAR NOT NULL, event INTEGER NOT NULL, "
        "is_filed BOOLEAN NOT NULL, PRIMARY KEY (feed, event), "
        "FOREIGN KEY(event) REFERENCES event (id))",
        "CREATE INDEX ix_event_feed_event ON event_feed (event)",
        "CREATE TABLE feed (name VARCHAR NOT NULL, began_behind INTEGER NOT NULL, "
        "PRIMARY KEY (name))",
        "CREATE TABLE folder (feed_id VARCHAR(36) NOT NULL, last_seq INTEGER NOT NULL, "
        "PRIMARY KEY (feed_id))",
    ),
    fill=complete_lines,
)

# 2026-11-28: what was forgotten.
TO_SCHEMA_7 = Step(
    (
        "CREATE TABLE forgotten (number {number}, article_id VARCHAR, post_id {site_number}, "
        "reason TEXT NOT NULL, asked_at {time} NOT NULL, erased_at {time}, compacted_at {time}, "
        "UNIQUE (article_id))",
        "CREATE INDEX ix_forgotten_post_id ON forgotten (post_id)",
        "CREATE TABLE forgotten_address (number {number}, url_key TEXT NOT NULL, "
        "url TEXT NOT NULL, forgotten INTEGER NOT NULL, UNIQUE (url_key), "
        "FOREIGN KEY(forgotten) REFERENCES forgotten (number))",
        "CREATE INDEX ix_forgotten_address_forgotten ON forgotten_address (forgotten)",
    )
)

# STEPS[1] brings an archive of schema 1 to schema 2.
STEPS = {
    1: TO_SCHEMA_2,
    2: TO_SCHEMA_3,
    3: TO_SCHEMA_4,
    4: TO_SCHEMA_5,
    5: TO_SCHEMA_6,
    6: TO_SCHEMA_7,
}
