"""What a cell of a table shows, where people read it otherwise than programs do. Pure."""

import json
import re
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

NO_VALUE = Markup('<span class="facts">–</span>')
SHARES = {"share", "share_syndicated", "change_ratio"}  # columns; CSV and JSON have fractions
DAY_OR_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?")
SHOWN_TIME = Markup('<time datetime="{}">{}</time>')
STAMPS = {"modified_raw", "modified_at"}  # which change with every edit


def cell_text(column: str, value: Any) -> str | None:
    r"""Return what is shown for the value of a column; ``None``: the value itself.

    >>> str(cell_text("share", 0.125)), cell_text("changed", '["modified_at", "body", "tags"]')
    ('12.5\xa0%', 'body, tags')
    >>> print(cell_text("started_at", "2026-11-03T09:30:00Z"))
    <time datetime="2026-11-03T09:30:00Z">2026-11-03 09:30</time>
    """
    if value in (None, "", "[]"):
        return NO_VALUE
    if isinstance(value, float) and column in SHARES:
        return percent(value)
    if not isinstance(value, str):
        return None
    if DAY_OR_TIME.fullmatch(value):
        return SHOWN_TIME.format(value, value[:16].replace("T", " "))
    if column == "changed":
        return ", ".join(changed_names(value)) or NO_VALUE
    return _list_text(value) if value.startswith('["') else None


def percent(share: float) -> str:
    r"""Return a share as people write it.

    >>> percent(0.125), percent(1), percent(0.0004)
    ('12.5\xa0%', '100\xa0%', 'under 0.1\xa0%')
    """
    text = f"{100 * share:.1f}".removesuffix(".0")
    return f"{'under 0.1' if share and text == '0' else text}\N{NO-BREAK SPACE}%"


def names(text: str | None) -> list[str]:
    """Return the members of a list that a column has as JSON.

    >>> names('["ML", "NE"]'), names(None)
    (['ML', 'NE'], [])
    """
    members = json.loads(text or "[]")
    return [str(member) for member in members] if isinstance(members, list) else []


def changed_names(text: str | None) -> list[str]:
    """Return the keys that an edit changed, without the site's stamps of it."""
    return [name for name in names(text) if name not in STAMPS]


def number_columns(rows: Sequence[Sequence[Any]]) -> list[bool]:
    """Tell for each column whether all its values are numbers, which are aligned.

    >>> number_columns([("Mali", 1, None), ("Togo", 2.5, None)])
    [False, True, False]
    """
    columns = (
        [value for value in column if value is not None] for column in zip(*rows, strict=True)
    )
    return [bool(values) and all(isinstance(v, int | float) for v in values) for values in columns]


def _list_text(text: str) -> str | None:
    """Return the members of a list of names; ``None`` where the text is none, as a quotation."""
    try:
        members = json.loads(text)
    except ValueError:
        return None
    return ", ".join(members) if all(isinstance(one, str) for one in members) else None
