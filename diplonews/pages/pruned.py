"""A page of an unknown theme without what is surely not its article."""

from collections.abc import Iterable

from diplonews.pages.roles import HOLDERS, Roles
from diplonews.pages.select import Element, Page, ancestors, find_all, text
from diplonews.pages.themes.unknown import AROUND, IDS_AROUND, NAMES_AROUND, UNSEEN

TAGS = 'a[rel~="tag"]'
LONGEST_LABEL = 20  # characters: "Posted in", "Tagged", and commas
NEVER_PRUNED = frozenset({"html", "head", "body", "main", "article"})
AREAS = HOLDERS | {"form", "header"}  # whose id says what they are for


def prune(page: Page, roles: Roles) -> Page:
    """Return a copy of the page without menus, sidebars, footers, comments and boxes.

    An element with an ``h1`` in it stays: some themes call half of the page their header, or
    show all of the page by a script.
    """
    copy = Page(page.url, page.source)
    seen, unseen = _headings(copy)
    if seen:
        for heading in unseen:
            heading.decompose()  # for search engines
    holders = with_ancestors(seen or unseen)
    by_name = [element for element in copy.css("[class], [id]") if _is_around(element, roles)]
    removed: set[int] = set()
    for box in [*copy.css(AROUND), *copy.css(UNSEEN), *_lines_of_tags(copy), *by_name]:
        if box.tag in NEVER_PRUNED or box.mem_id in removed or box.mem_id in holders:
            continue
        # Its inner elements go with it; the parser must not be asked for them again.
        removed.update(inner.mem_id for inner in find_all(box, "*"))
        removed.add(box.mem_id)
        box.decompose()
    return copy


def _headings(page: Page) -> tuple[list[Element], list[Element]]:
    """Return the page's ``h1``: those that visitors see, and those that are hidden."""
    hidden = {element.mem_id for element in page.css(UNSEEN)}
    seen: list[Element] = []
    unseen: list[Element] = []
    waiting = [(page.root, False)]
    while waiting:
        element, is_hidden = waiting.pop()
        is_hidden = is_hidden or element.mem_id in hidden
        if element.tag == "h1":
            (unseen if is_hidden else seen).append(element)
        else:
            waiting += ((child, is_hidden) for child in element.iter())
    return seen, unseen


def with_ancestors(elements: Iterable[Element]) -> set[int]:
    """Return the ``mem_id`` of elements and of all their ancestors."""
    numbers: set[int] = set()
    for element in elements:
        for above in (element, *ancestors(element)):
            if above.mem_id in numbers:
                break
            numbers.add(above.mem_id)
    return numbers


def _lines_of_tags(page: Page) -> list[Element]:
    """Return the elements that hold links to tags, and hardly a word beside them."""
    parents = (link.parent for link in page.css(TAGS))
    lines = {line.mem_id: line for line in parents if line is not None}
    return [line for line in lines.values() if _length_beside_links(line) < LONGEST_LABEL]


def _length_beside_links(line: Element) -> int:
    return len(text(line)) - sum(len(text(child)) for child in line.iter() if child.tag == "a")


def _is_around(element: Element, roles: Roles) -> bool:
    attributes = element.attributes
    names = attributes.get("class") or ""
    element_id = (attributes.get("id") or "") if element.tag in AREAS else ""
    if roles.role_of_class(names, element_id) == "junk":
        return True
    # A later name is more often how a thing looks: "entry share", "content popular".
    first_name = names.lower().split(maxsplit=1)[:1]
    return not NAMES_AROUND.isdisjoint(first_name) or element_id.lower() in IDS_AROUND
