"""Facts about the site, and nothing else.

No network, no parsing, no Scrapy. A fact that was read off the site has its date. The live site's
HTML has not been read yet (docs/site.md). So assumed facts are marked as *supposed*, and the
crawler finds out the truth. When the site changes, this file and ``pages/`` are the ones to edit.
"""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo

NAME = "diplomaticinfo"
TITLE = "Diplomatic Info"
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
SECTION_TITLES = {"ecowas": "ECOWAS", "international": "International", "security": "Security"}

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


# REST is at WordPress's permalinks; which plugin makes the sitemap is not known.
REST_PATH = "/wp-json/wp/v2"
SITEMAP_PATHS = ("/wp-sitemap.xml", "/sitemap_index.xml", "/sitemap.xml")


DEFAULT_PORT = {"http": 80, "https": 443}


def is_loopback(origin: str) -> bool:
    """Tell whether *origin* is this machine, where no courtesy is needed.

    >>> is_loopback("http://[::1]:8000"), is_loopback("http://127.evil.example")
    (True, False)
    """
    host = host_of(origin)
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost"
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def is_origin(text: str) -> bool:
    """Tell whether *text* is a scheme, a host and perhaps a port, and nothing after them.

    >>> is_origin("https://site.example"), is_origin("https://site.example/"), is_origin("site")
    (True, False, False)
    """
    scheme, separator, rest = text.partition("://")
    is_bare = separator and scheme.lower() in DEFAULT_PORT and not set(rest) & set("/?#@\\ \t\r\n")
    return bool(is_bare and host_of(text) and port_of(text) and not rest.endswith(":"))


def is_on(origin: str, url: str) -> bool:
    """Tell whether *url* is on the site at *origin*: its host, with or without www, and port.

    >>> is_on("https://site.example", "http://www.site.example/talks/")
    True
    >>> is_on("https://site.example", "https://site.example:8443/talks/")
    False
    """
    return bool(address_on(origin, url))


def address_on(origin: str, url: str) -> str:
    """Return *url* as the site at *origin* is to be asked for it; empty where it is off site.

    A link of the other scheme gets the site's own scheme, except that a site by http may redirect
    to https. Addresses with user names are refused: the site needs none.

    >>> address_on("https://site.example", "http://site.example/talks/")
    'https://site.example/talks/'
    """
    site_port, port = port_of(origin), port_of(url)
    if domain(url) != domain(origin) or not (domain(url) and port and site_port):
        return ""
    parts, scheme = urlsplit(url.strip()), urlsplit(origin).scheme
    if "@" in parts.netloc or "\\" in parts.netloc:
        return ""
    has_defaults = port == DEFAULT_PORT[parts.scheme] and site_port == DEFAULT_PORT[scheme]
    if port != site_port and not has_defaults:
        return ""
    if parts.scheme == scheme or (has_defaults and parts.scheme == "https"):
        return url
    host = host_of(url)
    host = f"[{host}]" if ":" in host else host
    is_plain = site_port == DEFAULT_PORT[scheme]
    netloc = host if is_plain else f"{host}:{site_port}"
    return urlunsplit((scheme, netloc, parts.path, parts.query, parts.fragment))


def domain(origin: str) -> str:
    """Return the domain that requests may go to: www and bare form are one site.

    >>> domain("https://www.site.example"), domain("http://127.0.0.1:8000")
    ('site.example', '127.0.0.1')
    """
    return host_of(origin).removeprefix("www.")


def host_of(url: str) -> str:
    """Return the host of *url* in its one form; empty where it has none that can be asked.

    >>> host_of("https://Caf\u00e9.Example./"), host_of("http://[")
    ('xn--caf-dma.example', '')
    """
    try:
        host = (urlsplit(url.strip()).hostname or "").removesuffix(".")
        # As Scrapy encodes it for the request (IDNA 2003).
        return host if host.isascii() else host.encode("idna").decode().lower()
    except ValueError:  # "http://[", or a label that is too long
        return ""


def port_of(url: str) -> int:
    """Return the port that *url* means, by its scheme if it names none; 0 where there is none.

    >>> port_of("https://site.example"), port_of("http://site.example:99999999/")
    (443, 0)
    """
    try:
        parts = urlsplit(url.strip())
        return DEFAULT_PORT.get(parts.scheme, 0) if parts.port is None else parts.port
    except ValueError:
        return 0
