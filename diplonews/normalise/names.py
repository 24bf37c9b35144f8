"""Names compared as people compare them: without case, accents and apostrophes."""

import unicodedata

from diplonews.normalise.text import composed


def fold(name: str) -> str:
    """Return the form that all spellings of one name share.

    >>> fold("Cote D’Ivoire") == fold("CÔTE D'IVOIRE"), fold("Guinea-Bissau")
    (True, 'guinea bissau')
    """
    bare = (c for c in composed(name, "NFKD") if not unicodedata.combining(c))
    text = "".join(bare).casefold().replace("’", "").replace("'", "").replace("‘", "")
    return " ".join("".join(c if c.isalnum() else " " for c in text).split())
