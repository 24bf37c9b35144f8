"""Elements of a page of HTML. Every text goes through here, so none is ever markup."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from lxml import etree

# Characters that XML forbids, and those that change the direction of a line.
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e]")
LONGEST = 300  # letters of a text from a page

Node = etree._Element | str | None
Element = etree._Element


def element(tag: str, *children: Node, **attributes: str) -> Element:
    """Return an element; ``class_`` and ``aria_label`` stand for what Python cannot spell.

    >>> as_html(element("b", "<script>", class_="x"))
    '<b class="x">&lt;script&gt;</b>'
    """
    made = etree.Element(tag)
    for name, value in attributes.items():
        made.set(name.rstrip("_").replace("_", "-"), fit(value))
    for child in children:
        _append(made, child)
    return made


def elements(tag: str, texts: Iterable[Node], **attributes: str) -> list[Element]:
    """Return an element around each of *texts*."""
    return [element(tag, text, **attributes) for text in texts]


def quoted(text: str, longest: int = LONGEST) -> Element:
    """Return a foreign text, cut and with its own direction."""
    short = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return element("bdi", " ".join(short.split()))


def link(url: str, *children: Node) -> Element:
    """Return a link to a page, or only its text where the address is not http or https."""
    if not is_web(url):
        return element("span", *children)
    return element("a", *children, href=url, rel="noopener noreferrer")


def is_web(url: str) -> bool:
    """Tell whether a browser asks a site for *url*, instead of running it.

    >>> is_web("https://site.example/talks/"), is_web("javascript:alert(1)"), is_web("http://[")
    (True, False, False)
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def fit(text: str) -> str:
    """Return *text* without characters that a page cannot have, or that change direction."""
    return UNFIT.sub("\ufffd", text)


def as_html(root: Element) -> str:
    return str(etree.tostring(root, encoding="unicode", method="html"))


def _append(parent: Element, child: Node) -> None:
    if child is None:
        return
    if not isinstance(child, str):
        parent.append(child)
    elif len(parent):
        parent[-1].tail = (parent[-1].tail or "") + fit(child)
    else:
        parent.text = (parent.text or "") + fit(child)
