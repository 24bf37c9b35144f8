"""The differences of two states of an article, as lines of text for people. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from diplonews.items import FIELDS_OF_EDITS
from diplonews.lines import changed_keys
from diplonews.normalise.word_edits import (
    BREAK,
    EQUAL,
    NEW,
    OLD,
    Paragraph,
    Run,
    edited_paragraphs,
    word_runs,
)

NOTE, HEAD = "note", "head"  # kinds of text that are ours, beside EQUAL, OLD and NEW
BRACKETS = {OLD: ("[-", "-]"), NEW: ("{+", "+}")}
PARAGRAPH_SIGN = "¶"
INDENT = "    "
LONGEST = 60  # unchanged words in a row that are all shown
KEPT = 25  # of longer runs: words shown at each end

# What the site prints and edits; other keys are addresses, times or inferences of ours.
EDITED = (
    "headline", "standfirst", "byline_raw", "categories", "sections", "body", "site_notice",
    "dateline_raw", "agency_notice",
)  # fmt: skip
PRINTED_DATES = ("published_raw", "modified_raw")  # not shown: the times read from them are
# The key that stands for each member of a list of objects.
MEMBER_KEYS = ("name", "slug", "code", "url")


class Piece(NamedTuple):
    """A piece of a line, and what kind of text it is."""

    text: str
    kind: str = EQUAL


StyledLine = list[Piece]
Keys = Mapping[str, Any]


def edits(before: Keys, now: Keys) -> Iterator[StyledLine]:
    """Yield what differs between two lines: the site's words first, marked, then the rest."""
    changed = changed_keys(before, now)
    for name in (name for name in EDITED if name in changed):
        if name == "body":
            yield [Piece("body:", HEAD)]
            yield from _body(before.get("body") or "", now.get("body") or "")
        else:
            yield from _value(name, before.get(name), now.get(name))
    others = set(changed) - {*EDITED, *PRINTED_DATES}
    for name in (name for name in FIELDS_OF_EDITS if name in others):
        yield from _value(name, before.get(name), now.get(name))


def edited_headline(before: str, now: str) -> StyledLine:
    """Return a headline with the words marked that differ from the one *before*."""
    return list(_marked(word_runs(before.split(), now.split()), " "))


def _value(name: str, before: object, now: object) -> Iterator[StyledLine]:
    old, new = _pieces(before), _pieces(now)
    separator = "; " if isinstance(before or now, list) else " "
    runs = [run for run in word_runs(old, new) if run.words]
    yield [Piece(f"{name}: ", HEAD), *_marked(runs, separator)]


def _pieces(value: object) -> list[str]:
    """Return a value as pieces that are compared: the words of a text, the members of a list."""
    if value is None or value == "":
        return []
    if isinstance(value, str):
        return value.split()
    if isinstance(value, list):
        return [_member(member) for member in value]
    return [str(value).lower() if isinstance(value, bool) else str(value)]


def _member(member: object) -> str:
    if isinstance(member, dict):
        named = next((member[key] for key in MEMBER_KEYS if member.get(key)), None)
        rest = [str(value) for key, value in member.items() if value and value != named]
        return f"{named} ({', '.join(rest)})" if rest else str(named)
    return str(member)


def _body(before: str, now: str) -> Iterator[StyledLine]:
    for paragraph in edited_paragraphs(before, now):
        if isinstance(paragraph, int):
            yield [Piece(f"{INDENT}… {paragraph} paragraphs are the same", NOTE)]
        else:
            yield [Piece(INDENT), *_marked(paragraph, " ")]


def _marked(runs: Iterable[Run] | Paragraph, separator: str) -> Iterator[Piece]:
    for place, (kind, words) in enumerate(runs):
        if place:
            yield Piece(separator)
        if kind == EQUAL:
            yield from _unchanged(words, separator)
            continue
        opening, closing = BRACKETS[kind]
        text = separator.join(PARAGRAPH_SIGN if word == BREAK else word for word in words)
        yield Piece(f"{opening}{text}{closing}", kind)


def _unchanged(words: Sequence[str], separator: str) -> Iterator[Piece]:
    if len(words) <= LONGEST:
        yield Piece(separator.join(words))
        return
    yield Piece(separator.join(words[:KEPT]))
    yield Piece(f" … {len(words) - 2 * KEPT} words … ", NOTE)
    yield Piece(separator.join(words[-KEPT:]))
