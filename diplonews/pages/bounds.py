"""Bounds: a page that is too large or too deep is refused before it is parsed.

Parsing costs some 230 bytes of memory for each tag, and time that grows with the square of the
depth. So a scan goes through the source once, as HTML's tokenizer does. It counts tags and their
attributes, and how deep elements nest. Most pages have so few tags that they cannot cost much;
these are not scanned.

The scan is no parser. Where it cannot place an end tag, the element stays open. Rare markup may
be deeper than the scan sees; the number of tags still bounds its cost.
"""

import re
from collections.abc import Collection, Iterator

from diplonews.errors import LayoutError

# The largest pages seen have 0.5 MB, 8,000 tags, and a depth of 25 elements. The XML parser goes
# no deeper than 256 either.
MOST_TAGS = 50_000
MOST_ATTRIBUTES = 200_000  # of all tags
MOST_OF_ONE = 1_000  # attributes of one tag
DEEPEST = 256
# A page within both of these is not scanned: parsing it costs 0.1 s at worst.
FEW_TAGS = 4_000
SMALL = 2**19  # bytes
SHORTEST_TAG = 3  # bytes: "<p>"

SPACES = rb"[\t\n\f\r ]*+"
TAG_NAME = rb"[a-zA-Z][^\t\n\f\r />]*+"
ATTRIBUTE_NAME = rb"[^\t\n\f\r />][^\t\n\f\r />=]*+"
QUOTED = rb"(?:\"[^\"]*+\"|'[^']*+')"
UNQUOTED = rb"[^\t\n\f\r >\"'][^\t\n\f\r >]*+"
VALUE = rb"(?:" + QUOTED + rb"|" + UNQUOTED + rb")"
BEFORE_ATTRIBUTE = rb"[\t\n\f\r /]*+"
ONE_ATTRIBUTE = (
    BEFORE_ATTRIBUTE + ATTRIBUTE_NAME + rb"(?:" + SPACES + rb"=" + SPACES + VALUE + rb"?+)?+"
)
TOO_MANY_ATTRIBUTES = rb"(?:" + ONE_ATTRIBUTE + rb"){%d}" % MOST_OF_ONE
ATTRIBUTE = re.compile(ONE_ATTRIBUTE)
# Counting attributes takes time with the square of their number. So only long tags are counted,
# which are rare.
LONG = 2_000  # bytes
LONG_TAG = re.compile(rb"<[a-zA-Z][^>]{%d}" % LONG)
MANY_ATTRIBUTES = re.compile(rb"<" + TAG_NAME + TOO_MANY_ATTRIBUTES)
# A tag may also be long with ">" in quoted values. Then each ">" in it is in a value, and so is
# the last one before any place in it. Looking at a few places is enough.
STEP = 6_000  # bytes between places; no shorter tag has 2,000 attributes of different names
FEW_ATTRIBUTES = 100
FROM_VALUE = re.compile(QUOTED + rb"(?:" + ONE_ATTRIBUTE + rb")*+")
MARKUP = re.compile(
    rb"""
    <(?:
        !--(?: -?> | .*?(?:--!?>|\Z) )    # a comment
        |(?P<cdata> !\[CDATA\[ )
        |[!?][^>]*+                       # a doctype, or a comment that is none
        |/[^a-zA-Z>][^>]*+                # another comment that is none
        |(?P<end> /? )(?P<name> %b )(?P<attributes> (?:%b)*+ )
    )
    """
    % (TAG_NAME, ONE_ATTRIBUTE),
    re.DOTALL | re.VERBOSE,
)
NAMES = {
    # Elements without content.
    "void": b"area base basefont bgsound br col embed frame hr img input keygen link meta param"
    b" source track wbr",
    # Their parent's end ends them, if nothing else does.
    "implied": b"html head body option caption colgroup tbody tfoot thead tr td th",
    # The next of their kind ends them, too.
    "item": b"p li dd dt",
    # They have text, and no markup.
    "text": b"script style textarea title xmp iframe noembed noframes",
    # They stay open until their own end, whatever ends around them.
    "formatting": b"a b big code em font form frameset i nobr s small strike strong tt u",
    # No end tag inside closes anything outside.
    "scope": b"applet marquee object select table template svg math",
    # The end of a span inside closes nothing outside.
    "special": b"address article aside blockquote button center details dir div dl fieldset"
    b" figcaption figure footer h1 header hgroup listing main menu nav ol pre search section"
    b" summary ul",
    # Like those; and their own end tag closes only them.
    "barrier": b"noscript optgroup plaintext",
}
KIND = {name: kind for kind, names in NAMES.items() for name in names.split()}
EQUAL_NAMES = dict.fromkeys((b"h2", b"h3", b"h4", b"h5", b"h6"), b"h1") | {b"dt": b"dd"}
# The end tag of an element, by its kind, closes nothing outside of elements of these kinds.
STOPS = {
    "item": {"scope", "list"},
    "barrier": {"scope", "special", "list", "barrier", "item"},
    "drawing": {"scope", "special", "list", "barrier", "item", "formatting"},
}
LISTS = frozenset({b"ul", b"ol", b"dl", b"button"})
DRAWINGS = frozenset({b"svg", b"math"})
# Elements of a drawing that contain HTML.
PASSAGES = {
    b"svg": frozenset({b"foreignobject", b"desc", b"title"}),
    b"math": frozenset({b"mi", b"mo", b"mn", b"ms", b"mtext"}),
}
# Elements that end the drawing they stand in.
ENDS_DRAWING = frozenset(
    b"b big blockquote body br center code dd div dl dt em embed h1 head hr i img li listing menu"
    b" meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var".split()
)
SELF_CLOSED = re.compile(rb"[\t\n\f\r /]*/>")


def refuse_costly(url: str, source: bytes) -> None:
    """Raise ``LayoutError``, which names the bound, where a page would cost too much to parse."""
    if any(MANY_ATTRIBUTES.match(source, start) for start in _long_tags(source)):
        raise _too_much(url, f"{MOST_OF_ONE} attributes of one element", "more")
    # Counting takes time that a short page need not spend.
    tags = source.count(b"<") if len(source) > SHORTEST_TAG * FEW_TAGS else 0
    if tags <= FEW_TAGS and len(source) <= SMALL and not _may_have_long_tag(source):
        return
    if tags > MOST_TAGS:
        raise _too_much(url, f"{MOST_TAGS} tags", f"{tags}")
    scan = _Scan()
    for markup in MARKUP.finditer(source):
        if markup.start() >= scan.text_until:
            scan.go_on(markup, source)
        if len(scan.stack) > DEEPEST:
            raise _too_much(url, f"{DEEPEST} elements inside of each other", "more")
        if scan.most > MOST_OF_ONE:
            raise _too_much(url, f"{MOST_OF_ONE} attributes of one element", f"{scan.most}")
        if scan.attributes > MOST_ATTRIBUTES:
            raise _too_much(url, f"{MOST_ATTRIBUTES} attributes", "more")


def _may_have_long_tag(source: bytes) -> bool:
    """Tell whether a tag may have many attributes after a value with ">".

    The first such text may not be a value, so each one is checked. Where that would take long, the
    answer is yes; the scan then goes through the page once.
    """
    examined = 0  # bytes
    for start in _values_with_end(source):
        stretch = FROM_VALUE.match(source, start)
        examined += len(stretch[0]) if stretch else 0
        if examined > len(source):
            return True
        if stretch and len(ATTRIBUTE.findall(stretch[0])) > FEW_ATTRIBUTES:
            return True
    return False


def _values_with_end(source: bytes) -> Iterator[int]:
    """Yield where quoted values begin that hold the last ">" before a place."""
    previous_end = 0
    for place in range(STEP, len(source) + STEP, STEP):
        end = source.rfind(b">", previous_end, place)
        for quote in (b'"', b"'"):
            start = source.rfind(quote, previous_end, end) if end > 0 else -1
            if start > 0 and _follows_equals_sign(source, start):
                yield start
        previous_end = max(end, previous_end)


def _follows_equals_sign(source: bytes, place: int) -> bool:
    return not source[source.rfind(b"=", 0, place) + 1 : place].strip(b"\t\n\f\r ")


def _long_tags(source: bytes) -> Iterator[int]:
    """Yield the places where long tags begin: only in stretches in which no tag ends."""
    start = 0  # after the end of a tag
    while start < len(source):
        end = source.rfind(b">", start, start + LONG)
        if end < 0:
            end = source.find(b">", start + LONG) % (len(source) + 1)
            yield from (tag.start() for tag in LONG_TAG.finditer(source, start, end))
        start = end + 1


def _too_much(url: str, most: str, count: str) -> LayoutError:
    return LayoutError(url, f"expected a page of at most {most}, found {count}")


class _Scan:
    """The open elements at a place of the source, and the number of attributes before it."""

    def __init__(self) -> None:
        self.stack: list[bytes] = []
        self.attributes = 0
        self.most = 0  # of one element
        self.text_until = 0  # where the text of a script or the like ends

    def go_on(self, markup: re.Match[bytes], source: bytes) -> None:
        if markup["cdata"]:
            ending = b"]]>" if self._drawing() else b">"
            self.text_until = source.find(ending, markup.end()) % (len(source) + 1)
        elif markup["name"]:
            name = markup["name"].lower()
            name = EQUAL_NAMES.get(name, name)
            if markup["end"]:
                self._close(name)
            else:
                self._count_attributes(markup["attributes"])
                self._open(name, source, markup.end())

    def _count_attributes(self, source: bytes) -> None:
        if len(source) > 1:
            count = len(ATTRIBUTE.findall(source))
            self.attributes += count
            self.most = max(self.most, count)

    def _open(self, name: bytes, source: bytes, end: int) -> None:
        kind = KIND.get(name)
        if self._drawing():
            if name in ENDS_DRAWING:
                self.stack = [opened for opened in self.stack if opened not in DRAWINGS]
            elif SELF_CLOSED.match(source, end):
                return
        elif kind == "text" and b"frameset" not in self.stack:
            closing = re.compile(rb"</" + name, re.IGNORECASE).search(source, end)
            self.text_until = closing.start() if closing else len(source)
            return
        elif kind in {"void", "implied"}:
            return
        elif kind in {"item", "special"}:
            self._close(b"p", STOPS["barrier"])  # every block ends a paragraph
            if kind == "item":
                self._close(name, STOPS["barrier"])
        self.stack.append(name)

    def _drawing(self) -> bytes:
        """Return the name of the innermost drawing; empty outside, and where it contains HTML."""
        if DRAWINGS.isdisjoint(self.stack):
            return b""
        inner_names: set[bytes] = set()
        for name in reversed(self.stack):
            if name in DRAWINGS:
                return b"" if PASSAGES[name] & inner_names else name
            inner_names.add(name)
        return b""

    def _close(self, name: bytes, stops: Collection[str] = ()) -> None:
        """Close the innermost open element of a name and its inner ones, if no stop is between."""
        kind = KIND.get(name, "barrier")
        stops = stops or STOPS.get("drawing" if name in DRAWINGS else kind, {"scope"})
        at = self._find_open(name, stops)
        if at is None:
            return
        inner_names = self.stack[at + 1 :]
        closes_alone = kind == "formatting"
        self.stack[at:] = [
            inner for inner in inner_names if closes_alone or KIND.get(inner) == "formatting"
        ]

    def _find_open(self, name: bytes, stops: Collection[str]) -> int | None:
        """Return the place on the stack of the innermost element of a name; ``None`` for none."""
        is_drawing = name in DRAWINGS
        for at in range(len(self.stack) - 1, -1, -1):
            opened = self.stack[at]
            if opened == name:
                return at
            if is_drawing and opened in ENDS_DRAWING:
                return None
            if KIND.get(opened) in stops or ("list" in stops and opened in LISTS):
                return None
        return None
