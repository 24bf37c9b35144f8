"""What is too large or too deep to be a page is refused before it is parsed.

Parsing costs some 230 bytes of memory for each tag, and time that grows with the square of the
depth. So a page's source is gone through once, as HTML's tokenizer goes through it: tags and their
attributes are counted, and how deep they nest. Most pages have so few tags that none of this can
cost anything, and are not gone through.

It is no parser. An element whose end it cannot place stays open to it; where rare markup is deeper
than it sees, the number of tags still bounds what that costs.
"""

import re
from collections.abc import Collection, Iterator

from diplonews.errors import LayoutError

# The largest pages known have 0.5 MB, 8,000 tags, and 25 elements inside of each other; no XML is
# read that is deeper than 256 either.
MOST_TAGS = 50_000
MOST_ATTRIBUTES = 200_000  # of all tags
MOST_OF_ONE = 1_000  # attributes of one tag
DEEPEST = 256
# What has no more is not gone through: it costs 0.1 s at worst.
FEW_TAGS = 4_000
SMALL = 2**19  # bytes
SHORTEST_TAG = 3  # bytes: "<p>"

ATTRIBUTE = re.compile(
    rb"[\t\n\f\r /]*+[^\t\n\f\r />][^\t\n\f\r />=]*+"
    rb"(?:[\t\n\f\r ]*+=[\t\n\f\r ]*+(?:\"[^\"]*+\"|'[^']*+'|[^\t\n\f\r >\"'][^\t\n\f\r >]*+)?+)?+"
)
# A long tag, which most are not, and one of more attributes than any has: telling them apart takes
# the square of their number.
LONG = 2_000  # bytes
LONG_TAG = re.compile(rb"<[a-zA-Z][^>]{%d}" % LONG)
STRETCH = 1_000  # bytes; inside of a long tag no tag ends in one of them, at least
MANY_ATTRIBUTES = re.compile(
    rb"<[a-zA-Z][^\t\n\f\r />]*+(?:" + ATTRIBUTE.pattern + rb"){%d}" % MOST_OF_ONE
)
# A tag that is long because of ">" in quoted values is noticed at places of the source: whatever
# state the tokenizer is in there (a name, a value, quoted or not), attributes follow.
STEP = 80_000  # bytes between places: most pages have few. A shorter tag costs 6 s at worst.
INSIDE_TAG = re.compile(
    rb"(?:|[^\t\n\f\r >]*+|[\t\n\f\r ]*+(?:\"[^\"]*+\"|'[^']*+')|[^\"]*+\"|[^']*+')"
    rb"(?:" + ATTRIBUTE.pattern + rb"){%d}" % MOST_OF_ONE
)
MARKUP = re.compile(
    rb"<(?:!--(?:-?>|.*?(?:--!?>|\Z))|(?P<cdata>!\[CDATA\[)|[!?][^>]*+|/[^a-zA-Z>][^>]*+"
    rb"|(?P<end>/?)(?P<name>[a-zA-Z][^\t\n\f\r />]*+)"
    rb"(?P<attributes>(?:" + ATTRIBUTE.pattern + rb")*+))",
    re.DOTALL,
)
NAMES = {
    # Without content.
    "void": b"area base basefont bgsound br col embed frame hr img input keygen link meta param"
    b" source track wbr",
    # Ended by what is around them, if by nothing else.
    "implied": b"html head body option caption colgroup tbody tfoot thead tr td th",
    # Ended by the next of their kind, too.
    "item": b"p li dd dt",
    # Nothing inside is markup.
    "text": b"script style textarea title xmp iframe noembed noframes",
    # Open until their own end, whatever ends around them.
    "formatting": b"a b big code em font form frameset i nobr s small strike strong tt u",
    # No end of something else reaches beyond.
    "scope": b"applet marquee object select table template svg math",
    # The end of a span or the like reaches no further.
    "special": b"address article aside blockquote button center details dir div dl fieldset"
    b" figcaption figure footer h1 header hgroup listing main menu nav ol pre search section"
    b" summary ul",
    # Nor beyond these, and their own end is no other.
    "barrier": b"noscript optgroup plaintext",
}
KIND = {name: kind for kind, names in NAMES.items() for name in names.split()}
SAME = dict.fromkeys((b"h2", b"h3", b"h4", b"h5", b"h6"), b"h1") | {b"dt": b"dd"}
# What the end of an element does not reach beyond, by the kind of that element.
STOPS = {
    "item": {"scope", "list"},
    "barrier": {"scope", "special", "list", "barrier", "item"},
    "drawing": {"scope", "special", "list", "barrier", "item", "formatting"},
}
LISTS = frozenset({b"ul", b"ol", b"dl", b"button"})
DRAWINGS = frozenset({b"svg", b"math"})
# What is HTML again inside of a drawing.
PASSAGES = {
    b"svg": frozenset({b"foreignobject", b"desc", b"title"}),
    b"math": frozenset({b"mi", b"mo", b"mn", b"ms", b"mtext"}),
}
# What ends a drawing that it stands in.
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
    for found in MARKUP.finditer(source):
        if found.start() >= scan.text_until:
            scan.go_on(found, source)
        if len(scan.stack) > DEEPEST:
            raise _too_much(url, f"{DEEPEST} elements inside of each other", "more")
        if scan.most > MOST_OF_ONE:
            raise _too_much(url, f"{MOST_OF_ONE} attributes of one element", f"{scan.most}")
        if scan.attributes > MOST_ATTRIBUTES:
            raise _too_much(url, f"{MOST_ATTRIBUTES} attributes", "more")


def _may_have_long_tag(source: bytes) -> bool:
    """Tell whether a tag may have a thousand attributes, with ">" in the values of some."""
    return any(INSIDE_TAG.match(source, at) for at in range(STEP, len(source), STEP))


def _long_tags(source: bytes) -> Iterator[int]:
    """Yield where the long tags begin, looking only at stretches in which no tag ends."""
    passed = 0
    for at in range(0, len(source), STRETCH):
        if at < passed or source.find(b">", at, at + STRETCH) >= 0:
            continue
        passed = source.find(b">", at) % (len(source) + 1)
        behind = source.rfind(b">", 0, at) + 1
        begins = source.find(b"<", behind, max(passed - LONG, 0))
        if begins >= 0:
            yield from (tag.start() for tag in LONG_TAG.finditer(source, begins, passed))


def _too_much(url: str, most: str, found: str) -> LayoutError:
    return LayoutError(url, f"expected a page of at most {most}, found {found}")


class _Scan:
    """What is open at a place of the source, and how many attributes there were before it."""

    def __init__(self) -> None:
        self.stack: list[bytes] = []
        self.attributes = 0
        self.most = 0  # of one element
        self.text_until = 0  # where the text of a script or the like ends

    def go_on(self, found: re.Match[bytes], source: bytes) -> None:
        if found["cdata"]:
            ending = b"]]>" if self._drawing() else b">"
            self.text_until = source.find(ending, found.end()) % (len(source) + 1)
        elif found["name"]:
            name = found["name"].lower()
            name = SAME.get(name, name)
            if found["end"]:
                self._close(name)
            else:
                self._count_attributes(found["attributes"])
                self._open(name, source, found.end())

    def _count_attributes(self, source: bytes) -> None:
        if len(source) > 1:
            count = len(ATTRIBUTE.findall(source))
            self.attributes += count
            self.most = max(self.most, count)

    def _open(self, name: bytes, source: bytes, end: int) -> None:
        kind = KIND.get(name)
        if self._drawing():
            if name in ENDS_DRAWING:
                self.stack = [of for of in self.stack if of not in DRAWINGS]
            elif SELF_CLOSED.match(source, end):
                return
        elif kind == "text" and b"frameset" not in self.stack:
            closing = re.compile(rb"</" + name, re.IGNORECASE).search(source, end)
            self.text_until = closing.start() if closing else len(source)
            return
        elif kind in {"void", "implied"}:
            return
        elif kind in {"item", "special"}:
            self._close(b"p", STOPS["barrier"])  # which every block ends
            if kind == "item":
                self._close(name, STOPS["barrier"])
        self.stack.append(name)

    def _drawing(self) -> bytes:
        """Return the name of the drawing that a place is in; empty where HTML is read there."""
        if DRAWINGS.isdisjoint(self.stack):
            return b""
        passed: set[bytes] = set()
        for name in reversed(self.stack):
            if name in DRAWINGS:
                return b"" if PASSAGES[name] & passed else name
            passed.add(name)
        return b""

    def _close(self, name: bytes, stopped_by: Collection[str] = ()) -> None:
        """Close the innermost open element of a name and what is inside, if its end reaches it."""
        kind = KIND.get(name, "barrier")
        stopped_by = stopped_by or STOPS.get("drawing" if name in DRAWINGS else kind, {"scope"})
        at = next(self._within_reach(name, stopped_by), None)
        if at is None:
            return
        inside = self.stack[at + 1 :]
        is_alone = kind == "formatting"
        self.stack[at:] = [of for of in inside if is_alone or KIND.get(of) == "formatting"]

    def _within_reach(self, name: bytes, stopped_by: Collection[str]) -> Iterator[int]:
        is_drawing = name in DRAWINGS
        for at in range(len(self.stack) - 1, -1, -1):
            here = self.stack[at]
            if here == name:
                yield at
            if is_drawing and here in ENDS_DRAWING:
                return
            if KIND.get(here) in stopped_by or ("list" in stopped_by and here in LISTS):
                return
