"""Headline and paragraphs as words and names: one pass, for countries and organisations alike."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import pairwise
from typing import NamedTuple

from diplonews.infer.data_tables import words as listed
from diplonews.infer.gazetteer import TOKEN, Entry, Meaning, Names, fold_word, gazetteer, is_spelt

# The characters between two words of one name: any kind of space, hyphen or apostrophe.
SPACES = " \t\n\u00a0\u2007\u2009\u202f"
HYPHENS = "-\u00ad\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d"
APOSTROPHES = "'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u0060\u2018\u2019\u201b\u2032\ua78c\uff07"
GAPS = frozenset({"", ".", "/", *SPACES, *HYPHENS, *APOSTROPHES})
# Two or three characters between words of a name: "Cote d' Ivoire", "Guinea - Bissau".
SPACED = frozenset({" & ", *(f" {h} " for h in HYPHENS), *(f"{a} " for a in APOSTROPHES)})
BEHIND_A_DASH = frozenset({"bissau", "tobago", "herzegovina", "principe", "barbuda"})
SHORT = frozenset({"St", "Mt", "Eq", "Rep", "Equat", "Sta", "Ste", "Cent"})  # with a full stop
WINDOW = 40  # words before and after a name that help to decide what it means
TITLE_SHARE = 0.7  # of a headline's longer words: with so many capitals, it is in title case
SHORTENED = listed("title") | listed("title_of_office") | SHORT  # "Mr. Ba" is one sentence
SENTENCE_END = re.compile(
    r"(?<![^\W\d_])(?P<word>[^\W\d_]{2,})[.!?]+[\"»”’)\]]*\s+(?=[\"“«(]?[A-ZÀ-Þ])"
)
SPOKEN = ("en", "english"), ("fr", "french"), ("pt", "portuguese")


class Word(NamedTuple):
    """A word, or a comma, and where it stands."""

    text: str
    start: int
    end: int
    folded: str


class Name(NamedTuple):
    """A name that the gazetteer has: words from *first* up to *stop*, which is not one of them."""

    first: int
    stop: int
    meaning: Meaning
    printed: str


@dataclass(kw_only=True)
class Passage:
    """A headline or a paragraph."""

    text: str
    where: str  # "headline" or "body"
    words: list[Word]
    names: list[Name] = field(default_factory=list)
    language: str = ""  # by its little words, else by the article's; empty if not certain

    @cached_property
    def is_capitals(self) -> bool:
        """Tell whether all of it is in capitals."""
        return self.text.isupper() and len(self.words) > 2

    @cached_property
    def is_title_case(self) -> bool:
        longer = [word for word in self.text.split() if len(word) > 3]
        capital = sum(word[0].isupper() for word in longer)
        is_title = len(longer) > 2 and capital >= TITLE_SHARE * len(longer)
        return self.where == "headline" and is_title

    @cached_property
    def sentence_starts(self) -> list[int]:
        ends = SENTENCE_END.finditer(self.text)
        return [end.end() for end in ends if end["word"] not in SHORTENED]

    def gap_before(self, at: int) -> str:
        """Return the text between a word and the one before; a full stop before the first word."""
        return self.text[self.words[at - 1].end : self.words[at].start] if at else "."

    def gap_after(self, at: int) -> str:
        """Return the text between a word and the next; a full stop after the last word."""
        return self.gap_before(at + 1) if at + 1 < len(self.words) else "."

    def near(self, name: Name) -> set[str]:
        """Return the other words of a name's sentence, folded, some 40 on each side."""
        start, end = self._sentence(self.words[name.first].start)
        before = self.words[max(0, name.first - WINDOW) : name.first]
        after = self.words[name.stop : name.stop + WINDOW]
        return {word.folded for word in (*before, *after) if start <= word.start < end}

    def _sentence(self, position: int) -> tuple[int, int]:
        starts = self.sentence_starts
        number = bisect_right(starts, position)
        start = starts[number - 1] if number else 0
        return start, starts[number] if number < len(starts) else len(self.text)


def read_passages(headline: str, body: str) -> list[Passage]:
    """Return the headline and the paragraphs of a body, with the names in each."""
    texts = [("headline", headline), *(("body", text) for text in body.split("\n\n"))]
    passages = [Passage(text=text, where=where, words=_words(text)) for where, text in texts]
    counts = [_little_words(passage) for passage in passages]
    whole = _language(sum(counts, Counter()))
    for passage, count in zip(passages, counts, strict=True):
        passage.language = _language(count) or whole
        passage.names = list(_names(passage))
    return [passage for passage in passages if passage.words]


def all_words(passages: Iterable[Passage]) -> set[str]:
    """Return every word of an article, folded."""
    return {word.folded for passage in passages for word in passage.words}


def _words(text: str) -> list[Word]:
    return [Word(m[0], m.start(), m.end(), fold_word(m[0])) for m in TOKEN.finditer(text)]


@cache
def _languages_of_little_words() -> dict[str, tuple[str, ...]]:
    languages: dict[str, tuple[str, ...]] = {}
    for code, kind in SPOKEN:
        for word in map(fold_word, listed(kind)):
            languages[word] = (*languages.get(word, ()), code)
    return languages


def _little_words(passage: Passage) -> Counter[str]:
    """Count the little words of each language, without what may be an abbreviation."""
    languages = _languages_of_little_words()
    return Counter(
        language
        for word in passage.words
        if word.folded not in listed("unsure") and (passage.is_capitals or not word.text.isupper())
        for language in languages.get(word.folded, ())
    )


def _language(counts: Counter[str]) -> str:
    """Return the language with the most little words; empty if two have as many."""
    most = counts.most_common(2)
    is_even = not most or (len(most) > 1 and most[0][1] == most[1][1])
    return "" if is_even else most[0][0]


def _names(passage: Passage) -> Iterator[Name]:
    at, words = 0, passage.words
    folded = [word.folded for word in words]
    names_by_word = gazetteer()
    while at < len(words):
        names = names_by_word.get(folded[at])
        entry = _longest(passage, at, names, folded) if names else None
        if entry is None:
            at += 1
            continue
        stop = at + len(entry.folded)
        printed = passage.text[words[at].start : words[stop - 1].end]
        yield Name(at, stop, entry.meaning, printed)
        at = stop


def _longest(passage: Passage, at: int, names: Names, folded: list[str]) -> Entry | None:
    """Return the longest name that begins at a word."""
    for length in names.lengths:
        entries = names.entries.get(tuple(folded[at : at + length]), ())
        here = passage.words[at : at + length] if entries else []
        if not entries or not _is_joined(passage.text, here):
            continue
        printed = tuple(word.text for word in here)
        for entry in entries:
            if is_spelt(entry, printed) and _is_spoken(passage, entry):
                return entry
    return None


def _is_spoken(passage: Passage, entry: Entry) -> bool:
    """Tell whether a name is one in the language of the passage: French "UN" is an article."""
    languages = entry.meaning.languages
    return not languages or not passage.language or passage.language in languages


def _is_joined(text: str, words: list[Word]) -> bool:
    for one, other in pairwise(words):
        gap = text[one.end : other.start]
        is_short = gap == ". " and (len(one.text) == 1 or one.text in SHORT)
        is_bracket = gap == " (" and text[words[-1].end : words[-1].end + 1] == ")"
        is_spaced = gap in SPACED and (len(one.text) == 1 or other.folded in BEHIND_A_DASH)
        if gap not in GAPS and not is_short and not is_bracket and not is_spaced:
            return False
    return True
