"""Facts about the site, and nothing else.

No network, no parsing, no Scrapy. A fact that somebody read off the site says when; the
live site's HTML has not been read yet (docs/site.md), so what is supposed says so, and the
crawler finds it out instead of relying on it. When the site changes, this file and
``pages/`` are the ones to edit.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

NAME = "diplomaticinfo"
ORIGIN = "https://diplomaticinfo.com"

# Supposed, to be checked on the live site: the editors sit in Nigeria, where it is an hour
# later than UTC all year. Only dates printed without a zone are read with it.
TIMEZONE = ZoneInfo("Africa/Lagos")

# Its own language first (its menus, read 2025-10-15). Agency copy in the others is supposed.
LANGUAGES = ("en", "fr", "pt")


@dataclass(frozen=True, slots=True)
class Category:
    """A WordPress category, which has its own listing."""

    slug: str  # supposed from the title, as WordPress does it: the listing found may say another
    title: str  # as the site's menu prints it (read 2025-10-15)
    country: str = ""  # ISO 3166-1 alpha-2, lower case; empty where no one country is meant
    parent: str = ""  # slug of the category it hangs under in the menu


def _country(slug: str, title: str, country: str) -> Category:
    return Category(slug, title, country, parent="ecowas")


# As the site's menu groups them (read 2025-10-15), which is not the bloc's membership:
# Burkina Faso, Mali and Niger left ECOWAS on 2025-01-29 and were still listed.
ECOWAS = (
    Category("ecowas", "ECOWAS"),
    _country("benin", "Benin", "bj"),
    _country("burkina-faso", "Burkina Faso", "bf"),
    _country("cabo-verde", "Cabo Verde", "cv"),
    _country("cote-divoire", "Cote D’Ivoire", "ci"),
    _country("ghana", "Ghana", "gh"),
    _country("guinea", "Guinea", "gn"),
    _country("guinea-bissau", "Guinea Bissau", "gw"),
    _country("liberia", "Liberia", "lr"),
    _country("mali", "Mali", "ml"),
    _country("niger", "Niger", "ne"),
    _country("nigeria", "Nigeria", "ng"),
    _country("senegal", "Senegal", "sn"),
    _country("sierra-leone", "Sierra Leone", "sl"),
    _country("the-gambia", "The Gambia", "gm"),
    _country("togo", "Togo", "tg"),
)
INTERNATIONAL = (Category("international", "International"),)
SECURITY = (Category("security", "Security"),)

SECTIONS = {"ecowas": ECOWAS, "international": INTERNATIONAL, "security": SECURITY}

# The rest of the menus and of the category widget (read 2025-10-15), for `crawl category`.
OTHERS = (
    Category("africa", "Africa"),
    Category("business", "Business"),
    Category("cover-story", "Cover Story"),
    Category("diplomacy", "Diplomacy"),
    Category("education", "Education"),
    Category("embassy-news-and-info", "Embassy News and Info"),
    Category("events", "Events"),
    Category("news", "News"),
    Category("politics", "Politics"),
    Category("programs", "Programs"),
    Category("uncategorized", "Uncategorized"),
)

CATEGORIES = {c.slug: c for c in (*ECOWAS, *INTERNATIONAL, *SECURITY, *OTHERS)}


def sections_of(slug: str) -> list[str]:
    """Return the sections a category belongs to; none for most of the menu.

    >>> sections_of("ghana"), sections_of("politics")
    (['ecowas'], [])
    """
    return [name for name, members in SECTIONS.items() if any(c.slug == slug for c in members)]


def listing_addresses(origin: str, category: Category) -> list[str]:
    """Return where a category's listing may be, likeliest first, when no link names it.

    >>> listing_addresses("https://site.example", CATEGORIES["mali"])
    ['https://site.example/category/ecowas/mali/', 'https://site.example/category/mali/']
    """
    paths = [f"{category.parent}/{category.slug}"] if category.parent else []
    return [f"{origin}/category/{path}/" for path in (*paths, category.slug)]


def listing_page_url(address: str, page_number: int) -> str:
    """Return a later page of the listing at *address*, in WordPress's shape.

    >>> listing_page_url("https://site.example/category/mali/", 2)
    'https://site.example/category/mali/page/2/'
    """
    return address if page_number == 1 else f"{address.rstrip('/')}/page/{page_number}/"


# WordPress's REST is where its permalinks are; which plugin makes the sitemap is not known.
REST_PATH = "/wp-json/wp/v2"
SITEMAP_PATHS = ("/wp-sitemap.xml", "/sitemap_index.xml", "/sitemap.xml")


def is_loopback(origin: str) -> bool:
    """Tell whether *origin* is this machine, where no courtesy is owed."""
    host = urlsplit(origin).hostname or ""
    return host in {"localhost", "::1"} or host.startswith("127.")


def is_origin(text: str) -> bool:
    """Tell whether *text* is a scheme, a host and perhaps a port, and nothing behind them.

    >>> is_origin("https://site.example"), is_origin("https://site.example/"), is_origin("site")
    (True, False, False)
    """
    parts = urlsplit(text)
    is_site = parts.scheme in {"http", "https"} and bool(parts.hostname)
    return is_site and not (parts.path or parts.query or parts.fragment or parts.username)


def is_on(origin: str, url: str) -> bool:
    """Tell whether *url* is on the site at *origin*; www and bare form are one site.

    >>> is_on("https://site.example", "http://www.site.example/talks/")
    True
    """
    return domain(origin) == domain(url)


def domain(origin: str) -> str:
    """Return the domain that requests may go to: www and bare form are one site.

    >>> domain("https://www.site.example"), domain("http://127.0.0.1:8000")
    ('site.example', '127.0.0.1')
    """
    return (urlsplit(origin).hostname or "").removeprefix("www.")
