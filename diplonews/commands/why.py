"""`scrapy why URL`: what is known of an address, and why it is or is not in a feed."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scrapy.exceptions import UsageError

from diplonews import site
from diplonews.archive import Archive
from diplonews.archive.captures import Captures
from diplonews.errors import DiplonewsError, SettingError
from diplonews.normalise.urls import alias_key
from diplonews.printing import as_json, say
from diplonews.runs.run import archive_url
from diplonews.runs.verdict import EXIT_STATUS, WRONG_ARGUMENT
from diplonews.setting_checks import ChecksSettings


class Command(ChecksSettings):
    """Say all that the archive knows of an article, and why it is where it is."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[options] <URL or id>"

    def short_desc(self) -> str:
        return "Say what is known of an address, and why it is or is not in a feed"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="all of it, as JSON")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError("expected one URL, or an article's id")
        try:
            self.exitcode = self._tell(args[0], is_json=opts.json)
        except SettingError as error:
            say(str(error), is_error=True)
            self.exitcode = WRONG_ARGUMENT
        except DiplonewsError as error:
            say(str(error), is_error=True)
            self.exitcode = EXIT_STATUS["broken"]

    def _tell(self, asked: str, *, is_json: bool) -> int:
        assert self.settings is not None
        check_address(asked)
        archive = Archive.open(archive_url(self.settings), create=False)
        try:
            known = archive.history.of(asked)
        finally:
            archive.close()
        captured = Captures(Path(self.settings["DIPLONEWS_VAR"]) / "captures")
        capture = captured.find(known["line"].get("url") or asked)
        known["capture"] = f"{capture.at.isoformat()} in {capture.path}" if capture else ""
        if is_json:
            print(as_json(known))  # noqa: T201
        else:
            say(*sentences(asked, known))
        return 0 if known["article"] else EXIT_STATUS["degraded"]


def check_address(asked: str) -> None:
    """Raise ``SettingError`` where *asked* can be no URL and no id."""
    try:
        alias_key(asked).encode()
        asked.encode()
    except ValueError as error:  # "http://[", or bytes that are no UTF-8
        raise SettingError(f"{asked}: expected a URL or an article's id: {error}") from error


def sentences(asked: str, known: dict[str, Any]) -> Iterator[str]:
    """Yield what there is to say, a sentence a line."""
    article, line = known["article"], known["line"]
    if article:
        which = f"{article['id']} is {article['status']}, revision {article['revision']}"
        yield f"{which}: {line['headline']}"
        published = line.get("published_at") or "nobody knows when"
        yield f"published {published}, last seen {article['last_seen_at']}"
        yield f"addresses: {', '.join(known['aliases'])}"
        sources = line.get("read_from") or {}
        told = (f"{name} from {source}" for name, source in sources.items() if source)
        yield f"read: {', '.join(told)}"
        yield from _feeds(article, known)
    else:
        yield f"{asked}: no article that was read has this address"
        yield from _unread(asked, known)
    for of in known["sightings"]:
        yield f"shown by the listing of {of['category']} from {of['first']} to {of['last']}"
    for of in known["listed"]:
        when = of["modified_at"] or "at no time told"
        yield f"listed by {of['surface']}, last changed there {when}"
    for of in known["events"]:
        changed = f" ({', '.join(of['changed'])})" if of["changed"] else ""
        what = f"{of['kind']}, revision {of['revision']}, by {of['run_id']}"
        yield f"event {of['seq']}: {what}{changed}"
    for of in known["absence"]:
        yield f"its address was found without it from {of['first_at']} to {of['last_at']}"
        if of["held_at"]:
            yield f"held as gone since {of['held_at']}: `scrapy crawl recheck -a confirm=yes`"
    yield f"newest capture: {known['capture'] or 'none'}"


def _feeds(article: dict[str, Any], known: dict[str, Any]) -> Iterator[str]:
    for feed in known["feeds"]:
        where = f"current/{feed}/{article['month']}.jsonl"
        if article["status"] == "live":
            yield f"in {where}"
        else:
            yield f"not in {where}: it was withdrawn"
    filed = set(known["feeds"])
    for section in (name for name in site.SECTIONS if name not in filed):
        slugs = ", ".join(of["slug"] for of in known["line"].get("categories") or []) or "none"
        yield f"not in {section}: its categories ({slugs}) are not of that section"
    if any(of["published"] is None for of in known["events"]):
        yield "one of its runs has not published yet: the next run of that section does"


def _unread(asked: str, known: dict[str, Any]) -> Iterator[str]:
    for of in known["pending"]:
        why = f", last: {of['last_error']}" if of["last_error"] else ""
        yield f"pending since {of['found_at']}, asked for {of['attempts']} times{why}"
        if of["not_before"]:
            yield f"not asked for again before {of['not_before']}"
    for of in known["rejected"]:
        yield f"rejected at {of['at']}: {of['reason']}"
    if not any(known[name] for name in ("pending", "rejected", "sightings", "listed")):
        yield "no listing and no list of the site named it to any run: is its category crawled?"
