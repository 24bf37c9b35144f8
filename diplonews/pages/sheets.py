"""Style sheets inside of pages are taken out before anything goes through them. Pure.

Of a page that WordPress makes, half and more is style sheets, of which nothing is read; going
through them takes as long as through the rest. The elements stay, empty.

Only what cannot be anything else is taken out: the text, without any markup, between a tag that
is written to the letter and the next one, which ends it.
"""

import re

# A shorter one is not worth the copy.
SHORTEST = 500  # bytes
OPENING = b"<style"
CLOSING = b"</style"
ATTRIBUTE = rb"[ \t\r\n]+[a-zA-Z][\w-]*+(?:=(?:\"[^\"'<>]*+\"|'[^\"'<>]*+'|[^\s\"'<>=`]++))?+"
REST_OF_OPENING = re.compile(rb"(?:" + ATTRIBUTE + rb")*+[ \t\r\n]*+>")


def without_sheets(source: bytes) -> bytes:
    """Return a page's source with its style sheets empty.

    >>> page = b"<style>" + b"p { color: red } " * 100 + b"</style><p>Talks"
    >>> without_sheets(page).decode()
    '<style></style><p>Talks'
    """
    kept: list[bytes] = []
    kept_until = 0
    at = source.find(OPENING)
    while at >= 0:
        opening = REST_OF_OPENING.match(source, at + len(OPENING))
        at = source.find(b"<", at + len(OPENING))
        if opening and at - opening.end() >= SHORTEST and source.startswith(CLOSING, at):
            kept.append(source[kept_until : opening.end()])
            kept_until = at
        at = source.find(OPENING, at) if at >= 0 else at
    return b"".join([*kept, source[kept_until:]]) if kept else source
