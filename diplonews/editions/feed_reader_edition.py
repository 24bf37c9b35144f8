"""Feeds for feed readers: the newest articles of each section and of each country of ECOWAS."""

import io
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from diplonews import __version__, site
from diplonews.editions.newest import Newest
from diplonews.exports.display_names import section_name
from diplonews.exports.formats import Format
from diplonews.exports.selection import Keys
from diplonews.exports.writing import Contents
from diplonews.feeds.files import FileFacts
from diplonews.feeds.further_files import Content, EditionFile, fingerprint

COUNTRIES = {category.country: category.title for category in site.ECOWAS if category.country}


class FeedReaderEdition:
    """One format: a file for each feed, and for each country."""

    def __init__(self, chosen: Format) -> None:
        self.format = chosen
        self.name = chosen.name
        self.made_by = f"diplonews {__version__}"

    def files(self, folder: Path, current: Mapping[str, FileFacts]) -> Iterator[EditionFile]:
        newest = Newest(folder, current)
        for feed in newest.feeds:
            lines = {name: current[name] for name in current if name.split("/")[1] == feed}
            find = partial(newest.of_feed, feed)
            yield EditionFile(
                self._name(feed),
                fingerprint(lines),
                partial(self._content, section_name(feed), find),
            )
        made_from = fingerprint(current)
        for code, title in COUNTRIES.items():
            find = partial(newest.of_country, code.upper(), [c.upper() for c in COUNTRIES])
            yield EditionFile(self._name(code), made_from, partial(self._content, title, find))

    def _name(self, key: str) -> str:
        return f"{self.name}/{key}{self.format.ending}"

    def _content(self, title: str, find: Callable[[], list[Keys]]) -> Content:
        assert self.format.writer is not None
        lines = find()
        file = io.BytesIO()
        writer = self.format.writer(file, Contents("current", (), title, self.format.text))
        for keys in lines:
            writer.write(keys)
        writer.close()
        return Content(
            file.getvalue(), len(lines), max((keys["seq"] for keys in lines), default=0)
        )
