"""Our plugin for Datasette: facts for templates, two revisions side by side, links."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from datasette.utils.asgi import NotFound, Request, Response
from markupsafe import Markup
from pluggy import HookimplMarker

from diplonews import site
from diplonews.browse.asked_names import add_functions, unknown_name, with_known_names
from diplonews.browse.canned_queries import CANNED_QUERIES
from diplonews.browse.cell_texts import cell_text, changed_names, names, number_columns
from diplonews.browse.compare import side_by_side
from diplonews.browse.csv_answers import with_harmless_csv
from diplonews.browse.guard import App
from diplonews.browse.member_facets import MemberFacet
from diplonews.browse.metadata import DATABASE, FACETS, NEWEST_FIRST
from diplonews.browse.searching import as_words
from diplonews.exports.database_tables import VIEWS
from diplonews.exports.display_names import LANGUAGES
from diplonews.lines import as_time
from diplonews.printing import say

hookimpl = HookimplMarker("datasette")

Rows = list[dict[str, Any]]
LONGEST_BODY = 200_000  # letters of it on a page; no article of people is as long
NEWEST = 6  # articles of each section on the front page
LINK = Markup('<a href="{}">{}</a>')
LINKED = ("article", "number")  # columns of queries and views that hold an article's number
QUERIES = {None, *(view.name for view in VIEWS)}  # what is no table
# The sentence where a table has no rows.
EMPTY = {
    "edits": "No such edit. Edits come from `scrapy crawl recheck`.",
    "withdrawn": "No article is withdrawn. Withdrawals come from `scrapy crawl recheck`.",
    "runs": "No such run.",
}
WORDS = ("headline", "standfirst", "byline_raw", "body")
LABELS = {
    "headline": "Headline",
    "standfirst": "Standfirst",
    "byline_raw": "Byline",
    "body": "Body",
}


@hookimpl(trylast=True)  # after Datasette's own, which fails on a lone quotation mark
def prepare_connection(conn: Any) -> None:
    conn.create_function("escape_fts", 1, as_words)
    add_functions(conn)


@hookimpl
def asgi_wrapper() -> Callable[[App], App]:
    return lambda app: with_known_names(with_harmless_csv(app))


@hookimpl
def prepare_jinja2_environment(env: Any) -> None:
    env.filters |= {"day": day, "when": when, "names": names, "paragraphs": paragraphs}
    env.filters |= {"in_order": in_order, "number_columns": number_columns}
    env.globals["unknown_name"] = unknown_name
    env.filters |= {"changed_names": changed_names, "counted": counted}
    env.globals |= {"newest_first": NEWEST_FIRST, "longest_body": LONGEST_BODY}
    env.globals |= {"questions": CANNED_QUERIES, "section_titles": site.SECTION_TITLES}
    env.globals["empty"] = {query.name: query.empty for query in CANNED_QUERIES} | EMPTY


@hookimpl
def extra_template_vars(datasette: Any, view_name: str, request: Any, table: str) -> Any:
    async def variables() -> dict[str, Any]:
        values: dict[str, Any] = {"facts": await facts(datasette)}
        if view_name == "index":
            values |= await front_page(datasette)
        if view_name in {"table", "index"}:
            values["labels"] = await labels(datasette)
        if view_name == "row" and table == "articles" and request is not None:
            values |= await about_article(datasette, request.url_vars["pks"])
        return values

    return variables


@hookimpl
def register_facet_classes() -> list[type[MemberFacet]]:
    return [MemberFacet]


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Any]]]]:
    return [(r"^/-/compare/(?P<number>-?[0-9]+)$", compare_page)]


@hookimpl
def render_cell(row: Any, value: Any, column: str, table: str | None, datasette: Any) -> Any:
    """Lead from a query's answer to the article; show values as people read them."""
    if table in QUERIES and (link := _link(row, value, column, datasette)):
        return link
    return cell_text(column, value)


def _link(row: Any, value: Any, column: str, datasette: Any) -> str | None:
    """Return what leads from a cell to its article, or from a diff to both texts."""
    number = next((row[name] for name in LINKED if name in row.keys()), None)  # noqa: SIM118
    if column == "headline" and number is None and "url" in row.keys():  # noqa: SIM118
        address = datasette.urls.table(DATABASE, "articles")
        return LINK.format(f"{address}?{urlencode({'url': row['url']})}", value)
    if number is None or value in (None, ""):
        return None
    if column == "diff":
        seq = f"?right={row['seq']}" if "seq" in row.keys() else ""  # noqa: SIM118
        return LINK.format(datasette.urls.path(f"/-/compare/{number}{seq}"), "side by side")
    if column in {*LINKED, "headline"}:
        return LINK.format(datasette.urls.row(DATABASE, "articles", str(number)), value)
    return None


async def ask(datasette: Any, sql: str, parameters: dict[str, Any] | None = None) -> Rows:
    """Return the rows of one of our queries."""
    answer = await datasette.get_database(DATABASE).execute(sql, parameters or {})
    return [dict(row) for row in answer.rows]


async def facts(datasette: Any) -> dict[str, str]:
    """Return the facts at the foot of each page."""
    rows = await ask(datasette, "SELECT name, value FROM about")
    return {row["name"]: row["value"] for row in rows}


async def labels(datasette: Any) -> dict[str, dict[str, str]]:
    """Return the names of codes and slugs, by the column that has them."""
    countries = await ask(datasette, "SELECT DISTINCT code, name FROM countries")
    categories = await ask(
        datasette, "SELECT slug, max(title) AS title FROM categories GROUP BY 1"
    )
    return {
        "sections": site.SECTION_TITLES,
        "countries": {row["code"]: row["name"] for row in countries},
        "language": LANGUAGES,
        "agency": {"": "nobody credited"},
        "categories": {row["slug"]: row["title"] or row["slug"] for row in categories},
    }


async def front_page(datasette: Any) -> dict[str, Any]:
    """Return the newest articles of each section, and how many there are."""
    newest = (
        "SELECT number, headline, published_at, standfirst, countries, agency, status "
        "FROM sections JOIN articles ON articles.number = sections.article "
        "WHERE section = :section ORDER BY published_at DESC LIMIT :most"
    )
    counts = await ask(datasette, "SELECT section, count(*) AS n FROM sections GROUP BY section")
    totals = await ask(
        datasette,
        "SELECT count(*) AS articles, sum(status = 'withdrawn') AS withdrawn, "
        "(SELECT count(*) FROM edits) AS edits, (SELECT count(*) FROM runs) AS runs FROM articles",
    )
    count_of = {row["section"]: row["n"] for row in counts}
    fronts = [
        {
            "name": name,
            "title": title,
            "count": count_of.get(name, 0),
            "articles": await ask(datasette, newest, {"section": name, "most": NEWEST}),
        }
        for name, title in site.SECTION_TITLES.items()
    ]
    return {"fronts": fronts, "totals": totals[0]}


async def about_article(datasette: Any, number: str) -> dict[str, Any]:
    """Return more of an article: its events, and whom it names."""
    which = {"number": number}
    history = (
        "SELECT seq, event, reason, happened_at, revision, changed, change_ratio FROM revisions "
        "WHERE article = :number ORDER BY seq"
    )
    countries = (
        "SELECT code, name, named_in, printed FROM countries WHERE article = :number "
        "ORDER BY place"
    )
    organisations = (
        "SELECT code, named_in, printed FROM organisations WHERE article = :number ORDER BY place"
    )
    categories = "SELECT slug, title FROM categories WHERE article = :number ORDER BY place"
    return {
        "history": await ask(datasette, history, which),
        "named_countries": await ask(datasette, countries, which),
        "named_organisations": await ask(datasette, organisations, which),
        "filed_categories": await ask(datasette, categories, which),
    }


@hookimpl
def handle_exception(datasette: Any, request: Request, exception: Exception) -> Any:
    """Answer a wrong address or query with a page; print unexpected errors in one line."""

    async def answer() -> Response:
        status = int(getattr(exception, "status", 500))
        title = getattr(exception, "title", None)
        error = getattr(exception, "message", None) or str(exception)
        if status == 500:
            kind = type(exception).__name__
            say(f"{request.path}: nobody foresaw this: {kind}: {error}", is_error=True)
        if request.path.endswith(".json"):
            keys = {"ok": False, "error": error, "status": status, "title": title}
            return Response.json(keys, status=status)
        page = datasette.jinja_env.get_template("error.html")
        context = {"error": error, "status": status, "title": title, "urls": datasette.urls}
        return Response.html(await page.render_async(context), status=status)

    return answer


async def compare_page(datasette: Any, request: Request) -> Response:
    """Show two states of an article side by side: the last two, or those asked for."""
    number = int(request.url_vars["number"])
    states = await ask(
        datasette,
        "SELECT seq, event, reason, revision, happened_at, headline, standfirst, byline_raw, body "
        "FROM revisions WHERE article = :number ORDER BY seq",
        {"number": number},
    )
    if not states:
        raise NotFound(f"expected an article of this number, found none: {number}")
    left, right = _chosen(states, request.args.get("left"), request.args.get("right"))
    words = [
        {
            "label": LABELS[name],
            "pairs": list(side_by_side(left[name] or "", right[name] or "")),
            "is_changed": left[name] != right[name],
        }
        for name in WORDS
    ]
    context = {
        "number": number, "states": states, "left": left, "right": right, "words": words,
        "is_same": all(left[name] == right[name] for name in WORDS),
    }  # fmt: skip
    return Response.html(
        await datasette.render_template("compare.html", context, request, view_name="compare")
    )


def _chosen(
    states: Rows, left: str | None, right: str | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the two states to compare; by default the last edit and the state before it."""
    by_seq = {str(state["seq"]): state for state in states}
    edits = [place for place in range(1, len(states)) if _differ(states[place - 1], states[place])]
    last = edits[-1] if edits else len(states) - 1
    if right in by_seq:
        last = list(by_seq).index(right)
    before = max(last - 1, 0)
    return by_seq.get(left or "", states[before]), by_seq.get(right or "", states[last])


def _differ(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return any(one[name] != other[name] for name in WORDS)


def day(text: str | None) -> str:
    """Return the day of a time as people write it.

    >>> day("2026-11-03T09:30:00Z"), day(None)
    ('3 Nov 2026', 'no date')
    """
    if not text:
        return "no date"
    moment = datetime.fromisoformat(text)
    return f"{moment.day} {moment:%b %Y}"


def when(text: str | None) -> str:
    """Return a time as people write it.

    >>> when("2026-11-03T09:30:00Z")
    '3 Nov 2026, 09:30 UTC'
    """
    if not text:
        return "no date"
    return f"{day(text)}, {as_time(datetime.fromisoformat(text))[11:16]} UTC"


def in_order(facets: Rows) -> Rows:
    """Return facets in the order in which people ask for them; others come last."""
    order = [next(iter(one.values())) if isinstance(one, dict) else one for one in FACETS]
    place = {name: number for number, name in enumerate(order)}
    return sorted(facets, key=lambda facet: place.get(facet["name"], len(order)))


def counted(count: int, noun: str) -> str:
    """Return a number and what is counted.

    >>> counted(1, "edit"), counted(1234, "run")
    ('1 edit', '1,234 runs')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def paragraphs(text: str | None) -> list[str]:
    """Return the paragraphs of a body, as much of it as a browser shows without delay."""
    shown = (text or "")[:LONGEST_BODY]
    return [paragraph for paragraph in shown.split("\n\n") if paragraph.strip()]
