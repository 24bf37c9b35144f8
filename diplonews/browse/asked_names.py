"""Names that people type into a question: what they mean, or a sentence that nobody knows them."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from datasette.utils.asgi import Response

from diplonews.browse.canned_queries import QUESTIONS_BY_NAME
from diplonews.browse.guard import App, Receive, Scope, Send
from diplonews.exports import typed_names

# SQL's functions for typed names, each with the parameter whose value it takes in our questions.
FUNCTIONS: Mapping[str, tuple[str, Callable[[], Mapping[str, str]]]] = {
    "country_code": ("country", typed_names.countries),
    "organisation_code": ("organisation", typed_names.organisations),
    "agency_name": ("agency", typed_names.agencies),
}
DATA = (".json", ".csv")


def add_functions(connection: Any) -> None:
    """Let queries take names as `scrapy export` takes them; NULL is a name that nobody knows."""
    for name, (_, read_names) in FUNCTIONS.items():
        connection.create_function(name, 1, _resolver(read_names), deterministic=True)


def _resolver(read_names: Callable[[], Mapping[str, str]]) -> Callable[[Any], str | None]:
    def resolve(typed: Any) -> str | None:
        return None if typed is None else read_names().get(typed_names.key_of(str(typed)))

    return resolve


def unknown_name(question: str, values: Mapping[str, str]) -> str:
    """Return a sentence on the value of a question that names nothing; else an empty text."""
    query = QUESTIONS_BY_NAME.get(question)
    for function, (parameter, read_names) in FUNCTIONS.items():
        typed = values.get(parameter, "").strip()
        if not typed or query is None or function not in query.sql:
            continue
        if typed_names.key_of(typed) not in read_names():
            meant = typed_names.nearest(typed, read_names())
            return f"{parameter}: expected a code or a name that is known, found {typed!r}{meant}"
    return ""


def with_known_names(app: App) -> App:
    """Return *app*, which refuses data on an unknown name: no rows would say that there are none.

    A page says so itself, above its form.
    """

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        error = _error(scope) if scope["type"] == "http" else ""
        if error and scope["path"].endswith(".json"):
            keys = {"ok": False, "error": error, "status": 400, "title": None}
            await Response.json(keys, status=400).asgi_send(send)
        elif error:
            await Response.text(f"{error}\n", status=400).asgi_send(send)
        else:
            await app(scope, receive, send)

    return answer


def _error(scope: Scope) -> str:
    page = scope["path"].rpartition("/")[2]
    name, dot, kind = page.rpartition(".")
    if f"{dot}{kind}" not in DATA:
        return ""
    asked = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    return unknown_name(name, {key: values[0] for key, values in asked.items()})
