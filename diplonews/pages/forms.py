"""Forms and buttons in an article: which of their words are the article's.

The words of a form are its own. But a form without an end tag contains all that follows, and some
sites put whole articles into one. The words of a button are its own, too. But where answers fold
out, the questions are buttons.
"""

from diplonews.pages.select import Element, Page, attribute, find_all, first, text

BLOCKS = "p, h1, h2, h3, h4, h5, h6, li, blockquote, pre, table, ul, ol, div, article, section"
CONTROLS = 'input:not([type="hidden"]), textarea, select, button[type="submit"]'
ASKED = "label, input, textarea, select, button, option, fieldset"
FOLDING = frozenset({
    "aria-expanded", "aria-controls", "data-toggle", "data-bs-toggle", "data-target",
})  # fmt: skip
LINES = frozenset({"dd", "dt", "em", "li", "p", "strong", "summary", "td"})
PROSE = 25  # words: no form's own sentence is as long
SENTENCE = 8  # words: more than any button says
SHOWN = "p, div, h1, h2, h3, h4, h5, h6, ul, ol, blockquote"


def role_of_form(form: Element, *, is_left_open: bool) -> str:
    """Return the role of a form: "block", "junk" or "open form".

    "block": all its words are the article's. "junk": none is. "open form": what it asks is left
    out, and the rest is read.
    """
    if first(form, CONTROLS) is None:
        return "open form" if first(form, "label") is not None else "block"
    if is_left_open:
        return "open form"
    prose = (p for p in find_all(form, "p, li") if first(p, ASKED) is None)
    return "open form" if any(len(text(p).split()) >= PROSE for p in prose) else "junk"


def is_left_open(page: Page) -> bool:
    """Tell whether some form of a page has no end."""
    source = page.source.lower()
    return source.count(b"<form") > source.count(b"</form")


def is_of_form(element: Element) -> bool:
    """Tell whether an element inside of a form asks something: it has a control, or is one."""
    return element.tag in {"label", "legend"} or (
        element.tag in {"p", "li", "span", "dt", "dd", "fieldset"}
        and first(element, ASKED) is not None
    )


def role_of_button(button: Element, *, in_heading: bool) -> str:
    """Return the role of a button: text, a heading of what folds out, or "junk"."""
    words = len(text(button).split())
    if in_heading or _is_in_a_line(button):
        return "inline"
    if first(button, SHOWN) is not None or words >= SENTENCE:
        return "block"
    attributes = button.attributes
    is_folding = "accordion" in attribute(button, "class") or not FOLDING.isdisjoint(attributes)
    return "heading" if is_folding and words > 1 else "junk"


def _is_in_a_line(button: Element) -> bool:
    """Tell whether a button is a word of a sentence, or what a summary says."""
    parent = button.parent
    if parent is None or parent.tag not in LINES:
        return False
    if parent.tag in {"dt", "summary"}:
        return True
    return any(_is_words(neighbour) for neighbour in (button.prev, button.next))


def _is_words(node: Element | None) -> bool:
    return node is not None and node.tag == "-text" and bool((node.text_content or "").strip())
