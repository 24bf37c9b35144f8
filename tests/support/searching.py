"""A search for words in all bytes of a folder, packed ones too, and in all rows of a database."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pyarrow.parquet
from sqlalchemy.engine import make_url


def holding(folder: Path, words: list[str]) -> list[str]:
    """Return the files under *folder* that have one of *words*, packed or not."""
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and any(_has(text, words) for text in _texts(path))
    )


def _has(text: bytes, words: list[str]) -> bool:
    return any(word.encode() in text for word in words)


def _texts(path: Path) -> Iterator[bytes]:
    """Yield a file's bytes, and what they unpack to; of captures each body too."""
    stored = path.read_bytes()
    yield stored
    if path.suffix == ".parquet":
        yield str(pyarrow.parquet.read_table(path).to_pylist()).encode()
    if path.name.endswith(".gz"):
        unpacked = gzip.decompress(stored)
        yield unpacked
        yield from _packed_bodies(unpacked)


def _packed_bodies(text: bytes) -> Iterator[bytes]:
    """Yield what the server packed inside of captures, from each mark of gzip on."""
    start = text.find(b"\x1f\x8b\x08")
    while start >= 0:
        with suppress(zlib.error):
            yield zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(text[start:])
        start = text.find(b"\x1f\x8b\x08", start + 1)


def rows_holding(url: str, words: list[str]) -> list[str]:
    """Return the tables of a PostgreSQL that have one of *words* in a row or a statistic."""
    name = make_url(url)
    tables = (
        "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables "
        "WHERE schemaname = 'public' UNION SELECT 'pg_catalog.pg_stats'"
    )
    with psycopg.connect(name.render_as_string(hide_password=False)) as server:
        return [
            table
            for (table,) in server.execute(tables).fetchall()
            if any(
                server.execute(
                    f"SELECT 1 FROM {table} AS row WHERE row::text LIKE %s LIMIT 1".encode(),
                    [f"%{word}%"],
                ).fetchone()
                for word in words
            )
        ]


def pages_holding(url: str, words: list[str]) -> list[str]:
    """Return the tables of a PostgreSQL in whose files, dead rows too, one of *words* stands."""
    with psycopg.connect(make_url(url).render_as_string(hide_password=False)) as server:
        server.execute("CHECKPOINT")
        files = server.execute(
            "SELECT relname, current_setting('data_directory') || '/' || "
            "pg_relation_filepath(oid) FROM pg_class WHERE pg_relation_filepath(oid) IS NOT NULL"
        ).fetchall()
    return sorted(
        name
        for name, path in files
        if Path(path).exists() and _has(Path(path).read_bytes(), words)
    )
