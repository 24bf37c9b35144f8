"""What visitors see of an element, where its tag and classes do not say it.

Hidden elements, inline elements that are shown as blocks, footnote marks, and e-mail addresses
that Cloudflare hides from machines until a script has run.
"""

import re
from functools import lru_cache

from diplonews.pages.select import Attributes, Element, attribute, first, text

# Parts of a style without spaces, in small letters.
BEGINS, ENDS = r"(?:^|;)", r"(?:;|$)"
NEARLY_NOTHING = r"(?:width|height):[01](?:px)?"
# Moved off the screen, cut to nothing, or not shown at all.
HIDDEN = re.compile(
    rf"""
    display:none
    | visibility:(?:hidden|collapse)
    | {BEGINS}(?:left|right|top|bottom|text-indent|margin-left|margin-top|transform):
      (?:translate[xy3d]{{0,2}}\()? -(?:\d{{4,}}|[5-9]\d\d)(?:\.\d+)? (?:px|r?em|%|pt|v[wh])
    | {BEGINS}{NEARLY_NOTHING};(?:.*;)?overflow:hidden
    | overflow:hidden;(?:.*;)?{NEARLY_NOTHING}{ENDS}
    | clip:rect\([01](?:px)?(?:,?[01](?:px)?){{3}}\)
    | clip-path:inset\((?:50|100)%\)
    | {BEGINS}font-size:0(?:px|r?em|pt|%)?(?:!important)?{ENDS}
    """,
    re.VERBOSE,
)
BLOCK = re.compile(r"display:(?:block|flex|grid|table(?!-c)|list-item|flow-root)")
LONGEST_STYLE = 1000  # characters: a longer one was written to be slow to read
# Roles of elements that are hidden until somebody opens them; visitors and search engines do.
PANELS = frozenset({"tabpanel", "region"})
UNLINKED_FOOTNOTE_MARK = re.compile(r"[\[(]\d{1,3}[\])]|[*†‡§]{1,3}")
TO_A_NOTE = re.compile(r"#_?(?:e?f?t?n\d|fn|ftn|edn|foot|end|note|cite|sdfoot)")
FOOTNOTE_MARK = re.compile(r"[\[(]?(?:\d{1,3}|[a-z]|[ivx]{1,5}|[*†‡§]{1,3})[\])]?,?")
NUMBERS = re.compile(r"\d{1,3}(?:[,;–-]\d{1,3})*")
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
CLOUDFLARE = "/cdn-cgi/l/email-protection#"


@lru_cache(maxsize=1024)  # pages repeat what their editor's buttons wrote
def display_of(style: str) -> str:
    """Return "hidden" or "block" where an element's style says so.

    >>> display_of("Display: none"), display_of("display:block"), display_of("color:red")
    ('hidden', 'block', '')
    """
    rules = "".join(style[:LONGEST_STYLE].split()).casefold()
    if HIDDEN.search(rules):
        return "hidden"
    return "block" if BLOCK.search(rules) else ""


def is_hidden(attributes: Attributes) -> bool:
    """Tell whether a ``hidden`` element stays hidden; a panel opens."""
    return (attributes.get("hidden") or "").casefold() != "until-found" and (
        attributes.get("role") not in PANELS
    )


def is_footnote_mark(element: Element, attributes: Attributes) -> bool:
    """Tell whether a raised text or a link is a footnote mark."""
    link = element if element.tag == "a" else first(element, "a[href]")
    is_named = "data-fn" in attributes or "footnote" in (attributes.get("class") or "")
    mark = text(element).replace(" ", "")
    if link is None:
        return is_named or UNLINKED_FOOTNOTE_MARK.fullmatch(mark) is not None
    leads_to = attribute(link, "href")
    is_raised = element.tag != "a" or first(element, "sup") is not None
    is_marked = is_raised or is_named or mark[:1] in "[(" or TO_A_NOTE.match(leads_to)
    return bool(is_marked and FOOTNOTE_MARK.fullmatch(mark) and (is_named or "#" in leads_to))


def raised(digits: str) -> str:
    """Return a raised number in raised digits, so that it does not join the number before it.

    >>> "10" + raised("6")
    '10⁶'
    """
    return digits.translate(RAISED) if NUMBERS.fullmatch(digits) else digits


def hidden_address(attributes: Attributes) -> str:
    """Return the address that Cloudflare hides in an element; empty for none.

    >>> hidden_address({"data-cfemail": "127352703c71"})
    'a@b.c'
    """
    code = attributes.get("data-cfemail") or ""
    link = attributes.get("href") or ""
    if not code and CLOUDFLARE in link:
        code = link.partition("#")[2]
    try:
        key, *letters = bytes.fromhex(code)
        return bytes(letter ^ key for letter in letters).decode()
    except ValueError:
        return ""
