"""Facets of lists: countries, categories and so on, counted in the tables of their members.

Datasette counts them in the lists of whole articles, bodies and all, which takes seconds for each
facet of a hundred thousand articles. The tables have an index that answers at once.
"""

from typing import Any

from datasette.facets import ArrayFacet

# Which column of its table a list's members are in; the table has the name of the list.
MEMBERS = {
    "sections": "section",
    "countries": "code",
    "organisations": "code",
    "categories": "slug",
}


class MemberFacet(ArrayFacet):  # type: ignore[misc]  # Datasette has no types
    """A facet of a list of the articles."""

    type = "members"
    sql: str  # the chosen articles
    only: str | None = None  # the one that is counted now

    async def suggest(self) -> list[Any]:
        return []

    def get_configs(self) -> list[Any]:
        configs: list[Any] = super().get_configs()
        lists = [one for one in configs if one["config"].get("simple") in MEMBERS]
        return [one for one in lists if self.only in {None, one["config"]["simple"]}]

    async def facet_results(self) -> tuple[list[Any], list[Any]]:
        results: list[Any] = []
        late: list[Any] = []
        articles = self.sql
        for name in [one["config"]["simple"] for one in self.get_configs()]:
            self.only, self.sql = name, rows_of_members(name, articles)
            counted, too_late = await super().facet_results()
            results, late = results + counted, late + too_late
            self.only, self.sql = None, articles
        return results, late


def rows_of_members(name: str, articles: str) -> str:
    """Return a query for the members of a list of some articles, each as a list of its own."""
    return (
        f"SELECT article AS number, json_array({MEMBERS[name]}) AS {name} FROM {name} "  # noqa: S608  names of ours
        f"WHERE article IN (SELECT number FROM ({articles}))"
    )
