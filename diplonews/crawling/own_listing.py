"""Whether a page is the category's own listing, each time it is read.

A site may lead elsewhere any day: to another category, to its home page, to an archive of tags.
What such a page lists is not the category's, whatever address it was asked for at.
"""

from urllib.parse import urlsplit, urlunsplit

from diplonews import site
from diplonews.normalise.names import fold
from diplonews.normalise.urls import canonical_url, last_path_part
from diplonews.pages.listing import ListingPage
from diplonews.pages.select import Page

# How WordPress calls what a page is, in its body's classes. A page with none of them does not
# say what it is: some plugins take them away.
KINDS = frozenset({
    "archive", "attachment", "author", "blog", "category", "date", "error404", "home", "page",
    "search", "single", "tag",
})  # fmt: skip
NOWHERE = frozenset({"error404", "home"})


def is_own(
    listing: ListingPage, page: Page, category: site.Category, address: str, slug: str
) -> bool:
    """Tell whether a page is a listing of *category*.

    By its slug or title; where it has no title, by the *slug* that its first page had, or that
    is in its *address*; where it says nothing at all, by that address alone.
    """
    last = last_path_part(page.url)
    shown_slug = listing.slug or last
    is_another = shown_slug in site.CATEGORIES and shown_slug != category.slug
    if is_another and fold(listing.title) != fold(category.title):
        return False
    if listing.is_of(category.slug, category.title):
        return True
    if not address or listing.title:
        return False
    kept = last_path_part(address)
    says_nothing = not listing.slug and not page.body_classes & KINDS
    return listing.slug in {slug, kept} - {""} or (says_nothing and last == kept)


def leads_nowhere(page: Page) -> bool:
    """Tell whether a page says that there is none at its address, whatever its status says.

    So the theme's 404 page, and the home page, where visitors of a dead address are sent.
    """
    return bool(page.body_classes & NOWHERE)


def address_of(url: str) -> str:
    """Return the address to keep of a listing whose first page was read at *url*.

    Where it answered, and not what it declares as its address: that may be anything.
    """
    parts = urlsplit(canonical_url(url))
    has_path = parts.path.strip("/")
    return urlunsplit(parts._replace(query="" if has_path else parts.query, fragment=""))


def has_this_origin(origin: str, url: str) -> bool:
    """Tell whether *url* has the host and port of *origin*; www and bare form are one."""
    our_host, host = urlsplit(origin).netloc.lower(), urlsplit(url).netloc.lower()
    return our_host.removeprefix("www.") == host.removeprefix("www.")
