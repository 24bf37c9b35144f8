"""Where an archive is: database URLs are read, refused, and shown without passwords."""

import re
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from diplonews.errors import SettingError


def parse(text: str) -> URL:
    """Return *text* as a URL; raise ``ValueError`` with the reason where it is wrong.

    A SQLite database in memory ends with the process, so each run would begin at ``seq`` 1.
    SQLite's own URIs (``file:``) and queries are refused, because they can ask for that too.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise ValueError("it is no database URL") from None
    if url.username and "@" in (url.database or ""):
        raise ValueError("write @ and / of a password as %40 and %2F")
    if url.drivername in {"postgresql", "postgresql+psycopg"}:
        if find_spec("psycopg") is None:
            raise ValueError("psycopg is not installed; it is in diplonews[postgresql]")
        return url.set(drivername="postgresql+psycopg")
    if url.drivername != "sqlite":
        raise ValueError(f"{url.drivername} is not supported")
    if not url.database or url.database.startswith((":memory:", "file:")):
        raise ValueError("a database in memory is lost when the run ends")
    if url.query or url.host:
        raise ValueError("SQLite takes a path alone; one with a ? goes into DIPLONEWS_VAR")
    return url


def from_settings(text: str, var: Path) -> URL:
    """Return the archive's URL: as set, or else SQLite in *var*, whatever its path."""
    if not text:
        return URL.create("sqlite", database=str(var / "archive.sqlite"))
    try:
        return parse(text)
    except ValueError as error:
        raise SettingError(
            f"DIPLONEWS_ARCHIVE: expected sqlite:///path or postgresql://…, "
            f"found {without_secrets(text)}: {error}"
        ) from None


def without_secrets(text: str) -> str:
    """Return the part of a database URL, right or wrong, that can have no password.

    >>> without_secrets("postgres://u:SECRET@host/name"), without_secrets("sqlite:///a.sqlite")
    ("'postgres:…'", "'sqlite:///a.sqlite'")
    """
    if "@" not in text and "password" not in text.lower():
        return repr(text[:200])
    scheme = re.match(r"[a-z0-9+]{1,30}:", text, re.ASCII)
    return repr(f"{scheme[0] if scheme else ''}…")


def name_of(url: URL) -> str:
    """Return an archive's name in messages: without password or query, which may have one."""
    return url.set(query={}).render_as_string(hide_password=True)
