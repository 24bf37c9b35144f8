"""Traces of a forgotten article, by which files are searched: its addresses and post id.

Other machines search their files later, when the article's words are no longer known.
"""

import json
import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

# None of these characters follows an address: it would be another address.
END = rb"(?![\w%~-])"
# Before a short address there is a host, or no path: /mali is not /category/ecowas/mali.
START = rb"(?:(?<=//)[\w.:@-]+|(?<![\w%~/-]))"
# After a short address there is no other page's path: /mali is not /mali/talks-in-bamako.
NO_OTHER_PAGE = rb"(?!/(?!(?:page/)?\d+\b|(?:amp|comments?|embed|feed|trackback)\b)[\w%])"
QUOTED_END = rb"(?![\w~-])(?!%(?!2F|3F|26|23))"
SENTENCE = 2  # hyphens of a slug that was made from a headline, and is nowhere else by chance
NOTHING = rb"(?!)"


class Traces(NamedTuple):
    """Addresses and numbers of articles that were forgotten."""

    urls: tuple[str, ...] = ()
    post_ids: tuple[int, ...] = ()
    article_ids: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.urls)


class TraceSearch:
    """Searches bytes for traces, as HTML, JSON, XML and addresses write them."""

    def __init__(self, traces: Traces, phrases: frozenset[str] = frozenset()) -> None:
        self.traces = traces
        self.phrases = phrases  # headlines, while the machine still knows them

    def is_in(self, text: bytes) -> bool:
        """Tell whether *text* has an address or number of the articles, or a phrase of theirs."""
        if not self.traces:
            return False
        return bool(self._pattern.search(text.replace(rb"\/", b"/")))

    def is_in_line(self, text: bytes) -> bool:
        """Tell the same of a log or an export, which may also have an article's id."""
        return self.is_in(text) or any(
            re.search(re.escape(name.encode()) + END, text) for name in self.traces.article_ids
        )

    @cached_property
    def _pattern(self) -> re.Pattern[bytes]:
        places = {form for url in self.traces.urls for form in _forms(url)}
        numbers = "|".join(map(str, self.traces.post_ids)).encode()
        patterns = [form for place in sorted(places) for form in _patterns(place)]
        if numbers:
            names = rb"[?&;]p=|\bpost-?id-|\bpost-|/posts/|\"(?:post_)?id\":\s*"
            patterns.append(rb"(?:" + names + rb")(?:" + numbers + rb")(?!\d)")
        phrases = {form for phrase in self.phrases for form in _texts(phrase)}
        patterns += [re.escape(phrase.encode()) for phrase in sorted(phrases)]
        return re.compile(b"|".join(patterns) or NOTHING, re.IGNORECASE)


def _patterns(place: str) -> Iterator[bytes]:
    """Yield the forms by which an address is found, in texts and inside other addresses."""
    text = re.escape(place.encode())
    if place.rpartition("/")[2].count("-") >= SENTENCE:
        yield text + END
    else:
        yield START + text + END + NO_OTHER_PAGE
    if place.isascii():
        yield re.escape(quote(place, safe="").encode()) + QUOTED_END


def _forms(url: str) -> set[str]:
    """Return the ways in which an address is written, from its path on.

    >>> len(_forms("https://site.example/c%C3%B4te/"))
    3
    """
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    place = f"{path or '/'}?{parts.query}" if parts.query else path
    if not place:
        return set()
    plain = unquote(place, errors="replace")
    escaped = {form.replace("&", "&amp;") for form in (place, plain)}
    return {place, plain, *escaped, json.dumps(plain)[1:-1]}


def _texts(phrase: str) -> set[str]:
    """Return the ways in which a text is written in JSON and HTML."""
    quoted = phrase.replace("&", "&amp;")
    return {phrase, quoted, json.dumps(phrase)[1:-1], json.dumps(phrase, ensure_ascii=False)[1:-1]}
