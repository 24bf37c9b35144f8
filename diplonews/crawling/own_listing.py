"""Whether a page is the category's own listing. Every listing page is checked.

A site may redirect any day: to another category, its home page, or a tag's archive. Such a page
lists no members of the category, whatever address was asked for.
"""

from urllib.parse import urlsplit, urlunsplit

from diplonews import site
from diplonews.normalise.names import fold
from diplonews.normalise.urls import canonical_url, last_path_part
from diplonews.pages.listing import ListingPage
from diplonews.pages.select import Page

# WordPress names the kind of a page in the body's classes. Some plugins remove them; then the page
# does not say what it is.
KINDS = frozenset({
    "archive", "attachment", "author", "blog", "category", "date", "error404", "home", "page",
    "search", "single", "tag",
})  # fmt: skip
NOWHERE = frozenset({"error404", "home"})


def is_own(
    listing: ListingPage, page: Page, category: site.Category, address: str, slug: str
) -> bool:
    """Tell whether a page is a listing of *category*.

    It is by its slug or its title. A page without a title is compared by the *slug* of the first
    page, or by the slug in *address*. A page that says nothing is compared by its address alone.
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
    """Tell whether a page says that its address leads nowhere, whatever its status is.

    Such pages are the theme's 404 page, and the home page, to which dead addresses redirect.
    """
    return bool(page.body_classes & NOWHERE)


def address_of(url: str) -> str:
    """Return the address to remember for a listing whose first page was read at *url*.

    This is where the page answered. What it declares as its address may be anything.
    """
    parts = urlsplit(canonical_url(url))
    has_path = parts.path.strip("/")
    return urlunsplit(parts._replace(query="" if has_path else parts.query, fragment=""))


def has_this_origin(origin: str, url: str) -> bool:
    """Tell whether *url* has the host and port of *origin*; a leading www makes no difference."""
    our_host, host = urlsplit(origin).netloc.lower(), urlsplit(url).netloc.lower()
    return our_host.removeprefix("www.") == host.removeprefix("www.")
