"""A page of an unknown theme without what is surely not its article."""

from collections.abc import Iterable

from diplonews.pages.roles import HOLDERS, Roles
from diplonews.pages.select import Element, Page, ancestors, text
from diplonews.pages.themes.unknown import AROUND, IDS_AROUND, NAMES_AROUND, UNSEEN

TAGS = 'a[rel~="tag"]'
LABEL = 20  # characters: "Posted in", "Tagged", and commas
KEPT = frozenset({"html", "head", "body", "main", "article"})
AREAS = HOLDERS | {"form", "header"}  # whose id says what they are for


def pruned(page: Page, roles: Roles) -> Page:
    """Return a copy of the page without menus, sidebars, footers, comments and boxes.

    What has an ``h1`` in it stays: some themes call half of the page their header, or show
    all of it by a script.
    """
    copy = Page(page.url, page.source)
    seen, unseen = _headings(copy)
    if seen:
        for heading in unseen:
            heading.decompose()  # for search engines
    kept = all_around(seen or unseen)
    named = (of for of in copy.css("[class], [id]") if _is_around(of, roles))
    gone: set[int] = set()
    for box in [*copy.css(AROUND), *copy.css(UNSEEN), *_lines_of_tags(copy), *named]:
        if box.tag in KEPT or box.mem_id in gone or box.mem_id in kept:
            continue
        # What is inside of it goes with it, and must not be asked for again.
        gone.update(of.mem_id for of in box.css("*"))
        gone.add(box.mem_id)
        box.decompose()
    return copy


def _headings(page: Page) -> tuple[list[Element], list[Element]]:
    """Return the page's ``h1``: those that a reader sees, and those that are hidden."""
    hidden = {of.mem_id for of in page.css(UNSEEN)}
    seen: list[Element] = []
    unseen: list[Element] = []
    waiting = [(page.root, False)]
    while waiting:
        element, is_hidden = waiting.pop()
        is_hidden = is_hidden or element.mem_id in hidden
        if element.tag == "h1":
            (unseen if is_hidden else seen).append(element)
        else:
            waiting += ((of, is_hidden) for of in element.iter())
    return seen, unseen


def all_around(elements: Iterable[Element]) -> set[int]:
    """Return what elements and all that is around any of them is told from others by."""
    found: set[int] = set()
    for element in elements:
        for around in (element, *ancestors(element)):
            if around.mem_id in found:
                break
            found.add(around.mem_id)
    return found


def _lines_of_tags(page: Page) -> list[Element]:
    """Return what is around links to tags and has hardly a word beside them."""
    around = {of.mem_id: of for link in page.css(TAGS) if (of := link.parent) is not None}
    return [
        of
        for of in around.values()
        if len(text(of)) - sum(len(text(link)) for link in of.iter() if link.tag == "a") < LABEL
    ]


def _is_around(element: Element, roles: Roles) -> bool:
    attributes = element.attributes
    names = attributes.get("class") or ""
    element_id = (attributes.get("id") or "") if element.tag in AREAS else ""
    if roles.role_of_class(names, element_id) == "junk":
        return True
    # A later name is more often how a thing looks: "entry share", "content popular".
    first_name = names.lower().split(maxsplit=1)[:1]
    return not NAMES_AROUND.isdisjoint(first_name) or element_id.lower() in IDS_AROUND
