"""The overview's sections on how articles came: agencies, edits, delays, runs, coverage."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence

from diplonews.exports.display_names import language_name, section_name
from diplonews.overview.elements import Element, element
from diplonews.overview.figures import STAMPS, Figures
from diplonews.overview.page_tables import (
    amount,
    articles,
    duration,
    is_or_are,
    number,
    share,
    table,
)
from diplonews.overview.plots import Series, Words, bars

MOST_AGENCIES = 12
LEAST_OF_MEDIAN = 5  # of fewer, a median says nothing
MOST_CHANGED = 8
HOUR, DAY = 1, 24
CHANGE_EDGES = (HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY, 28 * DAY)
CHANGE_LABELS = (
    "within 1 hour", "1 to 6 hours", "6 to 24 hours", "1 to 3 days", "3 to 7 days",
    "1 to 4 weeks", "later",
)  # fmt: skip
FEED_EDGES = (0.25, 0.5, HOUR, 3 * HOUR, 6 * HOUR, DAY)
FEED_LABELS = (
    "within 15 minutes", "15 to 30 minutes", "30 to 60 minutes", "1 to 3 hours", "3 to 6 hours",
    "6 to 24 hours", "later",
)  # fmt: skip
VERDICTS = {"ok": "good", "unchanged": "fair", "degraded": "poor", "broken": "bad", "": "grid"}
VERDICT_NAMES = {"": "not ended"}
# Keys whose value may be missing; of the others, each article has one or few can have one.
COVERED = (
    "headline", "standfirst", "body", "authors", "published_at", "modified_at", "categories",
    "sections", "tags", "crossheads", "language", "countries", "organisations", "dateline_place",
    "agency", "sources", "image_url", "image_caption", "image_credit", "embeds", "share_count",
    "view_count", "comment_count",
)  # fmt: skip


def median(hours: Sequence[float]) -> float:
    return quantile(hours, 0.5)


def quantile(values: Sequence[float], share_below: float) -> float:
    """Return the value that no more than a share of *values* lies below.

    >>> quantile([3.0, 1.0, 2.0], 0.5), quantile(range(100), 0.9)
    (2.0, 89)
    """
    ordered = sorted(values)
    return ordered[max(0, round(share_below * len(ordered)) - 1)]


def agencies(figures: Figures) -> Element:
    total = figures.article_count
    credited = sum(figures.agencies.values())
    top = figures.agencies.most_common(MOST_AGENCIES)
    children = [element("h2", "Agencies and languages"), element("p", (
        f"{number(figures.syndicated_count)} of {number(total)} articles "
        f"({share(figures.syndicated_count, total)}) {is_or_are(figures.syndicated_count)} an "
        f"agency’s copy; {number(credited)} {'credits' if credited == 1 else 'credit'} an agency, "
        "a broadcaster or another paper."
    ))]  # fmt: skip
    heads = ["agency", "articles", "share of all"]
    rows = [[name, number(count), share(count, total)] for name, count in top]
    languages = table("Languages, inferred", ["language", "articles", "share of all"], [
        [language_name(code), number(count), share(count, total)]
        for code, count in figures.languages.most_common()
    ])  # fmt: skip
    if not top:
        return element("section", *children, languages, id="agencies")
    words = Words("plot-agencies", "Articles by agency", "The table beside it has the numbers.")
    plot = bars(words, [name for name, _ in top], [Series("", [n for _, n in top], "one")], "")
    shown = element("div", table(f"Of {amount(total, 'article')}", heads, rows), languages)
    return element("section", *children, element("div", plot, shown, class_="pair"), id="agencies")


def changes(figures: Figures) -> Element:
    kinds, total = figures.kinds, figures.article_count
    children = [element("h2", "Edits and withdrawals"), element("p", (
        f"{amount(kinds['updated'], 'edit')}, {amount(kinds['withdrawn'], 'withdrawal')} and "
        f"{amount(kinds['restored'], 'restoration')} of the site’s; "
        f"{number(figures.withdrawn_count)} of {amount(total, 'article')} "
        f"{is_or_are(figures.withdrawn_count)} withdrawn now. "
        f"{_soon('edit', figures.edit_hours)}{_soon('withdrawal', figures.withdrawal_hours)}"
    ))]  # fmt: skip
    if figures.own_change_count:
        children.append(element("p", (
            f"{amount(figures.own_change_count, 'further change')} came of our own reading and "
            "is not counted as the site’s."
        ), class_="note"))  # fmt: skip
    if figures.edit_hours or figures.withdrawal_hours:
        children.append(_delays(figures))
    if figures.changed:
        edits = kinds["updated"]
        names = [name for name, _ in figures.changed.most_common() if name not in STAMPS]
        rows = [[name, number(figures.changed[name]), share(figures.changed[name], edits)]
                for name in names[:MOST_CHANGED]]  # fmt: skip
        children.append(element("h3", "What edits changed"))
        children.append(table(f"Of {amount(edits, 'edit')}", ["key", "edits", "share"], rows))
    if figures.latest_changes:
        children.append(element("h3", "Latest changes"))
        children.append(articles(figures.latest_changes))
    return element("section", *children, id="changes")


def _soon(noun: str, hours: Sequence[float]) -> str:
    if not hours:
        return ""
    if len(hours) < LEAST_OF_MEDIAN:
        return f"How soon {noun}s come: too few to say, {amount(len(hours), noun)}. "
    return f"Half of the {noun}s came {_within(median(hours))} after publication. "


def _delays(figures: Figures) -> Element:
    edits = in_bins(figures.edit_hours, CHANGE_EDGES)
    withdrawals = in_bins(figures.withdrawal_hours, CHANGE_EDGES)
    words = Words(
        "plot-changes",
        "Edits and withdrawals by time after publication",
        "Each bar: edits, then withdrawals. The table has the numbers.",
    )
    series = [Series("edits", edits, "one"), Series("withdrawals", withdrawals, "three")]
    rows = [
        [label, number(edit), number(withdrawal)]
        for label, edit, withdrawal in zip(CHANGE_LABELS, edits, withdrawals, strict=True)
    ]
    caption = (
        "After publication, where the page tells its hour. An edit’s time is the site’s own where "
        "it tells it, else when we read it; a withdrawal’s is when we found it."
    )
    shown = table(caption, ["after publication", "edits", "withdrawals"], rows)
    return element("div", bars(words, CHANGE_LABELS, series, ""), shown, class_="pair")


def in_bins(hours: Sequence[float], edges: Sequence[float]) -> list[int]:
    """Count *hours* between the *edges*; each edge belongs to what is above it."""
    counts = Counter(bisect_right(edges, value) for value in hours)
    return [counts[place] for place in range(len(edges) + 1)]


def delay(figures: Figures) -> Element:
    children = [element("h2", "From publication to our feed")]
    hours = figures.feed_hours
    if not hours:
        children.append(element("p", "No article was published since the first run began, so "
                                     "nothing can be said."))  # fmt: skip
        return element("section", *children, id="delay")
    children.append(element("p", _delay_sentence(hours)))
    counts = in_bins(hours, FEED_EDGES)
    words = Words("plot-delay", "Articles by time from publication to our feed",
                  "The table has the numbers.")  # fmt: skip
    rows = [
        [label, number(count), share(count, len(hours))]
        for label, count in zip(FEED_LABELS, counts, strict=True)
    ]
    shown = table(
        f"Of {amount(len(hours), 'article')}", ["in our feed", "articles", "share"], rows
    )
    plot = bars(words, FEED_LABELS, [Series("", counts, "one")], "")
    children.append(element("div", plot, shown, class_="pair"))
    return element("section", *children, id="delay")


def _delay_sentence(hours: Sequence[float]) -> str:
    counted = (
        f"{amount(len(hours), 'article')} {'was' if len(hours) == 1 else 'were'} published since "
        "the first run began, on a page that tells the hour."
    )
    if len(hours) < LEAST_OF_MEDIAN:
        return f"Too few to say: {counted}"
    return (
        f"Half of the articles were in our feed {_within(median(hours))}, nine of ten "
        f"{_within(quantile(hours, 0.9))}. Counted: {counted}"
    )


def _within(hours: float) -> str:
    return f"within {duration(hours).removeprefix('under ')}"


def runs(figures: Figures) -> Element:
    children = [element("h2", "Runs by verdict")]
    if not figures.runs:
        return element("section", *children, element("p", "There was no run."), id="runs")
    counts = {(run.section, run.verdict): run.run_count for run in figures.runs}
    sections = sorted({run.section for run in figures.runs})
    verdicts = [verdict for verdict in VERDICTS if any((s, verdict) in counts for s in sections)]
    total = sum(counts.values())
    good = sum(n for (_, verdict), n in counts.items() if verdict in {"ok", "unchanged"})
    children.append(element("p", (
        f"{number(good)} of {amount(total, 'run')} ({share(good, total)}) were sound: ok, or "
        "unchanged since the run before."
    )))  # fmt: skip
    series = [
        Series(VERDICT_NAMES.get(v, v), [counts.get((s, v), 0) for s in sections], VERDICTS[v])
        for v in verdicts
    ]
    names = [section_name(section) for section in sections]
    words = Words("plot-runs", "Runs by section and verdict", "The table has the numbers.")
    heads = ["runs of", *(one.name for one in series), "all"]
    rows = [
        [name, *(number(int(one.values[place])) for one in series),
         number(int(sum(one.values[place] for one in series)))]
        for place, name in enumerate(names)
    ]  # fmt: skip
    shown = table(f"Of {amount(total, 'run')}", heads, rows)
    children.append(element("div", bars(words, names, series, ""), shown, class_="pair"))
    return element("section", *children, id="runs")


def coverage(figures: Figures) -> Element:
    total = figures.article_count
    order = sorted(COVERED, key=lambda name: (-figures.filled[name], COVERED.index(name)))
    percents = [100 * figures.filled[name] / (total or 1) for name in order]
    words = Words("plot-coverage", "Share of articles that have a value, by key",
                  "The table has the numbers.")  # fmt: skip
    rows = [
        [name, number(figures.filled[name]), share(figures.filled[name], total)] for name in order
    ]
    caption = f"Articles that have a value, of {number(total)}"
    shown = table(caption, ["key", "articles", "share of all"], rows)
    plot = bars(words, order, [Series("", percents, "one")], " %")
    return element(
        "section",
        element("h2", "Coverage of fields"),
        element("p", "How many articles have a value for a key of the feeds. What the site does "
                     "not print stays empty: many articles have no standfirst, few an agency."),
        element("div", plot, shown, class_="pair"),
        id="coverage",
    )  # fmt: skip


def newest(figures: Figures) -> Element:
    return element(
        "section", element("h2", "Newest articles"), articles(figures.newest), id="newest"
    )
