"""No text of a page keeps an article out of the feeds, whatever characters it has."""

import json
from dataclasses import fields
from datetime import UTC, datetime

import pytest

from diplonews.archive import Archive
from diplonews.items import Article, Author, CategoryName, Embed, Image
from diplonews.lines import as_line
from diplonews.normalise.fields import clean_fields
from diplonews.pages.read import read_article
from diplonews.pages.rest import read_posts, read_terms
from diplonews.pages.select import Page
from diplonews.pipelines import Enrich, Identify, Normalise
from tests.support.archived import line_of

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
URL = "https://site.example/talks/"
BROKEN = [
    "\ud83d",
    "\udc00x\ud800",
    "\x00",
    "\x1b[31m",
    "\x08\x7f",
    "\x85\x9b",
    "\u2028",
    "\ufeff",
]


def holds_no_control(text: str) -> bool:
    is_text = all(ord(c) >= 32 and not 127 <= ord(c) < 160 and c != "\u2028" for c in text)
    return is_text and bool(text.encode())


@pytest.mark.parametrize("broken", BROKEN)
def test_every_text_field_is_cleaned(broken: str) -> None:
    text = f"a{broken}b"
    inner = {
        "authors": [Author(name=text, url=text)],
        "categories": [CategoryName(slug=text, title=text)],
        "images": [Image(url=text, caption=text, credit=text, alt=text)],
        "embeds": [Embed(kind=text, url=text)],
        "tags": [text], "crossheads": [text],
    }  # fmt: skip
    plain = {field.name: text for field in fields(Article) if field.type in (str, "str")}
    article = Article(**(plain | inner))  # type: ignore[arg-type]

    clean_fields(article)

    for value in json.loads(as_line(article)).values():
        for said in json.dumps(value, ensure_ascii=False).replace('"', "").split(", "):
            assert holds_no_control(said)


def test_letters_and_emoji_that_are_put_together_stay() -> None:
    family = "👨\u200d👩\u200d👧 می\u200cخواهم"
    article = Article(url=URL, headline=family, body=f"{family}\n\n{family}")

    clean_fields(article)

    assert (article.headline, article.body) == (family, f"{family}\n\n{family}")


@pytest.mark.parametrize("broken", ["\\ud83d", "\\u0000", "\\u001b[2J"])
@pytest.mark.parametrize("key", ["url", "name", "date", "section", "language"])
def test_an_article_with_such_machine_data_is_archived(
    archive: Archive, key: str, broken: str
) -> None:
    values = {
        "url": f'"author": {{"name": "Ama", "url": "https://site.example/a{broken}/"}}',
        "name": f'"author": {{"name": "Ama{broken}"}}',
        "date": f'"datePublished": "2025-02-25T10:12:00+01:00{broken}"',
        "section": f'"articleSection": "News{broken}"',
        "language": f'"inLanguage": "en{broken}"',
    }
    head = f'<script type="application/ld+json">{{"@type":"NewsArticle",{values[key]}}}</script>'
    source = (
        f"<head>{head}</head><body class='single postid-7'><div><h1 class=jeg_post_title>Border "
        "road to open</h1><div class=content-inner><p>One.</p></div></div></body></html>"
    )
    article = read_article(Page(URL, source)).to_item(url=URL, fetched_at=NOW, found_in="")
    for pipeline in (Normalise(), Identify(), Enrich()):
        article = pipeline.process_item(article)

    run = archive.runs.begin("security", {}, NOW)[0]
    archive.articles.note(article, run, {"security"})

    line = line_of(archive, article.id)
    assert (line["headline"], line["body"]) == ("Border road to open", "One.")
    assert all(holds_no_control(str(value)) for value in line.values())


def test_what_rest_says_is_cleaned_too() -> None:
    post = {"id": 1, "link": "https://site.example/a\ud83d/", "categories": [2]}
    term = {"id": 2, "slug": "mali\x00", "name": "Mali\ud800 &amp; more", "parent": 0}

    posts = read_posts(URL, json.dumps([post]).encode())
    terms = read_terms(URL, json.dumps([term]).encode())

    assert posts[0].url == "https://site.example/a/"
    assert (terms[0]["slug"], terms[0]["title"]) == ("mali", "Mali & more")
