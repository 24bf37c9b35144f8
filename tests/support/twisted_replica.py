"""A replica whose owner means harm: a function of the test's answers where it wants to.

The rest is the honest replica's, which knows the truth; and pages of a category and of an
article made by hand, in the theme's markup.
"""

from collections.abc import Callable, Sequence
from typing import Any

from diplonews.demo import Replica
from diplonews.demo.machine_answers import Answer

Twist = Callable[[str, Callable[[], Answer]], Answer | None]


class TwistedReplica(Replica):
    """A replica that asks *twist* first, with the path and the honest answer to it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.twist: Twist = lambda path, honest: None

    def paths(self) -> list[str]:
        """Return what was asked for, in order."""
        return [request.path for request in self.requests]

    def _honest(self, path: str, headers: dict[str, str]) -> Answer:
        def honest() -> Answer:
            return super(TwistedReplica, self)._honest(path, headers)

        return self.twist(path, honest) or honest()


def found(text: str) -> Answer:
    return Answer(200, text.encode())


def moved(target: str) -> Answer:
    return Answer(301, headers={"Location": target})


def missing() -> Answer:
    return Answer(404, b"<html><body>nothing here</body></html>")


def teaser(path: str) -> str:
    return (
        f'<article class="jeg_post jeg_pl_lg_2"><h3 class="jeg_post_title">'
        f'<a href="{path}">Talks at {path.strip("/")}</a></h3></article>'
    )


def listing(
    slug: str, title: str, paths: Sequence[str], *, head: str = "", next_path: str = ""
) -> str:
    """Return a page of a category's listing, in JNews's default template."""
    following = f'<a class="page_nav next" href="{next_path}">Next</a>' if next_path else ""
    members = "".join(map(teaser, paths))
    return (
        f'<!doctype html><html><head>{head}</head><body class="archive category category-{slug} '
        f'category-7"><h1 class="jeg_cat_title">{title}</h1>'
        f'<div class="jnews_category_content_wrapper">'
        f'<div class="jeg_postblock jeg_pagination_nav_1">{members}</div>'
        f'<div class="jeg_navigation">{following}</div></div></body></html>'
    )


def article(number: int, *, category: str = "", words: str = "", next_path: str = "") -> str:
    """Return an article's page; without *category* it names none."""
    named = (
        f'<div class="jeg_meta_category"><a href="/category/{category}/">{category.title()}</a>'
        "</div>"
        if category
        else ""
    )
    following = (
        f'<div class="jeg_pagelinks"><a class="page_nav next" href="{next_path}">Next</a></div>'
        if next_path
        else ""
    )
    return (
        f'<!doctype html><html><head><meta property="article:published_time" '
        f'content="2026-03-02T10:00:00+00:00"></head>'
        f'<body class="single single-post postid-{number}">'
        f'<h1 class="jeg_post_title">Talks {number}</h1>'
        f'<div class="jeg_meta_container">{named}</div><div class="content-inner ">'
        f"<p>{words or f'They spoke for {number} hours.'}</p>{following}</div></body></html>"
    )
