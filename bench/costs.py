"""What reading a page costs, as a ratio to one parse of the same bytes by lxml.

CPU time of this process, in rounds that ask each reader in turn, so that a slow moment of
the machine falls on all of them; the median of the rounds. A page is read from its bytes to
an ``Article``, before anything is worked out of it, and freed again.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from statistics import median
from time import process_time

import lxml.html
from selectolax.lexbor import LexborHTMLParser

from diplonews.items import Article
from diplonews.pages.read import read_article_without_layout
from diplonews.pages.select import Page
from diplonews.pipelines import Enrich, Normalise
from tests.support.readers import NOW, READERS, parse

ROUNDS = 15
PEERS_ROUNDS = 3  # they take seconds

Pages = dict[str, bytes]
Work = Callable[[str, bytes], object]


def by_lxml(_: str, body: bytes) -> object:
    return lxml.html.fromstring(body)


def by_lexbor(_: str, body: bytes) -> object:
    return LexborHTMLParser(body)


@cache
def _normal(url: str, body: bytes) -> Article:
    return Normalise().process_item(parse(url, body))


def enrich(url: str, body: bytes) -> object:
    """Work out dateline, agency, language and countries of an article that is read."""
    return Enrich().process_item(replace(_normal(url, body)))


def fall_back(url: str, body: bytes) -> object:
    """Read a page as that of an unknown theme."""
    page = read_article_without_layout(Page(url, body))
    return page.to_item(url=url, fetched_at=NOW, found_in="")


BASELINE = "lxml.html parse"
OURS: dict[str, Work] = {BASELINE: by_lxml, "lexbor parse": by_lexbor, "diplonews": parse}
APART: dict[str, Work] = {"its enrichment": enrich, "its fallback": fall_back}
PEERS: dict[str, Work] = {name: read for name, read in READERS.items() if name != "diplonews"}


def seconds(works: dict[str, Work], pages: Pages, rounds: int) -> dict[str, float]:
    """Return the CPU seconds that each work takes for all pages, the median of the rounds."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            started = process_time()
            for url, body in pages.items():
                work(url, body)
            taken[name].append(process_time() - started)
    return {name: median(times) for name, times in taken.items()}


def ratios(pages: Pages) -> tuple[float, dict[str, float]]:
    """Return milliseconds of a page's parse by lxml, and the works' ratios to it."""
    found = seconds(OURS, pages, ROUNDS) | seconds(APART | PEERS, pages, PEERS_ROUNDS)
    baseline = found[BASELINE]
    return baseline / len(pages) * 1000, {name: of / baseline for name, of in found.items()}
