"""`scrapy diff`: what was edited in an article, or in all of them, with the words marked."""

import argparse
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from scrapy.exceptions import UsageError

from diplonews import clock
from diplonews.archive import Archive
from diplonews.archive.history import PastEvent
from diplonews.archive_commands import NOTHING_FOUND, ArchiveCommand
from diplonews.commands.why import check_address, unread_sentences
from diplonews.edit_lines import HEAD, NOTE, StyledLine
from diplonews.errors import SettingError
from diplonews.exports.selection import read_moment
from diplonews.happenings import (
    changed_in,
    comparison,
    document,
    documents,
    history_lines,
    is_edit,
    listed_document,
    listed_line,
)
from diplonews.normalise.word_edits import EQUAL, NEW, OLD
from diplonews.printing import counted, say, say_json, say_styled

EARLIEST = datetime(1, 1, 2, tzinfo=UTC)
STYLES = {EQUAL: "", OLD: "red strike", NEW: "green", NOTE: "dim", HEAD: "bold"}


class Command(ArchiveCommand):
    """Show an article's revisions with the words marked, or list the edits of all articles.

    Of an article: all that happened to it, or one revision against the one before it, or two
    against each other.
    """

    def syntax(self) -> str:
        return "[options] [<URL or id> [REV [REV]]]"

    def short_desc(self) -> str:
        return "Show what was edited, word by word"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        add = parser.add_argument_group("edits of all articles").add_argument
        add("--since", metavar="TIME", help="seen since then: 7d, 2026-03, 2026-03-05, last-month")
        add("--headlines", action="store_true", help="edits of headlines only")
        add("--min-change", metavar="SHARE", help="edits of so much of a body: 0.2 or 20%%")

    def run_with(self, archive: Archive, args: list[str], opts: argparse.Namespace) -> int:
        is_list = opts.since is not None or opts.headlines or opts.min_change is not None
        if (not args and not is_list) or len(args) > 3:
            raise UsageError("expected a URL or an article's id, and up to two revisions")
        if args and is_list:
            raise UsageError("expected an article, or options of a list, found both")
        if is_list:
            return _list(chosen(archive, opts), is_json=opts.json)
        return _show(archive, args[0], [_revision(text) for text in args[1:]], is_json=opts.json)


def _show(archive: Archive, asked: str, revisions: list[int], *, is_json: bool) -> int:
    check_address(asked)
    history = archive.history.find(asked)
    article = history["article"]
    if not article:
        if is_json:
            say_json({})
        say(*unread_sentences(asked, history), is_error=is_json)
        return NOTHING_FOUND
    article_id = article["id"]
    for number in revisions:
        if not 1 <= number <= article["revision"]:
            revision_count = counted(article["revision"], "revision")
            say(f"{article_id}: expected one of its {revision_count}, found revision {number}")
            return NOTHING_FOUND
    events = archive.history.events_of(article_id)
    about = {name: article[name] for name in ("id", "url", "status", "revision")}
    if len(revisions) == 2:
        old, new = (_first(archive, article_id, number) for number in revisions)
        facts, lines = iter([document(new, old.line)]), comparison(old, new)
    else:
        revision = revisions[0] if revisions else None
        facts, lines = documents(events, revision), history_lines(events, revision)
    if is_json:
        say_json(about | {"events": list(facts)})
        return 0
    headline = history["line"].get("headline") or ""
    say(f"{article_id} is {article['status']}, revision {article['revision']}: {headline}")
    _print(lines)
    return 0


def _first(archive: Archive, article_id: str, revision: int) -> PastEvent:
    """Return the event that made a revision."""
    events = archive.history.events_of(article_id)
    return next(event for event in events if event.revision >= revision)


def chosen(archive: Archive, opts: argparse.Namespace) -> Iterator[PastEvent]:
    """Yield what happened to articles, as far as the options of a list want it."""
    now, least = clock.now(), _share(opts.min_change)
    since = EARLIEST if opts.since is None else read_moment("--since", opts.since, now)
    for event in archive.history.changes_since(since):
        if opts.headlines and "headline" not in changed_in(event):
            continue
        ratio = event.change.get("change_ratio")
        if least is not None and (ratio is None or ratio < least):
            continue
        yield event


def _list(events: Iterable[PastEvent], *, is_json: bool) -> int:
    """Print events that are the site's edits, withdrawals and the like; count the others."""
    counts = {True: 0, False: 0}
    articles: set[str] = set()

    def edits() -> Iterator[PastEvent]:
        for event in events:
            counts[is_edit(event)] += 1
            if is_edit(event):
                articles.add(event.article_id)
                yield event

    if is_json:
        say_json([listed_document(event) for event in edits()])
        return 0
    _print(listed_line(event) for event in edits())
    changes = counted(counts[True], "change")
    say(f"{changes} of {counted(len(articles), 'article')}")
    if counts[False]:
        say(
            f"{counted(counts[False], 'change')} of our own reading left out, as they are no edits"
        )
    return 0


def _print(lines: Iterable[StyledLine]) -> None:
    say_styled([(piece.text, STYLES[piece.kind]) for piece in line] for line in lines)


def _revision(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise SettingError(f"expected the number of a revision, found {text!r}")
    return int(text)


def _share(text: str | None) -> float | None:
    """Return a share of the words, given as 0.2 or as 20%; ``None`` where none is given."""
    if text is None:
        return None
    wrong = SettingError(f"--min-change: expected a share such as 0.2 or 20%, found {text!r}")
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        raise wrong from None
    if not 0 <= share <= 1:
        raise wrong
    return share
