"""The headline on a page of an unknown theme: the one heading that a reader takes for it."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from diplonews.normalise.names import fold
from diplonews.pages.head import Head
from diplonews.pages.select import Element, Page, attribute, collapse, first, text

SEPARATOR = r"(?:\s+[-–—:/~]\s+|\s*[|·•»«]\s*)"
LATER = "h2, h3, h4"
FEWEST_WORDS = 4  # of a heading that is no name of a site or a section


def find_headline(page: Page, head: Head) -> tuple[str, Element | None]:
    """Return the headline and its element on a pruned page; empty where nothing tells one.

    Search engines and networks are often told another title than readers: the only ``h1``
    wins over it, if it is not the site's own name.
    """
    names = _site_names(page, head)
    titles = [without_site(title, names) for title in _titles(page, head)]
    told = {_bare(title) for title in titles} - {""}
    own = [of for of in page.css("h1") if (said := text(of)) and fold(said) not in names]
    heading = _best(own, told) or _first_told(page, told)
    if heading is None or (heading.tag == "h1" and not _fits(heading, told)):
        heading = _named_elsewhere(page, told, heading) or heading
    if heading is not None:
        return text(heading), heading
    headline = next(filter(None, titles), "")
    return headline, _any_element(page, _bare(headline)) if headline else None


def without_site(title: str, names: Iterable[str]) -> str:
    """Return a title without the site's name at either end; *names* are folded.

    >>> without_site("Site | Guinea-Bissau votes - Site", {"site"})
    'Guinea-Bissau votes'
    """
    parts = re.split(f"({SEPARATOR})", collapse(title))
    while len(parts) > 2 and fold(parts[-1]) in names:
        del parts[-2:]
    while len(parts) > 2 and fold(parts[0]) in names:
        del parts[:2]
    return "".join(parts).strip()


def _titles(page: Page, head: Head) -> list[str]:
    told = [str(of.keys.get("headline") or "") for of in head.articles]
    named = [head.first_meta(name) for name in ("og:title", "twitter:title")]
    return [collapse(of) for of in (*told, *named, text(first(page, "title"))) if of]


def _site_names(page: Page, head: Head) -> set[str]:
    """Return, folded, what the site may be called: as told, and as its address has it."""
    told = [head.first_meta(name) for name in ("og:site_name", "application-name")]
    publishers = (of.keys.get("publisher") for of in head.articles)
    told += [str(of.get("name") or "") for of in publishers if isinstance(of, dict)]
    host = (urlsplit(page.url).hostname or "").removeprefix("www.")
    names = {fold(of) for of in told if of} | {host, host.partition(".")[0]}
    # "The Harbour Post" is at theharbourpost.example.
    ends = (re.split(SEPARATOR, title) for title in _titles(page, head))
    of_host = {fold(end) for parts in ends for end in (parts[0], parts[-1]) if len(parts) > 1}
    links = page.css("h1 a[href]")
    names |= {fold(text(of)) for of in links if _is_home(page, attribute(of, "href"))}
    return names | {of for of in of_host if _bare(of) == _bare(host.partition(".")[0])}


def _is_home(page: Page, href: str) -> bool:
    return urlsplit(page.absolute(href)).path in {"", "/"}


def _best(own: list[Element], told: set[str]) -> Element | None:
    """Return the ``h1`` that titles agree with; else the only one, or the first of an article."""
    fitting = [of for of in own if _fits(of, told)]
    if fitting:
        return max(fitting, key=lambda of: len(text(of)))
    if len(own) > 1:
        within = [of for of in own if _is_in_article(of)]
        return within[0] if within else max(own, key=lambda of: len(text(of)))
    return own[0] if own else None


def _first_told(page: Page, told: set[str]) -> Element | None:
    """Return the longest other heading that a title begins with, but for links elsewhere."""
    fitting = [of for of in page.css(LATER) if _fits(of, told) and not _leads_away(page, of)]
    return max(fitting, key=lambda of: len(text(of)), default=None)


def _named_elsewhere(page: Page, told: set[str], heading: Element | None) -> Element | None:
    """Return a heading that says just what a title says, where the ``h1`` is a mere name."""
    if heading is not None and len(text(heading).split()) >= FEWEST_WORDS:
        return None
    same = (of for of in page.css(LATER) if _bare(text(of)) in told and not _leads_away(page, of))
    return next(same, None)


def _fits(heading: Element, told: set[str]) -> bool:
    said = _bare(text(heading))
    return len(said) > 3 and any(of.startswith(said) or said.startswith(of) for of in told)


def _leads_away(page: Page, heading: Element) -> bool:
    link = first(heading, "a[href]")
    if link is None and heading.parent is not None and heading.parent.tag == "a":
        link = heading.parent
    url = page.absolute(attribute(link, "href"))
    return bool(url) and url.rstrip("/") != page.url.rstrip("/")


def _is_in_article(element: Element) -> bool:
    around = element.parent
    while around is not None and around.tag != "article":
        around = around.parent
    return around is not None


def _any_element(page: Page, said: str) -> Element | None:
    """Return the first element that says just that, where a theme has no headings."""
    body = page.css_first("body")
    waiting = [body] if body is not None else []
    while waiting:
        element = waiting.pop()
        if element.tag == "-text":
            if _bare(element.text_content or "") == said:
                return element.parent
        elif element.tag not in {"script", "style", "noscript"}:
            waiting += reversed(list(element.iter(include_text=True)))
    return None


def _bare(printed: str) -> str:
    return fold(printed).replace(" ", "")
