"""A typed search as words for SQLite's full-text search. Pure."""

import re

PHRASE_OR_WORD = re.compile(r'"([^"]*)"|([^\s"]+)')
NO_WORDS = '""'  # which no text has, and which is no error


def as_words(text: str) -> str:
    """Return a search for all words and quoted phrases of *text*; signs and operators are text.

    >>> as_words('AND "talks end" a:b *')
    '"AND" "talks end" "a:b"'
    >>> as_words('"'), as_words("* (")
    ('""', '""')
    """
    pieces = PHRASE_OR_WORD.findall(text.replace("\0", " "))
    words = [phrase or word for phrase, word in pieces]
    searched = [f'"{word}"' for word in words if any(map(str.isalnum, word))]
    return " ".join(searched) or NO_WORDS
