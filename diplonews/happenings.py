"""What happened to articles, as sentences for people. Pure."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from diplonews.archive.history import PastEvent
from diplonews.edit_lines import (
    EDITED,
    HEAD,
    NOTE,
    Keys,
    Piece,
    StyledLine,
    edited_headline,
    edits,
)
from diplonews.lines import as_time, changed_keys
from diplonews.normalise.edits import compare_bodies

SENTENCES = {
    "withdrawn": ": the site no longer serves it",
    "restored": ": the site serves it again",
    "forgotten": ": its words were erased from the archive",
}


def is_edit(event: PastEvent) -> bool:
    """Tell whether the site made the change; our reading or inference makes no edit."""
    if event.kind != "updated":
        return True
    return not event.change.get("reason") and bool(set(EDITED) & set(changed_in(event)))


def changed_in(event: PastEvent) -> list[str]:
    return event.change.get("changed") or []


def history_lines(events: Iterator[PastEvent], revision: int | None) -> Iterator[StyledLine]:
    """Yield what happened to an article, and its edits; of one *revision*, or of all."""
    before: Keys = {}
    for event in events:
        if revision in {None, event.revision}:
            yield [Piece(f"{as_time(event.at)} {_sentence(event, before)}", HEAD)]
            if event.kind in {"updated", "restored"}:
                yield from edits(before, event.line)
        before = event.line


def comparison(old: PastEvent, new: PastEvent) -> Iterator[StyledLine]:
    """Yield what differs between two revisions of an article."""
    changed = ", ".join(changed_keys(old.line, new.line)) or "nothing differs"
    revisions = f"from revision {old.revision} of {as_time(old.at)}"
    revisions += f" to revision {new.revision} of {as_time(new.at)}"
    share = _share(old.line, new.line)
    yield [Piece(f"{revisions}: {changed}{share and f', {share}'}", HEAD)]
    yield from edits(old.line, new.line)


def documents(events: Iterator[PastEvent], revision: int | None) -> Iterator[dict[str, Any]]:
    """Yield an article's events for programs: with old and new values that differ."""
    before: Keys = {}
    for event in events:
        if revision in {None, event.revision}:
            yield document(event, before if event.kind != "created" else event.line)
        before = event.line


def document(event: PastEvent, before: Keys) -> dict[str, Any]:
    """Return an event, with the values that differ from those of the line *before*."""
    changed = changed_keys(before, event.line)
    return {
        "seq": event.seq,
        "at": as_time(event.at),
        "event": event.kind,
        "reason": event.change.get("reason"),
        "revision": event.revision,
        "changed": changed,
        "before": {name: before.get(name) for name in changed},
        "now": {name: event.line.get(name) for name in changed},
    }


def listed_document(event: PastEvent) -> dict[str, Any]:
    """Return one of many events for programs, without bodies."""
    names = ("event", "reason", "changed", "change_ratio", "before")
    facts = {name: event.change.get(name) for name in names}
    place = {"id": event.article_id, "url": event.line.get("url")}
    return {
        "seq": event.seq,
        "at": as_time(event.at),
        **place,
        "revision": event.revision,
        **facts,
        "headline": event.line.get("headline"),
        "sections": event.line.get("sections"),
    }


def listed_line(event: PastEvent) -> StyledLine:
    """Return a line on one of many events: when, which article, what; with an edited headline."""
    before: Mapping[str, Any] = event.change.get("before") or {}
    headline = event.line.get("headline") or ""
    sentence = _what(event, before.get("sections"), _percent(event.change.get("change_ratio")))
    old_headline = before.get("headline") if "headline" in changed_in(event) else headline
    return [
        Piece(f"{as_time(event.at)} {event.article_id} ", NOTE),
        Piece(f"{sentence}: ", HEAD),
        *edited_headline(old_headline or "", headline),
    ]


def _sentence(event: PastEvent, before: Keys) -> str:
    if event.kind not in {"updated", "restored"}:
        return _what(event, None, "")
    return _what(event, before.get("sections"), _share(before, event.line))


def _what(event: PastEvent, old_sections: Collection[str] | None, share: str) -> str:
    """Return what happened: its kind, its revision, what was edited, where it was filed."""
    number = "not published yet" if event.seq is None else f"event {event.seq}"
    sentence = f"{event.kind}, revision {event.revision} ({number}){SENTENCES.get(event.kind, '')}"
    edited = [name for name in changed_in(event) if name in EDITED]
    pieces = [sentence, ", ".join(edited), share]
    if event.change.get("reason"):
        pieces.append("read otherwise by us and not edited by the site")
    elif changed_in(event) and not edited:
        pieces.append("no words of the site's")
    new_sections = event.line.get("sections") or []
    if old_sections is not None and set(old_sections) != set(new_sections):
        pieces.append(f"filed in {_names(new_sections)} instead of {_names(old_sections)}")
    return ", ".join(piece for piece in pieces if piece)


def _names(sections: Collection[str]) -> str:
    return ", ".join(sorted(sections)) or "no section"


def _share(before: Keys, now: Keys) -> str:
    old, new = before.get("body") or "", now.get("body") or ""
    return _percent(compare_bodies(old, new)[1]) if old != new else ""


def _percent(ratio: float | None) -> str:
    """Return how much of a body was edited, in words.

    >>> _percent(0.254), _percent(0.0001), _percent(None)
    ('25% of the body', 'under 1% of the body', '')
    """
    if ratio is None:
        return ""
    return f"{ratio:.0%} of the body" if ratio >= 0.01 else "under 1% of the body"
