"""What robots.txt says beyond rules: the sitemaps that it names."""

from urllib.parse import urljoin

from diplonews.pages.xml import is_address


def sitemaps_in(url: str, text: str) -> list[str]:
    """Return the addresses of the sitemaps that the robots.txt at *url* names, in their order.

    >>> sitemaps_in("https://site.example/robots.txt", "Sitemap : /sitemap.xml # all")
    ['https://site.example/sitemap.xml']
    """
    lines = (line.partition("#")[0].partition(":") for line in text.lstrip("\ufeff").splitlines())
    links = [value.strip() for name, _, value in lines if name.strip().lower() == "sitemap"]
    urls = (_joined(url, link) for link in links if link)
    return list(dict.fromkeys(filter(None, urls)))


def _joined(url: str, link: str) -> str:
    try:
        address = urljoin(url, link)
    except ValueError:  # "http://["
        return ""
    return address if is_address(address) else ""
