"""Spiders that others would write, for `bench.crawl`: of a list of addresses, on JNews pages.

    python -m bench.plain_crawls bare|parsed|usual FILE FOLDER

``bare`` counts what it downloads; ``parsed`` parses it by lxml besides; ``usual`` reads articles
by parsel and dateparser, and keeps them by FEEDS and in SQLite, as tutorials do it.
"""

import json
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import dateparser
import lxml.html
import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response, TextResponse

SETTINGS = {
    "LOG_LEVEL": "INFO",
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
}


class Bare(scrapy.Spider):
    """Downloads every address of a file."""

    name = "bare"

    def __init__(self, file: str, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.addresses = Path(file).read_text().split()
        self.count = 0

    async def start(self) -> AsyncIterator[scrapy.Request]:
        for url in self.addresses:
            yield scrapy.Request(url, self.read)

    def read(self, response: Response) -> Any:
        self.count += 1


class Parsed(Bare):
    """Parses what it downloads."""

    name = "parsed"

    def read(self, response: Response) -> Any:
        lxml.html.fromstring(response.body)


class Usual(Bare):
    """Reads articles and what listings show of them."""

    name = "usual"

    def read(self, response: Response) -> Iterator[dict[str, Any]]:
        assert isinstance(response, TextResponse)
        if "/category/" in response.url:
            self.read_listing(response)
        elif headline := response.css("h1.jeg_post_title::text").get("").strip():
            yield article(response, headline)

    def read_listing(self, response: TextResponse) -> None:
        for post in response.css("article.jeg_post"):
            teaser = (
                post.css("h3.jeg_post_title a::attr(href)").get(),
                post.css("h3.jeg_post_title a::text").get(),
                post.css(".jeg_meta_date a::text").getall(),
            )
            self.count += len(teaser)
        self.count += len(response.css("a.page_nav.next::attr(href)").getall())


def article(response: TextResponse, headline: str) -> dict[str, Any]:
    printed = response.css(".jeg_meta_date a::text").get("")
    paragraphs = (
        "".join(p.css("::text").getall()).strip() for p in response.css(".content-inner p")
    )
    return {
        "url": response.url,
        "canonical": response.css("link[rel=canonical]::attr(href)").get(),
        "headline": headline,
        "standfirst": response.css("h2.jeg_post_subtitle::text").get(),
        "author": response.css(".jeg_meta_author a::text").get(),
        "published": dateparser.parse(printed),
        "modified": response.css("meta[property='article:modified_time']::attr(content)").get(),
        "categories": response.css(".jeg_meta_category a::text").getall(),
        "tags": response.css(".jeg_post_tags a::text").getall(),
        "image": response.css("meta[property='og:image']::attr(content)").get(),
        "caption": response.css(".wp-caption-text::text").get(),
        "body": "\n\n".join(paragraphs),
    }


class IntoDatabase:
    """Keeps each item in SQLite."""

    def open_spider(self) -> None:
        self.database = sqlite3.connect(Path(sys.argv[3]) / "usual.sqlite")
        columns = "url TEXT PRIMARY KEY, headline TEXT, published TEXT, body TEXT, raw TEXT"
        self.database.execute(f"CREATE TABLE IF NOT EXISTS article ({columns})")

    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        raw = json.dumps(item, default=str)
        values = item["url"], item["headline"], str(item["published"]), item["body"], raw
        self.database.execute("INSERT OR REPLACE INTO article VALUES (?, ?, ?, ?, ?)", values)
        self.database.commit()
        return item

    def close_spider(self) -> None:
        self.database.close()


def main(kind: str, file: str, folder: str) -> None:
    spider = {"bare": Bare, "parsed": Parsed, "usual": Usual}[kind]
    settings: dict[str, Any] = dict(SETTINGS)
    if spider is Usual:
        settings["ITEM_PIPELINES"] = {IntoDatabase: 300}
        settings["FEEDS"] = {f"{folder}/usual.jsonl": {"format": "jsonlines", "overwrite": True}}
    process = CrawlerProcess(settings)
    process.crawl(spider, file=file)
    process.start()


if __name__ == "__main__":
    main(*sys.argv[1:])
