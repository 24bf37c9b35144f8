"""Findings of `scrapy doctor`, and what to change. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from diplonews import site
from diplonews.items import MAKESHIFT_LAYOUTS, Article
from diplonews.pages.article import ArticlePage
from diplonews.pages.listing import ListingPage
from diplonews.pages.select import Page, attribute
from diplonews.pages.themes import Themes


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding about the site."""

    topic: str
    summary: str
    advice: str = ""  # what to change; empty for nothing


def check_answer(topic: str, url: str, status: int | None, why: str = "") -> Finding:
    """Return the finding of a page that could not be read."""
    answer = f"{url}: {status}" if status else f"{url}: {why}"
    return Finding(topic, answer, f"open {url} in a browser: is it there, and for everybody?")


def check_domain(origin: str, final_url: str) -> Finding:
    """Tell whether the site is at the address in the settings."""
    parts = urlsplit(final_url)
    answered = f"{parts.scheme}://{parts.netloc}"
    advice = "" if answered == origin else f"set DIPLONEWS_SITE={answered}"
    return Finding("address", answered, advice)


def check_slash(urls: Sequence[str]) -> Finding:
    """Tell whether addresses of articles end with a slash."""
    ends = Counter("with a slash" if url.endswith("/") else "without a slash" for url in urls)
    return Finding("trailing slash", ", ".join(f"{n} {how}" for how, n in ends.items()) or "?")


def check_theme(page: Page, themes: Themes) -> Finding:
    """Name the theme, its version and the site's generators, and tell whether it is known."""
    links = page.css('link[href*="/wp-content/themes/"]')
    sheets = [attribute(link, "href") for link in links]
    names = Counter(url.split("/wp-content/themes/")[1].split("/")[0] for url in sheets)
    versions = sorted({url.partition("?ver=")[2] for url in sheets} - {""})
    made = [attribute(element, "content") for element in page.css('meta[name="generator"]')]
    theme = f"{', '.join(names) or 'unknown'} {' '.join(versions)}"
    summary = f"{theme}; {'; '.join(made) or 'no generator'}"
    expected = " or ".join(sorted(themes.folders))
    is_known = not themes.folders.isdisjoint(names)
    advice = "" if is_known else f'not {expected}: see CONTRIBUTING.md, "The theme changed"'
    return Finding("theme", summary, advice)


def check_categories(links: Sequence[tuple[str, str]], wanted: Mapping[str, str]) -> list[Finding]:
    """Tell which of our categories the menus name; *wanted* has an address or "" by slug."""
    missing = [slug for slug, url in wanted.items() if not url]
    first = next(filter(None, wanted.values()), "none")
    summary = (
        f"{len(wanted) - len(missing)} of {len(wanted)} in the menus' {len(links)} links: {first}"
    )
    advice = f"mend title or slug in site.py of: {', '.join(missing)}" if missing else ""
    return [Finding("categories", summary, advice)]


def check_listing(name: str, listing: ListingPage) -> list[Finding]:
    """Tell how a listing is built."""
    members = len(listing.teasers)
    hero = "a hero above" if listing.has_hero else "no hero"
    pages = f" of {listing.page_count} pages" if listing.page_count else ""
    more = (
        "a link"
        if listing.next_url
        else "a script"
        if listing.has_scripted_pagination
        else "nothing"
    )
    summary = f"layout {listing.layout}, {members} members, {hero}, more by {more}{pages}"
    is_makeshift = listing.layout in MAKESHIFT_LAYOUTS
    advice = "add its layout to pages/themes/" if is_makeshift else ""
    return [Finding(f"listing of {name}", summary, advice)]


def check_article(page: ArticlePage, article: Article) -> list[Finding]:
    """Tell the source of each field, and which fields are missing."""
    by_source: dict[str, list[str]] = {}
    for field, source in article.read_from.items():
        by_source.setdefault(source, []).append(field)
    fields = "; ".join(f"{source}: {', '.join(names)}" for source, names in by_source.items())
    wanted = ("headline", "published_raw", "authors", "categories", "body", "post_id")
    missing = [name for name in wanted if not getattr(article, name)]
    advice = f"missing: {', '.join(missing)}" if missing else ""
    plugins = ", ".join(sorted({node.plugin for node in page.head.articles})) or "none"
    name = urlsplit(article.url).path
    return [
        Finding(f"article {name}", f"layout {page.layout.name}; {fields}", advice),
        Finding(f"date of {name}", _printed_date(page, article)),
        Finding(f"JSON-LD of {name}", plugins),
    ]


def _printed_date(page: ArticlePage, article: Article) -> str:
    printed = page.printed_date_raw
    both = f"published {article.published_raw or '?'}, modified {article.modified_raw or '?'}"
    return f"prints {printed or 'none'!r}; {both}"


def check_rss(
    headers: Mapping[str, str], entries: int, has_text: bool, second: int | None
) -> Finding:
    """Tell what the RSS has, and whether it can be asked with a condition."""
    stamps = [name for name in ("Last-Modified", "ETag") if headers.get(name.lower())]
    again = "304 when asked again" if second == 304 else f"{second} when asked again"
    kind = "full text" if has_text else "summaries"
    summary = f"{entries} entries, {kind}; {' and '.join(stamps) or 'no validators'}; {again}"
    return Finding("RSS", summary)


def check_rest(root: Mapping[str, object], posts: int | None) -> list[Finding]:
    """Tell whether REST is open, and the site's time zone."""
    zone = str(root.get("timezone_string") or root.get("gmt_offset") or "")
    expected = (site.TIMEZONE.key, "1", "1.0")
    advice = (
        "" if zone in expected else f"set TIMEZONE in site.py: the site says {zone or 'nothing'!r}"
    )
    opened = f"posts answer {posts}"
    return [
        Finding("REST", opened, "" if posts == 200 else "rechecks go by sitemap or by age"),
        Finding("time zone", zone or "not told", advice),
    ]
