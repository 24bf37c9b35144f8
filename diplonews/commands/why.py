"""`scrapy why URL`: what the archive knows of an address, and why it is or is not in a feed."""

import argparse
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from scrapy.exceptions import UsageError

from diplonews import site
from diplonews.archive import Archive
from diplonews.archive.captures import Captures
from diplonews.archive_commands import NOTHING_FOUND, ArchiveCommand
from diplonews.errors import SettingError
from diplonews.lines import as_time
from diplonews.normalise.urls import alias_key
from diplonews.printing import as_json, counted, say, say_json
from diplonews.runs.verdict import WRONG_ARGUMENT


class Command(ArchiveCommand):
    """Say all that the archive knows of an article, and why it is where it is."""

    def syntax(self) -> str:
        return "[options] <URL or id>"

    def short_desc(self) -> str:
        return "Say what is known of an address, and why it is in no feed"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError("expected one URL, or an article's id")
        try:
            check_address(args[0])
        except SettingError as error:
            say(str(error), is_error=True)
            self.exitcode = WRONG_ARGUMENT
            return
        super().run(args, opts)

    def run_with(self, archive: Archive, args: list[str], opts: argparse.Namespace) -> int:
        asked = args[0]
        history = archive.history.find(asked)
        capture = Captures(self.var / "captures").find(history["line"].get("url") or asked)
        history["capture"] = f"{as_time(capture.at)} in {capture.path}" if capture else ""
        if opts.json:
            say_json(history)
        else:
            say(*sentences(asked, history, self.var / "feeds"))
        return 0 if history["article"] or history["forgotten"] else NOTHING_FOUND


def check_address(asked: str) -> None:
    """Raise ``SettingError`` where *asked* can be no URL and no id."""
    if not asked.strip():  # mostly a variable of a shell that is not set
        raise SettingError("expected a URL or an article's id, found none")
    try:
        alias_key(asked).encode()
        asked.encode()
    except ValueError as error:  # "http://[", or bytes that are no UTF-8
        raise SettingError(f"{asked}: expected a URL or an article's id: {error}") from error


def sentences(asked: str, history: Mapping[str, Any], feeds: Path) -> Iterator[str]:
    """Yield what there is to say, a sentence a line; *feeds* is the folder of the feeds."""
    if history["forgotten"]:
        yield _forgotten(asked, history["forgotten"])
    elif history["article"]:
        yield from _article(history)
        yield from _places(history, feeds)
    else:
        yield from unread_sentences(asked, history)
    for seen in history["sightings"]:
        runs = f"from {seen['first']} to {seen['last']}"
        if seen["first"] == seen["last"]:
            runs = f"in {seen['last']}"
        yield f"shown by the listing of {seen['category']} {runs}"
    for entry in history["listed"]:
        when = _time(entry["modified_at"]) or "at an unknown time"
        yield f"listed by {entry['surface']}, last changed there {when}"
    for event in history["events"]:
        changed = f" ({', '.join(event['changed'])})" if event["changed"] else ""
        what = f"{event['kind']}, revision {event['revision']}, by {event['run_id']}"
        number = (
            f"event {event['seq']} of {event['day']}"
            if event["seq"]
            else "event that waits for its number"
        )
        yield f"{number}: {what}{changed}"
    for absence in history["absence"]:
        first, last = _time(absence["first_at"]), _time(absence["last_at"])
        yield f"its address was found without it from {first} to {last}"
        if absence["held_at"]:
            since = _time(absence["held_at"])
            yield f"held as gone since {since}: `scrapy crawl recheck -a confirm=yes`"
    yield f"newest capture: {history['capture'] or 'none'}"


def _forgotten(asked: str, entry: Mapping[str, Any]) -> str:
    since = _time(entry["erased_at"])
    state = f"its words were erased {since}" if since else "the next run erases its words"
    return f"{asked}: forgotten since {_time(entry['asked_at'])}: {entry['reason']}; {state}"


def _article(history: Mapping[str, Any]) -> Iterator[str]:
    article, line = history["article"], history["line"]
    revision = f"{article['id']} is {article['status']}, revision {article['revision']}"
    yield f"{revision}: {line['headline']}"
    published = line.get("published_at") or "at an unknown time"
    yield f"published {published}, last seen {_time(article['last_seen_at'])}"
    for address in history["aliases"]:
        yield f"address: {address}"
    by_source = defaultdict(list)
    for name, source in (line.get("read_from") or {}).items():
        if source:
            by_source[source].append(name)
    for source, names in by_source.items():
        yield f"read from {source}: {', '.join(names)}"


def _places(history: Mapping[str, Any], feeds: Path) -> Iterator[str]:
    """Yield in which files the article is, and why it is not in the others."""
    article, line = history["article"], history["line"]
    filed = set(history["feeds"])
    for feed in sorted(filed):
        places = [path for path in _files(feeds, feed, article) if has_line(path, article["id"])]
        yield from (f"in {place}" for place in places)
        if article["status"] != "live":
            yield f"not in the live articles of {feed}: it was withdrawn"
        elif not places and (feed in site.SECTIONS or (feeds / "current" / feed).exists()):
            yield f"not in the feed of {feed} yet: the next run of {feed} writes it"
    slugs = ", ".join(category["slug"] for category in line.get("categories") or []) or "none"
    for section in (name for name in site.SECTIONS if name not in filed):
        yield f"not in {section}: its categories ({slugs}) are not of that section"
    if any(event["seq"] is None for event in history["events"]):
        yield "one of its events is not published yet: the next run publishes it"


def _files(feeds: Path, feed: str, article: Mapping[str, Any]) -> list[Path]:
    """Return where an article's line may be."""
    names = (article["month"], "withdrawn")
    return [feeds / "current" / feed / f"{name}.jsonl" for name in names]


def has_line(path: Path, article_id: str) -> bool:
    """Tell whether a feed's file is there and has a line of this article."""
    key = f'"id":{as_json(article_id)}'
    try:
        with path.open(encoding="utf-8") as lines:
            return any(key in line for line in lines)
    except OSError:
        return False


def unread_sentences(asked: str, history: Mapping[str, Any]) -> Iterator[str]:
    """Yield why nothing is known of an address as an article's."""
    yield f"{asked}: no article that was read has this address"
    for pending in history["pending"]:
        error = f", last: {pending['last_error']}" if pending["last_error"] else ""
        times = counted(pending["attempts"], "time")
        yield f"pending since {_time(pending['found_at'])}, asked for {times}{error}"
        if pending["not_before"]:
            yield f"not asked for again before {_time(pending['not_before'])}"
    for rejection in history["rejected"]:
        yield f"rejected at {_time(rejection['at'])}: {rejection['reason']}"
    if not any(history[name] for name in ("pending", "rejected", "sightings", "listed")):
        yield "no listing and no list of the site named it to any run: is its category crawled?"


def _time(moment: datetime | None) -> str:
    return as_time(moment) if moment else ""
