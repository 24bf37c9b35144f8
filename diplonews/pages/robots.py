"""What robots.txt says beyond rules: the sitemaps that it names."""

from urllib.parse import urljoin

from diplonews.pages.xml import is_address


def sitemaps_in(url: str, text: str) -> list[str]:
    """Return the addresses of the sitemaps that the robots.txt at *url* names, in their order.

    >>> sitemaps_in("https://site.example/robots.txt", "Sitemap : /sitemap.xml # all")
    ['https://site.example/sitemap.xml']
    """
    lines = (line.partition("#")[0].partition(":") for line in text.lstrip("\ufeff").splitlines())
    named = (place.strip() for name, _, place in lines if name.strip().lower() == "sitemap")
    addresses = (_joined(url, place) for place in named if place)
    return list(dict.fromkeys(filter(None, addresses)))


def _joined(url: str, place: str) -> str:
    try:
        address = urljoin(url, place)
    except ValueError:  # "http://["
        return ""
    return address if is_address(address) else ""
