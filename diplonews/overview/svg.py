"""A plot of matplotlib's as SVG that is part of a page.

Its colours and letters are the page's own, by classes, so that they follow light, dark and
print. It has no style of its own, which a strict Content-Security-Policy would forbid. Its ids
are those of no other plot.
"""

import io
import re
import warnings
from collections.abc import Mapping
from typing import Any

import matplotlib as mpl
from lxml import etree
from matplotlib.figure import Figure

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}href"
SALT = "diplonews"

# An element in one of these colours gets the class instead.
COLOURS: Mapping[str, str] = {
    "#010101": "ink",
    "#020202": "muted",
    "#030303": "grid",
    "#040404": "ground",
    "#050501": "one",
    "#050502": "two",
    "#050503": "three",
    "#050508": "four",
    "#050504": "good",
    "#050505": "fair",
    "#050506": "poor",
    "#050507": "bad",
}
BY_CLASS = {name: colour for colour, name in COLOURS.items()}
STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": SALT,
    "font.size": 11,
    "font.family": "sans-serif",
    "text.color": BY_CLASS["ink"],
    "axes.edgecolor": BY_CLASS["muted"],
    "axes.labelcolor": BY_CLASS["muted"],
    "axes.titlecolor": BY_CLASS["ink"],
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": BY_CLASS["grid"],
    "grid.linewidth": 0.8,
    "xtick.color": BY_CLASS["muted"],
    "ytick.color": BY_CLASS["muted"],
    "xtick.labelcolor": BY_CLASS["muted"],
    "ytick.labelcolor": BY_CLASS["ink"],
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "figure.facecolor": "none",
    "figure.dpi": 72,
    "svg.id": None,
}
# The properties of a style that are also attributes of SVG; the page sets the font.
AS_ATTRIBUTES = {
    "stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-dasharray", "stroke-dashoffset",
    "opacity", "fill-opacity", "stroke-opacity", "text-anchor", "fill-rule",
}  # fmt: skip
FONT_SIZE = re.compile(r"([0-9.]+)px")


def as_svg(figure: Figure, name: str, title: str, description: str) -> etree._Element:
    """Return a figure as an element for a page of HTML."""
    file = io.BytesIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    with warnings.catch_warnings():
        # matplotlib measures letters by its own font; the page's font may have letters that this
        # one lacks.
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        figure.savefig(file, format="svg", metadata=nothing)
    root = etree.fromstring(file.getvalue())
    etree.strip_tags(root, etree.Comment)
    etree.strip_elements(root, f"{SVG}style", f"{SVG}metadata")
    _name_ids(root, name)
    for element in root.iter():
        _mend(element)
    etree.cleanup_namespaces(root)
    for place, (tag, text) in enumerate((("title", title), ("desc", description))):
        child = etree.Element(tag, id=f"{name}-{tag}")
        child.text = text
        root.insert(place, child)
    root.attrib.clear()
    width, height = (round(72 * inches) for inches in figure.get_size_inches())
    root.attrib.update({
        "viewBox": f"0 0 {width} {height}", "role": "img", "class": "plot",
        "aria-labelledby": f"{name}-title {name}-desc",
    })  # fmt: skip
    return root


def style() -> dict[Any, Any]:
    """Return our settings for matplotlib, without those of a user's file."""
    return dict(mpl.rcParamsDefault) | STYLE


def _name_ids(root: etree._Element, name: str) -> None:
    """Keep the ids that something leads to, under *name*."""
    text = etree.tostring(root, encoding="unicode")
    wanted = set(re.findall(r'(?:url\(#|href="#)([^")]+)', text))
    for element in root.iter():
        number = str(element.attrib.pop("id", ""))
        if number in wanted:
            element.set("id", f"{name}-{number}")
        for key, value in _texts(element):
            if key == XLINK:
                del element.attrib[key]
                element.set("href", f"#{name}-{value[1:]}")
            elif "url(#" in value:
                element.set(key, value.replace("url(#", f"url(#{name}-"))


def _texts(element: etree._Element) -> list[tuple[str, str]]:
    return [(str(key), str(value)) for key, value in element.attrib.items()]


def _mend(element: etree._Element) -> None:
    """Turn a style into classes and attributes; take the name of SVG's space from the tag."""
    element.tag = etree.QName(element).localname
    style_text = str(element.attrib.pop("style", ""))
    classes: list[str] = []
    for rule in filter(None, style_text.split(";")):
        key, _, value = (piece.strip() for piece in rule.partition(":"))
        if key in {"fill", "stroke"}:
            _paint(element, classes, key, value)
        elif key in {"font", "font-size"} and (size := FONT_SIZE.search(value)):
            element.set("font-size", size[1])
        elif key in AS_ATTRIBUTES:
            element.set(key, value)
    if element.tag == "text" and not any(one.startswith("fill-") for one in classes):
        classes.append("fill-ink")
    if classes:
        element.set("class", " ".join(classes))


def _paint(element: etree._Element, classes: list[str], key: str, value: str) -> None:
    if value in COLOURS:
        classes.append(f"{key}-{COLOURS[value]}")
        value = "currentColor"  # for mail programs that drop the page's style
    element.set(key, value)
