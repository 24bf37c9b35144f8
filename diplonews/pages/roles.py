"""What an element of a body is for, by its tag and its classes.

This file has the names that WordPress and networks give. A theme's names are in its own file
(``themes/``), those of plugins' boxes in a table (``boxes.py``). Observed on captured pages,
2026-11-22, and in the markup of WordPress.
"""

from collections.abc import Iterable
from typing import NamedTuple

from diplonews.pages.boxes import is_box

_TAGS = {
    "heading": ("h1", "h2", "h3", "h4", "h5", "h6"),
    "row": ("tr",),
    "frame": ("figure",),
    "block": (
        "address", "article", "aside", "blockquote", "caption", "center", "dd", "details",
        "dialog", "dir", "div", "dl", "dt", "fieldset", "footer", "header", "hgroup", "hr",
        "legend", "li", "listing", "main", "menu", "ol", "option", "p", "plaintext", "pre",
        "search", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "ul",
        "xmp",
    ),
    # Not shown, or a question to the visitor.
    "wordless": (
        "-comment", "_comment", "canvas", "datalist", "input", "map", "nav", "script", "select",
        "style", "svg", "template", "textarea",
    ),
    "form": ("form",),
    "button": ("button",),
    "raised": ("sup",),
    "struck": ("del", "s", "strike"),
    "image": ("img",),
    "unscripted": ("noscript",),
    "embed": ("audio", "embed", "iframe", "object", "video"),
    "caption": ("figcaption",),
}  # fmt: skip
ROLE_OF_TAG = {tag: role for role, tags in _TAGS.items() for tag in tags}
# Only these are asked for their id. A heading's id is made of its words: ``h2 id="comments"``.
HOLDERS = frozenset({"aside", "div", "footer", "ol", "section", "table", "ul"})


class RoleNames(NamedTuple):
    """The classes that somebody gives to elements of one role."""

    junk: tuple[str, ...] = ()  # no words of the article
    junk_stems: tuple[str, ...] = ()  # how such classes begin
    password: tuple[str, ...] = ()
    emoji: tuple[str, ...] = ()
    caption: tuple[str, ...] = ()
    embed: tuple[str, ...] = ()
    embed_frame: tuple[str, ...] = ()
    frame: tuple[str, ...] = ()
    source: tuple[str, ...] = ()  # a line that credits somebody
    split_bar: tuple[str, ...] = ()  # between the parts of a split article, with a part's title
    split_part: tuple[str, ...] = ()


GENERAL = RoleNames(
    password=("post-password-form",),
    # A letter that WordPress's script replaced by a picture.
    emoji=("emoji", "wp-smiley"),
    caption=("wp-caption-text", "gallery-caption"),
    # Cards of posts elsewhere, by the class that their networks' scripts look for.
    embed=(
        "twitter-tweet", "twitter-video", "twitter-timeline", "instagram-media", "fb-post",
        "fb-video", "tiktok-embed", "wp-embedded-content", "bluesky-embed", "text-post-media",
    ),
    embed_frame=("wp-block-embed",),
    frame=("wp-caption", "gallery-item", "wp-block-image"),
)  # fmt: skip
LONGEST_CACHED = 500  # characters
MOST_CACHED = 4096  # a site has few combinations of classes, and pages repeat them


class Roles:
    """What elements are for, by the general names and those of some themes.

    >>> roles = Roles([RoleNames(junk=("advert",))])
    >>> roles.role_of_class("advert wp-caption", ""), roles.role_of_class("wp-block-quote", "")
    ('junk', '')
    """

    def __init__(self, themes: Iterable[RoleNames] = ()) -> None:
        tables = [names._asdict() for names in (GENERAL, *themes)]
        self._stems = tuple(stem for table in tables for stem in table.pop("junk_stems"))
        self._roles = {
            name: role for table in tables for role, names in table.items() for name in names
        }
        self._cache: dict[tuple[str, str], str] = {}

    def role_of_class(self, classes: str, element_id: str) -> str:
        """Return an element's role by its classes or id; empty where only its tag says it.

        An element that is junk by one of its classes is junk, whatever its other classes say.
        """
        if len(classes) + len(element_id) > LONGEST_CACHED:
            return self._role(classes.split(), element_id)
        key = (classes, element_id)
        role = self._cache.get(key)
        if role is None:
            if len(self._cache) >= MOST_CACHED:
                self._cache.clear()
            role = self._cache[key] = self._role(classes.split(), element_id)
        return role

    def _role(self, names: list[str], element_id: str) -> str:
        roles = [role for name in names if (role := self._roles.get(name))]
        if "junk" in roles or any(name.startswith(self._stems) for name in names):
            return "junk"
        return "junk" if is_box(names, element_id) else next(iter(roles), "")
