"""Elements that print a time: what they tell visitors and machines."""

import re

from diplonews.pages.select import Element, ancestors, attribute, collapse, first

# /2025/03/09/a-slug/, which is how WordPress writes "Day and name".
DATED_URL = re.compile(r"://[^/]+/(?:[^/]+/)??((?:19|20)\d\d/\d\d/\d\d)/[^/]")


def read_time(stamp: Element) -> str:
    """Return the time that an element tells machines, itself or in a ``time``; else its text."""
    inner = first(stamp, "time[datetime]")
    return attribute(stamp if inner is None else inner, "datetime") or spaced_text(stamp)


def spaced_text(element: Element) -> str:
    """Return the text of an element, with a space between the texts of its inner elements.

    Words for screen readers stand right before many dates: "Post date<span>March 3</span>".
    """
    return collapse(element.text(separator=" "))


def day_in_url(url: str) -> str:
    """Return the day that a URL has in its path; empty where it has none.

    >>> day_in_url("https://site.example/2025/03/09/a-slug/")
    '2025/03/09'
    """
    dated = DATED_URL.search(url)
    return dated[1] if dated else ""


def elements_outside(areas: set[int], elements: list[Element]) -> list[Element]:
    """Return the elements that are not one of *areas* (``mem_id``), and not inside one."""
    return [element for element in elements if not _is_inside(element, areas)]


def _is_inside(element: Element, areas: set[int]) -> bool:
    if not areas:
        return False
    return element.mem_id in areas or any(above.mem_id in areas for above in ancestors(element))
