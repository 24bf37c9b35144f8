"""What is read costs what its length costs, and what would cost more is refused or bounded.

Each kind of input is read once and once doubled. A square would show as four times; what is
below ``FLOOR`` says more of the clock and the collector than of the input.
"""

import gc
import json
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from time import process_time

import pytest
from sqlalchemy import Connection, event

from diplonews.archive import Archive
from diplonews.edit_lines import edits
from diplonews.errors import DiplonewsError, LayoutError
from diplonews.exports.cells import disarmed
from diplonews.items import Article
from diplonews.normalise.copies import copies_among
from diplonews.normalise.edits import compare_bodies
from diplonews.normalise.likeness import likeness, marks
from diplonews.pages.read import read_article, read_listing
from diplonews.pages.select import Page
from diplonews.pipelines import Enrich, Identify, Normalise
from diplonews.printing import printable
from tests.support.archived import line_of

URL = "https://site.example/talks/"
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
FLOOR = 0.05  # seconds
MOST = 3  # times as long for twice as much
COUNT = 2_000
MARKS = "\u0301\u0316"  # not in the order of Unicode, which takes a square of time to make
VOCABULARY = [f"word{number}" for number in range(800)]


def seconds(work: Callable[[], object]) -> float:
    """Return the processor's time that *work* takes, without that of the garbage collector."""
    gc.collect()
    gc.disable()
    try:
        started = process_time()
        work()
        return process_time() - started
    finally:
        gc.enable()


def grows_as_its_input(work: Callable[[int], Callable[[], object]], count: int = COUNT) -> bool:
    """Tell whether twice as much takes less than ``MOST`` times as long, in one of eight tries."""
    few, many = [], []
    for _ in range(8):
        few.append(seconds(work(count)))
        many.append(seconds(work(2 * count)))
        if min(many) < MOST * max(min(few), FLOOR):
            return True
    return False


def words(count: int) -> str:
    return " ".join(random.choices(VOCABULARY, k=count))


def each(markup: str, count: int) -> str:
    return "".join(markup.replace("#", str(number)) for number in range(count))


def page(content: str = "<p>One.</p>", head: str = "", meta: str = "", names: str = "") -> str:
    return (
        f"<html><head>{head}</head><body class='single postid-5'><div>"
        f"<h1 class=jeg_post_title>Talks</h1><div class=jeg_meta_container>{meta}</div>"
        f"<div class='content-inner {names}'>{content}</div></div></body></html>"
    )


def strange(content: str) -> str:
    head = "<title>Talks reopen</title><meta property='og:type' content=article>"
    return (
        f"<head>{head}</head><body class=single><main><h1>Talks reopen</h1>{content}</main></html>"
    )


def told(keys: dict[str, object]) -> str:
    described = json.dumps({"@type": "NewsArticle"} | keys)
    return f'<script type="application/ld+json">{described}</script>'


def read(source: str) -> Article:
    """Read a page as a run does, up to the archive."""
    found = read_article(Page(URL, source)).to_item(url=URL, fetched_at=NOW, found_in="")
    for pipeline in (Normalise(), Identify(), Enrich()):
        found = pipeline.process_item(found)
    return found


ARTICLES: dict[str, Callable[[int], str]] = {
    "words": lambda n: page(f"<p>{words(10 * n)}</p>"),
    "paragraphs": lambda n: page("<p>Mali and Ghana.</p>" * n),
    "line breaks": lambda n: page("a<br>" * n),
    "frames": lambda n: page(each("<iframe src='/#'></iframe>", n)),
    "pictures": lambda n: page(each("<img src='/#.jpg'>", n)),
    "pictures for no script": lambda n: page(each("<noscript><img src='/#.jpg'></noscript>", n)),
    "captions": lambda n: page(f"<figure>{each('<img src=/#.jpg><figcaption></figcaption>', n)}"),
    "rows": lambda n: page(f"<table>{'<tr><td>a<td>b' * n}</table>"),
    "crossheads": lambda n: page("<h2>Talks</h2>" * n),
    "authors": lambda n: page(meta=f"<div class=jeg_meta_author>{each('<a href=/#>A#</a>', n)}"),
    "a byline": lambda n: page(meta=f"<div class=jeg_meta_author>by {'Ann Lee, ' * n}</div>"),
    "a date": lambda n: page(meta=f"<div class=jeg_meta_date>{'March 3, 2025 - ' * n}</div>"),
    "JSON-LD": lambda n: page(head=told({"headline": "Talks"}) * n),
    "categories": lambda n: page(
        each("<li class=cat-item><a href='/c#/'>c#</a>", n),
        head=told({"articleSection": [f"s{number}" for number in range(n)]}),
    ),
    "classes": lambda n: page(names="a b " * 50 * n),
    "a set of pictures": lambda n: page(f"<img srcset='{'a' * 50 * n}'>"),
    "addresses with commas": lambda n: page(f"<img srcset='{',a' * 50 * n}'>"),
    "marks on a letter": lambda n: page(f"<p>a{MARKS * 20 * n}</p>"),
    "entities": lambda n: page(f"<p>{'&amp;amp;amp;lt;' * 5 * n}</p>"),
    "credits": lambda n: page(f"<p>x{'.(AFP)aa.com.tr/' * 5 * n}</p>"),
    "places": lambda n: page(f"<p>{'Abc de Fgh, ' * 5 * n}</p>"),
    "shortcodes": lambda n: page(f"<p>{'[a b=c ' * n}{'[/a]' * n}</p>"),
    "spaces": lambda n: page(f"<p>{'<br>&nbsp; ' * n}</p>"),
    "brackets": lambda n: page(f"<p>{'(' * 50 * n}</p>"),
    "digits": lambda n: page(f"<p>{'1' * 50 * n}</p>"),
    "letters": lambda n: page(f"<p>{'a' * 50 * n}</p>"),
    "an unknown theme's words": lambda n: strange(f"<p>{words(5 * n)}</p>"),
    "an unknown theme's paragraphs": lambda n: strange(each(f"<p>{words(12)} #.</p>", n // 2)),
}


@pytest.mark.parametrize("kind", ARTICLES)
def test_an_article_costs_what_its_length_costs(kind: str) -> None:
    read(page(words(300)))  # tables of names and of languages are made once

    def work(count: int) -> Callable[[], object]:
        source = ARTICLES[kind](count)
        return lambda: read(source)

    assert grows_as_its_input(work)


LISTINGS: dict[str, Callable[[int], str]] = {
    "teasers": lambda n: each(
        "<article class=jeg_post><h3 class=jeg_post_title><a href=/p#/>a</a></h3></article>", n
    ),
    "links": lambda n: each("<a href='/p#/'>The talks reopen today</a>", n),
    "headings": lambda n: "<h2><div>" * 90 + words(n) + each("<a href=/p#/>a b c</a>", 2),
}


@pytest.mark.parametrize("kind", LISTINGS)
def test_a_listing_costs_what_its_length_costs(kind: str) -> None:
    def work(count: int) -> Callable[[], object]:
        inner = f"<div class=jnews_category_content_wrapper>{LISTINGS[kind](count)}</div>"
        inner = inner if kind == "teasers" else LISTINGS[kind](count)
        source = f"<body class='category category-mali'>{inner}</body></html>"
        return lambda: read_listing(Page(URL, source), set)

    assert grows_as_its_input(work)


def hidden(pattern: str) -> str:
    """Return the attributes of a tag that seems to end every 1,500 bytes."""
    names = "".join(f" a{number}" for number in range(200))
    parts = (names.replace(" a", f" n{n}a") + pattern.replace("#", str(n)) for n in range(240))
    return " ".join(parts)


@pytest.mark.parametrize(
    ("source", "bound"),
    [
        ("<div>" * 100_000, "50000 tags"),
        ("<br>" * 2_600_000, "50000 tags"),
        (each("<iframe src=/#></iframe>", 100_000), "50000 tags"),
        ("<ul><li>" * 2_500, "256 elements inside of each other"),
        ("<b class=x>" * 5_000, "256 elements inside of each other"),
        ("<span><div></span>" * 2_000, "256 elements inside of each other"),
        ("<svg><script>" * 3_000, "256 elements inside of each other"),
        (f"<p{each(' a#', 1_000_000)}>", "1000 attributes of one element"),
        (f"<body {each(' a#=x', 2_000)}>", "1000 attributes of one element"),
        # With ">" in values, which end no tag: in either quotes, and with what looks like a tag.
        ("<p" + hidden("b#='>'") + ">", "1000 attributes of one element"),
        ("<p" + hidden('b# = "><a"') + ">", "1000 attributes of one element"),
        ("<p" + hidden('b#="=\'>"') + ">", "1000 attributes of one element"),
        ("<p a='>' " + each("b# ", 1_200) + ">", "1000 attributes of one element"),
        ("<p a='" + "> " * 5_000 + "' " + each("b# ", 1_200), "1000 attributes of one element"),
        # Behind a text that only looks like such a value, and ends inside of one.
        ("<!-- ='>' y=' --><p a='>' " + each("b# ", 1_200), "1000 attributes of one element"),
        ("<p a b c d e f g h i j k l m n o p q r s t u v w x y z>" * 9_000, "200000 attributes"),
    ],
    ids=lambda value: value[:12],
)
def test_what_is_too_large_or_too_deep_is_refused_before_it_is_parsed(
    source: str, bound: str
) -> None:
    with pytest.raises(LayoutError, match=f"{URL}: expected a page of at most {bound}"):
        Page(URL, source)


@pytest.mark.parametrize(
    "source",
    [
        "<p>One.<p>Two.<li>Three." * 2_000,
        "<table><tr><td>a<td>b</table>" * 1_500,
        "<div><span>a</div>" * 2_000,
        "<script>if (a<b && c<d) {}</script>" * 2_000,
        f"<svg>{'<path d=x />' * 5_000}</svg>",
        "<!-- <div> -->" * 5_000,
        f"<noscript><img src=x></noscript>{'<hr>' * 4_000}",
    ],
    ids=lambda source: source[:16],
)
def test_what_is_long_or_careless_but_not_deep_is_parsed(source: str) -> None:
    assert Page(URL, source).root.text() is not None


def test_a_page_of_ten_megabytes_takes_little_memory() -> None:
    code = (
        "import resource\n"
        "from diplonews.errors import LayoutError\n"
        "from diplonews.pages.select import Page\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "for source in ('<br>' * 2_600_000, '<p' + ' a' * 5_000_000, 'word ' * 2_000_000):\n"
        "    try:\n"
        "        Page('https://site.example/', source)\n"
        "    except LayoutError:\n"
        "        pass\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )

    grown = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)

    assert int(grown.stdout) < 120 * 1024  # KiB; it took 600 MB


@pytest.mark.parametrize("deep", [900, 960, 990, 100_000])
def test_json_that_nests_is_no_article_and_breaks_nothing(deep: int) -> None:
    nested = "[" * deep + "]" * deep
    keys = ", ".join(f'"{name}": {nested}' for name in ("articleSection", "inLanguage"))
    head = f'<script type="application/ld+json">{{"@type": "NewsArticle", {keys}}}</script>'

    assert read(page(head=head)).headline == "Talks"


EDITS: dict[str, Callable[[int], tuple[str, str]]] = {
    "equal words": lambda n: ("word " * n, "word " * n + "more"),
    "other words": lambda n: (words(n), words(n)),
    "equal paragraphs": lambda n: ("One.\n\n" * n, "Two.\n\n" + "One.\n\n" * n + "Two."),
    "other paragraphs": lambda n: (words(n).replace(" ", "\n\n"), words(n).replace(" ", "\n\n")),
    "one long word": lambda n: ("a" * 50 * n, "a" * 50 * n + "b"),
    "every second": lambda n: (each("p#\n\n", n), each("p#\n\nq\n\n", n)),
}


@pytest.mark.parametrize("kind", EDITS)
def test_two_revisions_are_compared_in_a_time_that_grows_with_them(kind: str) -> None:
    def work(count: int) -> Callable[[], object]:
        bodies = EDITS[kind](count)
        compare_bodies.cache_clear()
        return lambda: compare_bodies(*bodies)

    assert grows_as_its_input(work, 20_000)
    assert seconds(work(20_000)) < 2  # it took minutes


@pytest.mark.parametrize("kind", EDITS)
def test_their_words_are_marked_in_a_time_that_grows_with_them(kind: str) -> None:
    def work(count: int) -> Callable[[], object]:
        before, now = ({"body": body} for body in EDITS[kind](count))
        return lambda: list(edits(before, now))

    assert grows_as_its_input(work, 20_000)
    assert seconds(work(20_000)) < 2


@pytest.mark.parametrize("piece", ["://:", "://", "a://b:c@", "@://a:", "password = ", "\x1b[31m"])
def test_what_is_printed_costs_what_its_length_costs(piece: str) -> None:
    def work(count: int) -> Callable[[], object]:
        text = piece * count + "@"
        return lambda: printable(text)

    assert grows_as_its_input(work, 20_000)
    assert seconds(work(20_000)) < 0.5  # 80 KB of it took more than a second


def test_near_copies_are_compared_in_a_time_that_grows_with_them() -> None:
    def work(count: int) -> Callable[[], object]:
        body = words(count)
        others = tuple(f"{words(9)} {body}" for _ in range(20))
        return lambda: (copies_among(body, others), marks(body))

    assert grows_as_its_input(work, 5_000)


@pytest.mark.parametrize(
    "body", ["word " * 20_000, "\n\n".join(f"Part {n}." for n in range(9_999))]
)
def test_nothing_is_compared_inside_of_a_transaction(archive: Archive, body: str) -> None:
    compared = (compare_bodies, copies_among, likeness, marks)
    before: list[int] = []
    inside: list[int] = []

    def count() -> int:
        return sum(item.cache_info().misses for item in compared)

    def begun(connection: Connection) -> None:
        if connection.get_execution_options().get("writes"):
            before.append(count())

    def committed(connection: Connection) -> None:
        if connection.get_execution_options().get("writes"):
            inside.append(count() - before[-1])

    run = archive.runs.begin("security", {}, NOW)[0]
    event.listen(archive.engine, "begin", begun)
    event.listen(archive.engine, "commit", committed)
    outside = count()
    for number, text in ((1, body), (2, f"{body} more"), (1, f"Other. {body}"), (3, body)):
        article = Article(
            id=f"site:post:{number}", post_id=number, url=f"https://site.example/{number}/",
            headline="Talks", body=text, digest=text[-9:] + text[:9], fetched_at=NOW,
        )  # fmt: skip
        archive.articles.note(article, run, {"security"})

    assert inside == [0, 0, 0, 0]
    assert count() > outside
    assert line_of(archive, "site:post:1")["revision"] > 1


@pytest.mark.parametrize("source", ["<p>" * 3_000 + "[" * 100_000, "\ud800" * 1_000, "\x00" * 99])
def test_what_is_no_page_is_refused_in_our_words(source: str) -> None:
    with pytest.raises(DiplonewsError, match=URL):
        read(source)


@pytest.mark.parametrize("text", ["\n", ";+", "\t "])
def test_a_cell_is_disarmed_in_a_time_that_grows_with_it(text: str) -> None:
    assert grows_as_its_input(lambda count: partial(disarmed, text * 100 * count))
