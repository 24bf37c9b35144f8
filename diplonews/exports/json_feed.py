"""JSON Feed 1.1, newest first. The withdrawn stand in ``_diplonews``, an extension, at the end."""

import json
from typing import Any, BinaryIO

from diplonews import __version__, site
from diplonews.exports.feed_items import (
    Waiting,
    as_html,
    author_names,
    categories_of,
    countries_of,
    image_of,
    is_forgotten,
    is_gone,
    legal,
    title_of,
    updated_at,
    web_address,
)
from diplonews.exports.selection import Keys
from diplonews.exports.writing import Contents
from diplonews.feeds.manifest import TERMS

VERSION = "https://jsonfeed.org/version/1.1"
OWN_KEYS = ("seq", "revision", "revised_at", "first_seen_at", "sections", "is_syndicated")


class JsonFeedWriter:
    """Writes one JSON Feed."""

    def __init__(self, file: BinaryIO, contents: Contents) -> None:
        self.file = file
        self.items, self.withdrawn = Waiting(), Waiting()
        head = {
            "version": VERSION,
            "title": f"{site.TITLE}: {contents.title}",
            "home_page_url": site.ORIGIN,
            "authors": [{"name": site.TITLE, "url": site.ORIGIN}],
        }
        self._put(f'{_dumps(head)[:-1]},"items":[')

    def write(self, keys: Keys) -> None:
        if is_gone(keys):
            self.withdrawn.add(_withdrawn(keys))
            return
        self.items.add(keys)

    def close(self) -> None:
        separator = "\n"
        for keys in self.items.newest_first():
            self._put(f"{separator}{_dumps(_item(keys))}")
            separator = ",\n"
        about = {"generator": f"diplonews {__version__}", "terms": TERMS}
        self._put(f'\n],"_diplonews":{_dumps(about)[:-1]},"withdrawn":[')
        separator = "\n"
        for keys in self.withdrawn:
            self._put(f"{separator}{_dumps(keys)}")
            separator = ",\n"
        self._put("\n]}}\n")
        self.items.close()
        self.withdrawn.close()

    def _put(self, text: str) -> None:
        self.file.write(text.encode())


def _withdrawn(keys: Keys) -> dict[str, Any]:
    return {
        "id": legal(keys["id"]),
        "withdrawn_at": keys.get("withdrawn_at"),
        "is_forgotten": is_forgotten(keys),
    }


def _item(keys: Keys) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": legal(keys["id"]),
        "url": web_address(keys.get("url")),
        "title": title_of(keys),
        "date_published": keys.get("published_at"),
        "date_modified": updated_at(keys),
        "authors": [
            {"name": name, **({"url": address} if address else {})}
            for name, address in author_names(keys)
        ],
        "tags": _tags(keys),
        "language": legal(keys.get("language")),
        "image": image_of(keys)[0],
        "summary": legal(keys.get("standfirst")),
    }
    item = {name: value for name, value in item.items() if value}
    item["content_html"] = as_html(keys)  # items must have it, even empty
    extension = {name: keys.get(name) for name in OWN_KEYS}
    return item | {"_diplonews": extension | {"countries": countries_of(keys)}}


def _tags(keys: Keys) -> list[str]:
    """Return the titles of the categories, then the tags."""
    titles = [title for _, title in categories_of(keys)]
    return list(dict.fromkeys([*titles, *map(legal, keys.get("tags") or [])]))


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
