"""How well articles are read, beside other readers, and what the reading costs.

    python -m bench.reading [posts]        headline, date, authors, categories and body
                                           and again with our layouts withheld
    python -m bench.reading --cost [posts] CPU for a page, as a ratio to one parse by lxml

On the pages of the replica, whose truth is known, in each of its themes; and on captured pages
of other sites, where ``DIPLONEWS_CAPTURES`` names them. The peers are the group "bench" of
pyproject.toml. A body is scored by precision, recall and F1 over runs of four words, the mean
of all articles; a split article is read page by page, and its bodies put together.
"""

import argparse
import sys

from rich.console import Console
from rich.table import Table

from bench.costs import APART, OURS, PEERS, ratios
from bench.withheld import print_withheld
from tests.support.readers import READERS
from tests.support.scores import Tally, score
from tests.support.sets import THEMES, Case, captures, of_captures, of_replica
from tests.support.withheld import read_all


def tallies(cases: list[Case]) -> dict[str, Tally]:
    return {
        name: Tally([score(read_all(case, read), case.true) for case in cases])
        for name, read in READERS.items()
    }


def sets(posts: int) -> dict[str, list[Case]]:
    found = {f"replica, {theme}": list(of_replica(theme, posts)) for theme in THEMES}
    folder = captures()
    if folder is not None:
        found["captured pages"] = list(of_captures(folder))
    return found


def percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def print_scores(posts: int) -> int:
    """Print the table; return 1 where another reader's bodies are better than ours."""
    headings = ("headline", "date", "authors", "categories", "precision", "recall", "F1", "lowest")
    table = Table("pages", "reader", title="Fields right, and bodies by runs of four words")
    for heading in headings:
        table.add_column(heading, justify="right")
    is_best = True
    for name, cases in sets(posts).items():
        found = tallies(cases)
        is_best = is_best and _is_best(found)
        for reader, tally in found.items():
            fields = ("headline", "published_on", "authors", "categories")
            bodies = (tally.share(item) or 0 for item in ("precision", "recall", "f1"))
            table.add_row(
                f"{name} ({len(cases)})",
                reader,
                *(percent(tally.share(field)) for field in fields),
                *(f"{share:.4f}" for share in bodies),
                f"{tally.lowest():.4f}",
            )
        table.add_section()
    Console(width=130).print(table)
    return 0 if is_best else 1


def _is_best(found: dict[str, Tally]) -> bool:
    others = [tally.share("f1") or 0 for name, tally in found.items() if name != "diplonews"]
    return (found["diplonews"].share("f1") or 0) >= max(others)


def print_costs(posts: int) -> int:
    """Print the table; return 1 where reading the site's theme costs more than a parse by lxml."""
    names = [*OURS, *APART, *PEERS]
    table = Table("pages", "lxml, ms a page", title="CPU for a page, lxml's parse being 1")
    for name in names[1:]:
        table.add_column(name, justify="right")
    is_cheap = True
    for name, cases in sets(posts).items():
        pages = {url: body for case in cases for url, body in case.pages.items()}
        milliseconds, found = ratios(pages)
        is_cheap = is_cheap and (found["diplonews"] <= 1 or name == "replica, plain")
        shown = f"{name}: WordPress's own layout" if name == "replica, plain" else name
        cells = (f"{found[of]:.2f}" for of in names[1:])
        table.add_row(f"{shown} ({len(pages)})", f"{milliseconds:.2f}", *cells)
    Console(width=130).print(table)
    return 0 if is_cheap else 1


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m bench.reading")
    arguments.add_argument("posts", type=int, nargs="?", help="how many posts the replica has")
    arguments.add_argument("--cost", action="store_true", help="CPU in place of what is right")
    asked = arguments.parse_args()
    if asked.cost:
        return print_costs(asked.posts or 60)
    return print_scores(asked.posts or 300) | print_withheld(asked.posts or 60)


if __name__ == "__main__":
    sys.exit(main())
