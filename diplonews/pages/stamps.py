"""Elements that print a time: what they tell readers, and machines."""

import re

from diplonews.pages.select import Element, ancestors, attribute, collapse, first

# /2025/03/09/a-slug/, which is how WordPress writes "Day and name".
DATED_ADDRESS = re.compile(r"://[^/]+/(?:[^/]+/)??((?:19|20)\d\d/\d\d/\d\d)/[^/]")


def printed_or_told(stamp: Element) -> str:
    """Return the time that an element tells machines, itself or in a ``time``; else its text."""
    inner = first(stamp, "time[datetime]")
    return attribute(stamp if inner is None else inner, "datetime") or words_apart(stamp)


def words_apart(element: Element) -> str:
    """Return the text of an element, with a space between the words of its parts.

    Words that only screen readers say stand before many dates: "Post date<span>March 3".
    """
    return collapse(element.text(separator=" "))


def day_of_address(url: str) -> str:
    """Return the day that an address has in its path; empty where it has none.

    >>> day_of_address("https://site.example/2025/03/09/a-slug/")
    '2025/03/09'
    """
    dated = DATED_ADDRESS.search(url)
    return dated[1] if dated else ""


def without(numbers: set[int], elements: list[Element]) -> list[Element]:
    """Return the elements that are not, nor stand in, those with these numbers."""
    return [element for element in elements if not _is_inside(element, numbers)]


def _is_inside(element: Element, numbers: set[int]) -> bool:
    if not numbers:
        return False
    return element.mem_id in numbers or any(of.mem_id in numbers for of in ancestors(element))
