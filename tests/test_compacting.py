"""A database that is rewritten keeps no old rows, or says why it has to."""

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from diplonews.archive import Archive, compacting
from diplonews.errors import ArchiveError
from tests.support.articles import NOW, article, begin, teasers
from tests.support.postgresql import Cluster
from tests.support.searching import pages_holding, rows_holding

WORDS = ["Zyzzyva", "quokkas"]


@pytest.fixture
def url(cluster: Cluster) -> Iterator[str]:
    """Yield the URL of an archive whose statistics have an article's words too."""
    url = cluster.new_archive()
    with closing(Archive.open(url)) as archive:
        run = begin(archive)
        shown = [*teasers([5], headline="Zyzzyva at the talks"), *teasers(range(6, 60))]
        archive.walks.note_listing("mali", run, 1, shown, NOW)
        reading = article(5, headline="Zyzzyva at the talks", body="Of quokkas.\n\n" * 300)
        archive.articles.note(reading, run, ["security"])
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("ANALYZE")
    assert "pg_statistic" in pages_holding(url, WORDS)
    yield url
    cluster.drop(url)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compacting, "PAUSES", (0, 0.01))


def erase(archive: Archive) -> None:
    entry = archive.erasing.forget("5", "a court's order", NOW)
    assert entry is not None
    archive.erasing.erase(entry.number, NOW)


def places(url: str) -> list[str]:
    return [*rows_holding(url, WORDS), *pages_holding(url, WORDS)]


def test_statistics_and_their_old_rows_keep_no_word(url: str) -> None:
    with closing(Archive.open(url)) as archive:
        erase(archive)

        not_reached = archive.compact()

    assert (not_reached, places(url)) == ([], [])


def test_it_is_not_done_while_somebody_looks_since_before(url: str) -> None:
    """PostgreSQL keeps old rows of all tables for a transaction that has read any."""
    with closing(Archive.open(url)) as archive, psycopg.connect(url) as reader:
        reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        reader.execute("SELECT count(*) FROM about")
        erase(archive)

        with pytest.raises(ArchiveError, match="found somebody reading the archive since before"):
            archive.compact()
        assert places(url)
        reader.rollback()
        archive.compact()

    assert places(url) == []


@pytest.mark.parametrize("owns_tables", [False, True])
def test_a_user_who_may_not_is_told(owns_tables: bool, url: str, cluster: Cluster) -> None:
    """PostgreSQL itself only warns."""
    user = f"worker_{owns_tables}".lower()
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE ROLE {user} LOGIN".encode())
        server.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {user}".encode())
        server.execute(f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {user}".encode())
        if owns_tables:
            tables = server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            for (table,) in tables.fetchall():
                server.execute(f'ALTER TABLE "{table}" OWNER TO {user}'.encode())
    with closing(Archive.open(url.replace("postgres@", f"{user}@"))) as archive:
        erase(archive)

        if owns_tables:
            (not_reached,) = archive.compact()
            assert "VACUUM FULL pg_statistic" in not_reached
            assert set(places(url)) <= {"pg_statistic"}
        else:
            with pytest.raises(ArchiveError, match=f"found that {user} may not: its owner has to"):
                archive.compact()
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"REASSIGN OWNED BY {user} TO postgres".encode())
        server.execute(f"DROP OWNED BY {user}".encode())
        server.execute(f"DROP ROLE {user}".encode())
