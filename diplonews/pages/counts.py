"""How often an article was shared, viewed or commented on, as themes print numbers."""

import re

COUNT = re.compile(r"(\d[\d.,]*)\s*((?:[kKmM](?!\w))?)")
LONGEST = 15  # characters; no real count is longer
FACTORS = {"": 1, "k": 1_000, "m": 1_000_000}


def parse_count(printed: str) -> int | None:
    """Return a count as the theme prints it; ``None`` where there is no number.

    >>> [parse_count(printed) for printed in ("520", "1.5k", "2.1M", "1,234", "4 mins", "")]
    [520, 1500, 2100000, 1234, 4, None]
    """
    match = COUNT.search(printed)
    if match is None or len(match[1]) > LONGEST:
        return None
    number, unit = match[1].strip(".,"), match[2].lower()
    digits = number.replace(",", "") if unit == "" or "." in number else number.replace(",", ".")
    try:
        return round(float(digits if unit else digits.replace(".", "")) * FACTORS[unit])
    except ValueError:
        return None
