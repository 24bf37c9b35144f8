"""The headline on a page of an unknown theme: the heading that a person takes for it."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from diplonews.normalise.names import fold
from diplonews.pages.head import Head
from diplonews.pages.select import Element, Page, ancestors, attribute, collapse, first, text

SEPARATOR = r"(?:\s+[-–—:/~]\s+|\s*[|·•»«]\s*)"
LATER_HEADINGS = "h2, h3, h4"
FEWEST_WORDS = 4  # of a heading that is no name of a site or a section


def find_headline(page: Page, head: Head) -> tuple[str, Element | None]:
    """Return the headline and its element on a pruned page; both are empty where there is none.

    Plugins often give machines another title than visitors. So the only ``h1`` wins over
    it, if it is not the site's name.
    """
    names = _site_names(page, head)
    titles = [without_site(title, names) for title in _titles(page, head)]
    folded_titles = {_letters(title) for title in titles} - {""}
    heading = _best_h1(page, names, folded_titles) or _longest_heading(page, folded_titles)
    if heading is None or (heading.tag == "h1" and not _fits(heading, folded_titles)):
        heading = _heading_with_title(page, folded_titles, heading) or heading
    if heading is not None:
        return text(heading), heading
    headline = next(filter(None, titles), "")
    return headline, _any_element(page, _letters(headline)) if headline else None


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
    """Return the titles that the page has for machines, best first."""
    titles = [str(article.keys.get("headline") or "") for article in head.articles]
    titles += [head.first_meta(name) for name in ("og:title", "twitter:title")]
    titles.append(text(page.css_first("title")))
    return [collapse(title) for title in titles if title]


def _site_names(page: Page, head: Head) -> set[str]:
    """Return the site's possible names, folded: by meta tags, links to its home, its host."""
    host = (urlsplit(page.url).hostname or "").removeprefix("www.")
    home_links = (link for link in page.css("h1 a[href]") if _is_home(page, link))
    names = {fold(name) for name in _names_for_machines(head) if name}
    names |= {host, host.partition(".")[0]}
    names |= {fold(text(link)) for link in home_links}
    # "The Harbour Post" is at theharbourpost.example.
    of_host = _letters(host.partition(".")[0])
    return names | {end for end in _ends_of_titles(page, head) if _letters(end) == of_host}


def _names_for_machines(head: Head) -> list[str]:
    publishers = (article.keys.get("publisher") for article in head.articles)
    return [
        head.first_meta("og:site_name"),
        head.first_meta("application-name"),
        *(str(node.get("name") or "") for node in publishers if isinstance(node, dict)),
    ]


def _ends_of_titles(page: Page, head: Head) -> set[str]:
    """Return the first and the last part of each title that has several, folded."""
    split_titles = (re.split(SEPARATOR, title) for title in _titles(page, head))
    return {fold(end) for parts in split_titles if len(parts) > 1 for end in (parts[0], parts[-1])}


def _is_home(page: Page, link: Element) -> bool:
    return urlsplit(page.absolute(attribute(link, "href"))).path in {"", "/"}


def _best_h1(page: Page, names: set[str], titles: set[str]) -> Element | None:
    """Return the ``h1`` that fits a title; else the only one, or the first of an article."""
    headings = [h1 for h1 in page.css("h1") if (words := text(h1)) and fold(words) not in names]
    fitting = [h1 for h1 in headings if _fits(h1, titles)]
    if fitting:
        return max(fitting, key=_length)
    if len(headings) > 1:
        in_articles = [h1 for h1 in headings if _is_in_article(h1)]
        return in_articles[0] if in_articles else max(headings, key=_length)
    return headings[0] if headings else None


def _longest_heading(page: Page, titles: set[str]) -> Element | None:
    """Return the longest other heading that fits a title and does not link elsewhere."""
    headings = page.css(LATER_HEADINGS)
    fitting = [h for h in headings if _fits(h, titles) and not _leads_away(page, h)]
    return max(fitting, key=_length, default=None)


def _heading_with_title(page: Page, titles: set[str], heading: Element | None) -> Element | None:
    """Return another heading that is exactly a title, where *heading* is a mere name."""
    if heading is not None and len(text(heading).split()) >= FEWEST_WORDS:
        return None
    for other in page.css(LATER_HEADINGS):
        if _letters(text(other)) in titles and not _leads_away(page, other):
            return other
    return None


def _fits(heading: Element, titles: set[str]) -> bool:
    words = _letters(text(heading))
    return len(words) > 3 and any(
        title.startswith(words) or words.startswith(title) for title in titles
    )


def _length(heading: Element) -> int:
    return len(text(heading))


def _leads_away(page: Page, heading: Element) -> bool:
    link = first(heading, "a[href]")
    if link is None and heading.parent is not None and heading.parent.tag == "a":
        link = heading.parent
    url = page.absolute(attribute(link, "href"))
    return bool(url) and url.rstrip("/") != page.url.rstrip("/")


def _is_in_article(element: Element) -> bool:
    return any(above.tag == "article" for above in ancestors(element))


def _any_element(page: Page, words: str) -> Element | None:
    """Return the first element with just those words, where a theme has no headings."""
    body = page.css_first("body")
    waiting = [body] if body is not None else []
    while waiting:
        element = waiting.pop()
        if element.tag == "-text":
            if _letters(element.text_content or "") == words:
                return element.parent
        elif element.tag not in {"script", "style", "noscript"}:
            waiting += reversed(list(element.iter(include_text=True)))
    return None


def _letters(printed: str) -> str:
    """Return a text folded and without spaces, to compare it."""
    return fold(printed).replace(" ", "")
