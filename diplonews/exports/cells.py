"""Values as cells for a spreadsheet: flat, harmless, not too long."""

import re
from dataclasses import fields
from typing import get_args

from diplonews.items import Article

# The key that stands for each member of a list of objects in a cell.
CELL_KEYS: dict[str, str] = {
    it.name: key
    for it in fields(Article)
    for kind in get_args(it.type)
    if (key := getattr(kind, "cell_key", ""))
}
SEPARATOR = "; "

# The most that a cell of Excel has, in UTF-16 units, as Excel counts.
LONGEST = 32_767
CUT = " […]"

# A cell that begins with these is a formula, even after white space; some programs accept the wide
# forms too. Where people write decimal commas, Excel takes ";" or a tab for the separator. Then a
# cell also begins after these, and after line ends.
# What cannot be seen may be taken out on the way, and counts as white space.
UNSEEN = r"\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
STARTS, SIGNS = "=@＝＠﹦﹫", r"+\-＋－﹢﹣−"
FORMULA = re.compile(rf"[\s\x00-\x1f{UNSEEN}]*[{STARTS}{SIGNS}]|[\t\r\n]")
INNER_FORMULA = re.compile(
    rf"[\n\r;\t](?=(?:[^\S\n\r\t]|[{UNSEEN}])*(?:[{STARTS}]|[{SIGNS}][^\n]{{0,200}}[|(]))"
)
SIGNS_OF_INNER = f"{STARTS}|("  # without one of these there is no such formula: a cheap test first
DISARMED = "'"

# What no cell can have: control characters, lone surrogates, and noncharacters.
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def cell(name: str, value: object) -> str:
    """Return the value of key *name* as one text.

    >>> cell("authors", [{"name": "Ama Boateng"}, {"name": "Rui Évora"}])
    'Ama Boateng; Rui Évora'
    >>> cell("read_from", {"body": "theme", "byline_raw": None}), cell("is_empty", True)
    ('body: theme', 'true')
    """
    return UNFIT.sub("", _as_text(name, value))


def _as_text(name: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return SEPARATOR.join(
            f"{key}: {_as_text(key, value[key])}"
            for key in value
            if value[key] not in (None, "", [])
        )
    if isinstance(value, list):
        key = CELL_KEYS.get(name)
        return SEPARATOR.join(str(member[key] if key else member) for member in value)
    return str(value)


def disarmed(text: str) -> str:
    """Return *text* so that no spreadsheet reads it, or a piece of it, as a formula.

    >>> disarmed("=2+2"), disarmed("Mali; talks = peace"), disarmed("One.;=2+2")
    ("'=2+2", 'Mali; talks = peace', "One.;'=2+2")
    """
    if any(sign in text for sign in SIGNS_OF_INNER):
        text = INNER_FORMULA.sub(rf"\g<0>{DISARMED}", text)
    return f"{DISARMED}{text}" if FORMULA.match(text) else text


def cut(text: str, longest: int = LONGEST) -> str:
    """Return *text* as long as a cell may be; what was cut ends with a sign.

    >>> cut("one two three", 10)
    'one tw […]'
    """
    if len(text) * 2 <= longest:
        return text
    halves = text.encode("utf-16-le", "replace")
    if len(halves) // 2 <= longest:
        return text
    kept = halves[: 2 * (longest - len(CUT))]
    return kept.decode("utf-16-le", "ignore") + CUT
