"""The table of plugins' boxes: its form, and that a box changes no article."""

import tomllib
from pathlib import Path

import pytest

from diplonews.pages.boxes import ENDINGS, boxes, is_box
from diplonews.pages.select import Page, classes
from tests.support.small_pages import read

CASES = tomllib.loads((Path(__file__).parent / "cases/reading/boxes.toml").read_text())["case"]


def test_every_row_has_a_kind_a_plugin_names_and_a_source() -> None:
    assert [box for box in boxes() if not all(box)] == []
    assert len({box.plugin for box in boxes()}) == len(boxes())


def test_a_name_is_in_one_row_and_long_enough_to_be_a_plugins_own() -> None:
    names = [name for box in boxes() for name in box.names]
    stems = [name.lstrip("#")[:-1] for name in names if name[-1] == "*"]

    assert sorted({name for name in names if names.count(name) > 1}) == []
    assert [stem for stem in stems if len(stem) < 4] == []
    assert [stem for stem in stems if stem in {"related", "share", "author", "rating"}] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_each_page_shows_a_box_of_the_table(case: dict[str, str]) -> None:
    page = Page("https://site.example/", f"<body>{case['content']}</body>")
    elements = page.css("body *")

    assert any(
        is_box(classes(element), element.attributes.get("id") or "") for element in elements
    )


def test_pages_show_boxes_of_sixty_plugins() -> None:
    shown = set()
    for case in CASES:
        elements = Page("https://site.example/", f"<body>{case['content']}</body>").css("body *")
        names = [*(name for element in elements for name in classes(element))]
        ids = [element.attributes.get("id") or "" for element in elements]
        shown |= {box.plugin for box in boxes() if _has(box.names, names, ids)}

    assert len(shown) >= 60


def _has(of_box: tuple[str, ...], names: list[str], ids: list[str]) -> bool:
    return any(
        printed.startswith(name.lstrip("#").rstrip("".join(ENDINGS)))
        for name in of_box
        for printed in (ids if name[0] == "#" else names)
        if name.strip("%#*")
    )


@pytest.mark.parametrize(
    ("box", "first", "later"),
    [
        ('<div class="post-views content-post post-7 entry-meta">Post Views: {}</div>', 1, 2),
        ('<p class="pvc_stats total_only">{} total views</p>', 10, 4_100),
        ('<div class="wpulike wpulike-default"><span class="count-box">{}</span></div>', 3, 4),
        ('<div class="kk-star-ratings kksr-auto">4.5/5 - ({} votes)</div>', 2, 9),
    ],
)
def test_a_counter_makes_no_revision(box: str, first: int, later: int) -> None:
    before, after = (
        read({"content": f"<p>It rained.</p>{box.format(count)}"})["digest"]
        for count in (first, later)
    )

    assert before == after
