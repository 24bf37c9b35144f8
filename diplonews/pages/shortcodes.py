"""Shortcodes and editors' comments that a page shows as text.

A plugin that was switched off leaves its shortcodes in all its articles: ``[vc_row css="…"]``,
``[/vc_column]``, ``[embed]https://…[/embed]``. Brackets of prose stay: "[sic]", "[the minister]",
"[1]", "[…]".
"""

import re
from typing import NamedTuple

# Possessive ("++") everywhere: on hostile text, backtracking would take hours.
ADDRESS = r"https?://[^\s\]\[<>\"'”″]++"
# A comment of WordPress's block editor that was pasted as text.
BLOCK_COMMENT = re.compile(r"<!--\s*/?wp:[^<>]*-->")
# Quotes may have been made typographic on the way.
VALUE = r"=\s*(?:[\"'“”″‘’«][^\]\[\"'“”″‘’»]*[\"'“”″‘’»]|[^\s\]\[\"'“”″‘’]++)"
NAME = r"[A-Za-z][\w-]*+"
TAG = re.compile(
    rf"""
    \[(?:
        /{NAME}                              # [/name], which prose never has
        | {NAME}(?:\s++{NAME}{VALUE})++\s*+/?  # [name key="value" …]
        | {NAME}[\s=]++{ADDRESS}[^\]\[]*+     # [name https://…]
        | [A-Za-z]++_\w++\s*+/?               # [na_me]
    )\]
    """,
    re.VERBOSE,
)
CLOSING = re.compile(rf"\[/({NAME})\]")
# It ends before the next opening: otherwise, for many without an end, each would be searched to
# the text's end.
CAPTION = re.compile(
    r"\[(?:wp_)?caption\b[^\]\[]*\]((?:(?!\[(?:wp_)?caption\b).)*?)\[/(?:wp_)?caption\]", re.DOTALL
)
EMBED = re.compile(rf"\[embed\b[^\]\[]*\]\s*({ADDRESS})\s*\[/embed\]")
MEDIA = re.compile(
    rf"\[(?:audio|video|youtube|vimeo|tweet|embed)\b(?=[^\]\[]*+\])[^\]\[]*?({ADDRESS})"
)
# WordPress's own, which also work without a value.
ALONE = re.compile(r"\[(?:gallery|playlist|caption|embed)\s*/?\]")


class Shown(NamedTuple):
    """A text without shortcodes, and the captions and URLs that they had."""

    text: str
    captions: list[str]
    urls: list[str]  # URLs that they would have embedded


def without_shortcodes(text: str) -> Shown:
    """Return *text* without shortcodes.

    Text between an opening and a closing one stays, except captions and URLs.

    >>> without_shortcodes('[vc_row css="x"]Talks [sic] reopen.[/vc_row]').text
    'Talks [sic] reopen.'
    """
    captions: list[str] = []
    urls: list[str] = []
    if "<!--" in text:
        text = BLOCK_COMMENT.sub("", text)
    if "[" in text:
        captions = [caption.strip() for caption in CAPTION.findall(text)]
        text = CAPTION.sub("", text)
        urls = [*EMBED.findall(text), *MEDIA.findall(text)]
        text = _without_tags(EMBED.sub("", text))
    return Shown(text, [caption for caption in captions if caption], list(dict.fromkeys(urls)))


def _without_tags(text: str) -> str:
    """Take shortcodes out, and those without a value that are closed further on."""
    closed = "|".join(sorted({re.escape(name) for name in CLOSING.findall(text)}))
    if closed:
        text = re.sub(rf"\[(?:{closed})(?:\s[^\]\[]*)?\]", "", text)
    return ALONE.sub("", TAG.sub("", text))
