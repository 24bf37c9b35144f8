"""Numbers that WordPress gives to posts and categories."""

LARGEST = 2**63 - 1  # the largest that SQLite, PostgreSQL and WordPress can keep
MOST_DIGITS = 19


def parse_number(printed: str) -> int | None:
    """Return the number of a post or category, or ``None`` if *printed* is no such number.

    It has digits from 0 to 9 only, no leading zero, and is at least 1. Longer numbers are refused
    first, because Python raises an exception from 4,301 digits on.

    >>> [parse_number(text) for text in ("12", "007", "0", "-1", "٣", "9" * 19, "")]
    [12, None, None, None, None, None, None]
    """
    is_plain = printed.isascii() and printed.isdecimal() and not printed.startswith("0")
    if not is_plain or len(printed) > MOST_DIGITS:
        return None
    number = int(printed)
    return number if number <= LARGEST else None
