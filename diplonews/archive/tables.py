"""The archive's tables; the sentence above each says what one row is.

Times are aware and in UTC. A ``url_key`` is what all forms of one address share
(``normalise.urls.alias_key``). ``SCHEMA`` goes up with every change of a table, together
with a step in ``migrations.STEPS``.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    literal_column,
)

SCHEMA = 7

# Numbers that the site gives: they may need 64 bits, which PostgreSQL has only by this type.
SITE_NUMBER = BigInteger().with_variant(Integer, "sqlite")


class UtcTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC; SQLite has no type for the zone and keeps it without."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"expected an aware time, found {value!r}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData()

# Facts about the archive: its schema, and the id that feeds name.
about = Table(
    "about",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)

# One execution of one spider. The number only grows, so it also orders sightings.
run = Table(
    "run",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("run_id", String, nullable=False, unique=True),
    Column("section", String, nullable=False),
    Column("arguments", JSON, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("verdict", String),
    Column("counts", JSON),
    Column("closed_at", UtcTime),  # since when no event can follow; NULL: it may be under way
    Column("process", String),  # "process 4711 on crawler-1"
    sqlite_autoincrement=True,
)

# An article as last read.
article = Table(
    "article",
    metadata,
    Column("id", String, primary_key=True),
    Column("post_id", SITE_NUMBER, index=True),
    Column("url", Text, nullable=False),
    Column("canonical_url", Text, nullable=False),
    Column("status", String, nullable=False),  # "live", "withdrawn" or "forgotten"
    Column("revision", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("published_at", UtcTime),
    Column("modified_at", UtcTime),
    Column("month", String(7), nullable=False),  # of its current feed file
    Column("first_seen_at", UtcTime, nullable=False),
    Column("last_seen_at", UtcTime, nullable=False),
    Column("revised_at", UtcTime, nullable=False),
    Column("line", Text, nullable=False),  # its feed line, JSON
)


def _article_id(*, primary_key: bool = False, nullable: bool = False) -> Column[str]:
    # An id made from a URL changes once, when the post id becomes known.
    key = ForeignKey("article.id", onupdate="CASCADE")
    return Column(
        "article_id", String, key, nullable=nullable, index=True, primary_key=primary_key
    )


# A URL that leads to an article.
alias = Table(
    "alias",
    metadata,
    Column("url_key", Text, primary_key=True),
    _article_id(),
    Column("url", Text, nullable=False),
)

# An article filed under a feed's name: its sections, and its categories outside of them.
filed = Table(
    "filed",
    metadata,
    Column("feed", String, primary_key=True),
    _article_id(primary_key=True),
)

# A sighting: an address in a category's listing, and what its teaser last printed.
sighting = Table(
    "sighting",
    metadata,
    Column("category", String, primary_key=True),
    Column("url_key", Text, primary_key=True, index=True),
    Column("first_run", Integer, ForeignKey("run.number"), nullable=False),
    Column("last_run", Integer, ForeignKey("run.number"), nullable=False),
    Column("headline", Text, nullable=False),
    Column("printed_date", Text, nullable=False),
    Column("excerpt", Text, nullable=False),
)

# Something that happened to an article. Append-only: it is also the history of revisions.
event = Table(
    "event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),  # the order of archiving
    Column("seq", Integer, unique=True),  # given when it is published, and never changed
    Column("day", String(10), index=True),  # given with it, UTC: "2026-11-28"
    Column("run", Integer, ForeignKey("run.number"), nullable=False, index=True),
    Column("kind", String, nullable=False),  # created, updated, withdrawn, restored, forgotten
    _article_id(),
    Column("revision", Integer, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("month", String(7), nullable=False, index=True),
    Column("change", Text, nullable=False),  # of its change line, JSON: what happened
    Column("line", Text, nullable=False),  # and the article after it
    sqlite_autoincrement=True,
)

# An event in a feed under which the article is filed now, or was filed before.
event_feed = Table(
    "event_feed",
    metadata,
    Column("feed", String, primary_key=True),
    Column("event", Integer, ForeignKey("event.id"), primary_key=True, index=True),
    Column("is_filed", Boolean, nullable=False),  # the article, from this event on
)

# A published feed; of events up to ``began_behind`` it has only the result.
feed = Table(
    "feed",
    metadata,
    Column("name", String, primary_key=True),
    Column("began_behind", Integer, nullable=False),  # this seq
)

# A folder of feeds, on whatever machine, and the seq up to which it is published.
folder = Table(
    "folder",
    metadata,
    Column("feed_id", String(36), primary_key=True),
    Column("last_seq", Integer, nullable=False),
)

# When the site's RSS or REST says that the article at an address was published.
site_date = Table(
    "site_date",
    metadata,
    Column("url_key", Text, primary_key=True),
    Column("published_at", UtcTime, nullable=False),
    Column("source", String, nullable=False),  # "rss" or "rest"
)

# A category: where its listing is, and how far it has been walked. The boundary is the
# number of the earliest run since the last sound walk; NULL when that walk was sound.
walk = Table(
    "walk",
    metadata,
    Column("category", String, primary_key=True),
    Column("feed", String),  # the feed it is walked for
    Column("address", Text),  # of listing page 1, as a run found it
    Column("boundary", Integer, ForeignKey("run.number")),
    Column("last_sound_run", Integer, ForeignKey("run.number")),
    Column("last_page", Integer),  # the last page reached by the latest walk
)

# A URL found and not yet read.
pending = Table(
    "pending",
    metadata,
    Column("url_key", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("category", String, nullable=False),  # whose listing led to it; empty: a recheck
    _article_id(nullable=True),  # the known article at this address, if there is one
    Column("found_at", UtcTime, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),  # failed ones
    Column("last_run", Integer),  # the run that last asked for it
    Column("last_error", Text),
    Column("not_before", UtcTime),
)

# A live article that was not at its address: the first time, and the last.
absence = Table(
    "absence",
    metadata,
    _article_id(primary_key=True),
    Column("first_run", Integer, ForeignKey("run.number"), nullable=False),
    Column("first_at", UtcTime, nullable=False),
    Column("last_at", UtcTime, nullable=False),
    Column("held_at", UtcTime),  # since when the article is held; NULL: it is not
)

# An article of the site, of whatever category, as its REST or its sitemap last listed it.
listed = Table(
    "listed",
    metadata,
    Column("surface", String, primary_key=True),  # "rest" or "sitemap"
    Column("mark", Text, primary_key=True),  # post id, or url_key where there is none
    Column("url", Text, nullable=False),
    Column("url_key", Text, nullable=False, index=True),
    Column("post_id", SITE_NUMBER, index=True),
    Column("modified_at", UtcTime),
    Column("categories", JSON, nullable=False),  # WordPress's numbers of them
    Column("seen_run", Integer, ForeignKey("run.number"), nullable=False),
    Column("changed_run", Integer, ForeignKey("run.number"), nullable=False),
    Column(
        "readings", Integer, nullable=False
    ),  # requests for the article since the entry changed
)

# What is known of a surface: whether the site offers it, and how far it was gone through.
surface = Table(
    "surface",
    metadata,
    Column("name", String, primary_key=True),
    Column("url", Text, nullable=False),  # where it was found; empty: it is not offered
    Column("asked_at", UtcTime, nullable=False),
    Column("whole_at", UtcTime),  # when all of it was last gone through
)

# A category as the site's REST numbers it. One that REST lists and has not named yet has no slug.
term = Table(
    "term",
    metadata,
    Column("number", SITE_NUMBER, primary_key=True, autoincrement=False),
    Column("slug", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("parent", SITE_NUMBER, nullable=False),  # its parent's number, or 0
)

# What a section's last sound run saw of the site's RSS.
validator = Table(
    "validator",
    metadata,
    Column("section", String, primary_key=True),
    Column("url", Text, primary_key=True),
    Column("last_modified", Text, nullable=False),  # as received; empty where there was none
    Column("entries", JSON, nullable=False),  # URL to fingerprint
    Column("looked_at", UtcTime, nullable=False),  # the last look without a condition
)

# A host's robots.txt, kept between runs.
robots = Table(
    "robots",
    metadata,
    Column("url", Text, primary_key=True),
    Column("body", Text, nullable=False),
    Column("fetched_at", UtcTime, nullable=False),
)

# A hold of a site or page, which asked for a pause or does not answer.
hold = Table(
    "hold",
    metadata,
    Column("origin", Text, primary_key=True),
    Column("times", Integer, nullable=False),  # in a row: since it last answered
    Column("until", UtcTime, nullable=False),
    Column("why", Text, nullable=False),
)

# A page or article that could not be accepted, with the reason.
rejected = Table(
    "rejected",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("url_key", Text, nullable=False, index=True),
    Column("url", Text, nullable=False),
    Column("run", Integer, ForeignKey("run.number"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("reason", Text, nullable=False),
    Column("line", Text),  # what was read of it, JSON
    sqlite_autoincrement=True,
)

# An article whose words were erased, or an address that was never read: no run asks for it.
forgotten = Table(
    "forgotten",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("article_id", String, unique=True),  # NULL: it was never read
    Column("post_id", SITE_NUMBER, index=True),
    Column("reason", Text, nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("erased_at", UtcTime),  # since when no row has its words; NULL: not yet
    Column("compacted_at", UtcTime),  # since when no free page has them; NULL: not yet
    sqlite_autoincrement=True,
)

# An address of a forgotten article. Each machine notes up to which number it searched its files.
forgotten_address = Table(
    "forgotten_address",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("url_key", Text, nullable=False, unique=True),
    Column("url", Text, nullable=False),
    Column("forgotten", Integer, ForeignKey("forgotten.number"), nullable=False, index=True),
    sqlite_autoincrement=True,
)

# A mark: a number that a text shares with its near copies (normalise/likeness.py).
text_mark = Table(
    "text_mark",
    metadata,
    _article_id(primary_key=True),
    Column("mark", BigInteger, primary_key=True, autoincrement=False, index=True),
)

Index("event_by_article_and_id", event.c.article_id, event.c.id)

# For the articles of each month that were not seen for longest (overdue.py).
Index("article_by_month_and_last_seen", article.c.month, article.c.last_seen_at)

# The newest runs of a section.
Index("run_by_section", run.c.section, run.c.number)

# Partial indexes. They serve only queries with the same condition as text. A condition with a
# parameter (``status == "live"``) uses the other indexes.
IS_LIVE = article.c.status == literal_column("'live'")
Index("article_live", article.c.last_seen_at, sqlite_where=IS_LIVE, postgresql_where=IS_LIVE)
IS_OPEN = run.c.closed_at.is_(None)
Index("run_open", run.c.section, run.c.number, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN)
IS_DATED = sighting.c.printed_date != literal_column("''")
Index("sighting_dated", sighting.c.last_run, sqlite_where=IS_DATED, postgresql_where=IS_DATED)
IS_WITHDRAWAL = event.c.kind == literal_column("'withdrawn'")
Index("event_withdrawn", event.c.at, sqlite_where=IS_WITHDRAWAL, postgresql_where=IS_WITHDRAWAL)
