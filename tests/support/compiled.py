"""Statements compiled once in a process, whichever archive they are for.

SQLAlchemy keeps what it compiled with each engine, and each test opens an archive of its own:
a fifth of the time of tests that ask an archive something went into compiling the same again.
"""

from collections.abc import Iterator, MutableMapping
from typing import Any

from sqlalchemy import URL, Engine

from diplonews.archive import store


class Compiled(MutableMapping[tuple[Any, ...], Any]):
    """What was compiled, by statement and by name of the database instead of by engine."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Any, ...], Any] = {}

    def __getitem__(self, key: tuple[Any, ...]) -> Any:
        return self._kept[by_name(key)]

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        self._kept[by_name(key)] = compiled

    def __delitem__(self, key: tuple[Any, ...]) -> None:
        del self._kept[by_name(key)]

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)


def by_name(key: tuple[Any, ...]) -> tuple[Any, ...]:
    dialect, *rest = key
    return (dialect.name, *rest)


def share() -> None:
    """Let all archives that this process opens share what is compiled."""
    make_engine, compiled = store._engine, Compiled()

    def sharing(url: URL) -> Engine:
        engine = make_engine(url)
        engine.update_execution_options(compiled_cache=compiled)
        return engine

    store._engine = sharing
