"""How well pages are read when nobody has described their theme: our layouts are withheld.

Articles beside trafilatura's own reading of the same pages; listings beside what their layouts
say is on them. Of a listing's links every second is known before, as to a site that is crawled.
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from diplonews.errors import LayoutError
from diplonews.pages.read import (
    read_article_without_layout,
    read_listing_by_layout,
    read_listing_without_layout,
)
from diplonews.pages.select import Page
from tests.support.readers import NOW, READERS, Reader, reading_of
from tests.support.scores import Reading, Tally, score
from tests.support.sets import THEMES, Case, captures, of_captures, of_replica

FACTS = Path(__file__).parents[1] / "captured/listings.json"


def read_all(case: Case, read: Reader) -> Reading:
    """Return the reading of an article's first page, with the bodies of all its pages."""
    readings = [read(url, body) for url, body in case.pages.items()]
    return replace(readings[0], body="\n\n".join(reading.body for reading in readings))


def withheld(url: str, body: bytes) -> Reading:
    page = read_article_without_layout(Page(url, body))
    return reading_of(page.to_item(url=url, fetched_at=NOW, found_in=""))


def tally(cases: Iterable[Case], read: Reader) -> Tally:
    scores = []
    for case in cases:
        readings = [read(url, body) for url, body in case.pages.items()]
        whole = replace(readings[0], body="\n\n".join(reading.body for reading in readings))
        scores.append(score(whole, case.true))
    return Tally(scores)


def articles(posts: int) -> dict[str, dict[str, Tally]]:
    """Return the tallies of both readers, by set of pages."""
    sets = {f"replica, {theme}": list(of_replica(theme, posts)) for theme in (*THEMES, "renamed")}
    folder = captures()
    if folder is not None:
        sets["captured pages"] = list(of_captures(folder))
    readers = {"diplonews, layouts withheld": withheld, "trafilatura": READERS["trafilatura"]}
    return {
        name: {reader: tally(cases, read) for reader, read in readers.items()}
        for name, cases in sets.items()
    }


def is_as_good(found: dict[str, Tally]) -> bool:
    """Tell whether ours, the first, is at least as good as the other."""
    ours, theirs = found.values()
    return all((ours.share(item) or 0) >= (theirs.share(item) or 0) for item in ("headline", "f1"))


def wrong_listings(folder: Path) -> dict[str, str]:
    """Return what is wrong with captured listings read without a layout, by name."""
    wrong: dict[str, str] = {}
    for name in json.loads(FACTS.read_text()):
        html = (folder / name).read_text(encoding="utf-8", errors="replace")
        page = Page(f"https://{name.removesuffix('.html')}/", html)
        true = {teaser.url: teaser.headline for teaser in read_listing_by_layout(page).teasers}
        known = set(list(true)[::2])
        try:
            teasers = read_listing_without_layout(page, known.intersection).teasers
        except LayoutError as error:
            wrong[name] = str(error)
            continue
        found = {teaser.url: teaser.headline for teaser in teasers}
        if found != true:
            missed, strange = len(true.keys() - found), len(found.keys() - true)
            wrong[name] = f"{missed} missed, {strange} strange of {len(true)}, or other headlines"
    return wrong
