"""Numbers as WordPress gives them to posts and categories."""

LARGEST = 2**63 - 1  # what both databases keep, and WordPress too
MOST_DIGITS = 19


def parse_number(printed: str) -> int | None:
    """Return a number of WordPress's, or ``None`` where *printed* is none.

    It is written in the digits 0 to 9, begins with none of its own and is at least 1. A
    longer one is no number of any post, and Python itself refuses 4,301 digits.

    >>> [parse_number(of) for of in ("12", "007", "0", "-1", "٣", "9" * 19, "")]
    [12, None, None, None, None, None, None]
    """
    is_plain = printed.isascii() and printed.isdecimal() and not printed.startswith("0")
    if not is_plain or len(printed) > MOST_DIGITS:
        return None
    number = int(printed)
    return number if number <= LARGEST else None
