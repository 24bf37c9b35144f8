"""The overview's sections on attention: when, which sections, countries, organisations."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from diplonews import site
from diplonews.exports.display_names import country_name, section_name
from diplonews.overview import buckets
from diplonews.overview.elements import Element, element
from diplonews.overview.figures import Attention, Figures
from diplonews.overview.page_tables import (
    amount,
    heat_table,
    is_or_are,
    moment,
    number,
    of_these,
    share,
    table,
)
from diplonews.overview.plots import (
    LEAST_POINTS,
    LINES,
    Series,
    Words,
    bars,
    over_time,
    small_shares,
)

# This share of the articles may be older than the time shown; of several, one always may.
FEW = 0.01
SEVERAL = 20
MOST_BARS = 15
MOST_LINES = 6
MOST_COLUMNS = 8
ECOWAS_HERE = (
    "“ECOWAS” is here the organisation, where the words name it. The section ECOWAS has what the "
    "site files under ECOWAS or one of its fifteen countries; its category, what is filed under "
    "ECOWAS itself."
)
IN_PART = ", in part"
MOST_ROWS = 14  # rows of a table by time; a click opens the others


@dataclass(frozen=True, slots=True)
class Time:
    """The time of publication in pieces, without a few very old articles."""

    unit: str
    days: Sequence[date]  # the first day of each bucket
    totals: Sequence[int]  # all articles of each bucket
    counted: buckets.Stretch
    earlier_count: int = 0  # articles before the first bucket

    @classmethod
    def of_days(cls, days: Counter[date], counted: buckets.Stretch) -> "Time":
        if not days:
            return cls(buckets.WEEK, (), (), counted)
        first, last = first_day(days), max(days)
        unit = buckets.unit_of(first, last)
        starts = buckets.starts(unit, first, last)
        sums: Counter[date] = Counter()
        for day, count in days.items():
            sums[buckets.start_of(unit, day)] += count
        totals = [sums[start] for start in starts]
        return cls(unit, starts, totals, counted, days.total() - sum(totals))

    @property
    def whole(self) -> Sequence[bool]:
        """Whether all of a bucket is counted; a week that is not over has fewer articles."""
        return [self.counted.has_all_of(self.unit, start) for start in self.days]

    def counts(self, attention: Attention, name: str) -> list[int]:
        """Return how many articles of each bucket have *name*."""
        sums: Counter[date] = Counter()
        for day, counter in attention.weeks.items():
            sums[buckets.start_of(self.unit, day)] += counter[name]
        return [sums[start] for start in self.days]

    def label(self, start: date) -> str:
        is_whole = self.counted.has_all_of(self.unit, start)
        return f"{buckets.label(self.unit, start)}{'' if is_whole else IN_PART}"

    @property
    def heading(self) -> str:
        return "week from" if self.unit == buckets.WEEK else self.unit


def first_day(days: Counter[date]) -> date:
    """Return the first day to show: at most one article in a hundred, or one of twenty, is older.

    Otherwise a single old article would turn weeks into months.

    >>> first_day(Counter({date(1999, 1, 1): 1, date(2026, 1, 1): 150})).isoformat()
    '2026-01-01'
    """
    left = max(int(days.total() * FEW), int(days.total() >= SEVERAL))
    for day in sorted(days):
        left -= days[day]
        if left < 0:
            return day
    return max(days)


def attention_by_time(figures: Figures, time: Time) -> Element:
    names = list(figures.sections.articles)
    order = [name for name in site.SECTIONS if name in names]
    counts = {name: time.counts(figures.sections, name) for name in order}
    children: list[Element | str] = [
        element("h2", f"Articles by {time.unit} and section"),
        element("p", _when_sentence(figures, time)),
    ]
    if not time.days:
        return element("section", *children, _section_table(figures), id="time")
    plot = over_time(
        Words(
            "plot-time",
            f"Articles by {time.unit}",
            "Bars: all articles. Lines: those of each section. The table has the numbers.",
        ),
        time.days,
        time.whole,
        Series("all articles", time.totals, "grid"),
        [
            Series(section_name(name), counts[name], colour)
            for name, colour in zip(order, LINES, strict=False)
        ],
    )
    left = element("div", plot, _section_table(figures))
    tables = element("div", *_time_tables(time, counts))
    return element("section", *children, element("div", left, tables, class_="pair"), id="time")


def _when_sentence(figures: Figures, time: Time) -> str:
    if not time.days:
        return "No article has a date of publication."
    sentence = (
        f"{amount(figures.article_count, 'article')}{of_these(figures.withdrawn_count)}, "
        f"published from {min(figures.days)} to "
        f"{max(figures.days)}. An article can be in several sections or in none, so shares need "
        "not add up to 100 %."
    )
    if time.earlier_count:
        sentence += (
            f" The plots by time begin on {time.days[0]}; they leave out "
            f"{amount(time.earlier_count, 'older article')}."
        )
    sentence += _sentence_of_parts(time)
    if figures.undated_count:
        undated_count = figures.undated_count
        sentence += f" {number(undated_count)} without a date "
        sentence += f"{is_or_are(undated_count)} in no {time.unit}."
    return sentence


def _sentence_of_parts(time: Time) -> str:
    """Return what is to be known of a week that began before what is counted, or is not over."""
    places = [place for place, is_whole in enumerate(time.whole) if not is_whole]
    if not places:
        return ""
    since, until = time.counted.since, time.counted.until
    is_late = until < buckets.midnight(buckets.next_start(time.unit, time.days[-1]))
    is_early = since > buckets.midnight(time.days[0])
    bounds = [f"from {moment(since)}"] * is_early + [f"up to {moment(until)}"] * is_late
    return (
        f" Articles are counted {' '.join(bounds)}: a {time.unit} that goes beyond is marked “in "
        "part”, its bar is open, and no line leads to it."
    )


def _time_tables(time: Time, counts: Mapping[str, list[int]]) -> list[Element]:
    heads = [time.heading, "all", *map(section_name, counts)]
    rows = []
    for place in reversed(range(len(time.days))):
        total = time.totals[place]
        cells = [f"{number(counts[name][place])} ({share(counts[name][place], total)})"
                 if counts[name][place] else "0" for name in counts]  # fmt: skip
        rows.append([time.label(time.days[place]), number(total), *cells])
    caption = f"Articles by {time.unit}, newest first; in brackets the share of all"
    shown = [table(caption, heads, rows[:MOST_ROWS])]
    if len(rows) > MOST_ROWS:
        earlier = rows[MOST_ROWS:]
        summary = element("summary", f"{number(len(earlier))} earlier {time.unit}s")
        shown.append(element("details", summary, table("Earlier", heads, earlier)))
    return shown


def _section_table(figures: Figures) -> Element:
    total = figures.article_count
    rows = [
        [section_name(name), number(count), share(count, total)]
        for name, count in figures.sections.articles.most_common()
    ]
    heads = ["section", "articles", "share of all"]
    return table(f"Sections, of {amount(total, 'article')}", heads, rows)


def attention_by_country(figures: Figures, time: Time) -> Element:
    return _attention(
        figures, time, figures.countries,
        Kind("countries", "Countries", "country", "names a country", country_name),
    )  # fmt: skip


def attention_by_organisation(figures: Figures, time: Time) -> Element:
    return _attention(
        figures, time, figures.organisations,
        Kind("organisations", "Organisations", "organisation", "names one", str, ECOWAS_HERE),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of name, such as countries, with words for the page."""

    id: str
    title: str
    noun: str
    verb: str
    name: Callable[[str], str]
    note: str = ""


def _attention(figures: Figures, time: Time, attention: Attention, kind: Kind) -> Element:
    children: list[Element] = [element("h2", kind.title)]
    if not attention.articles:
        children.append(element("p", f"No article {kind.verb}."))
        return element("section", *children, id=kind.id)
    total = figures.article_count
    top = sorted(attention.articles, key=lambda code: (-attention.articles[code], code))
    first = top[0]
    children.append(element("p", (
        f"{kind.name(first)} is named most often: in {number(attention.articles[first])} of "
        f"{amount(total, 'article')} ({share(attention.articles[first], total)}). An article is "
        "about what its headline, dateline or category names; what its body names, it mentions."
    )))  # fmt: skip
    if kind.note:
        children.append(element("p", kind.note, class_="note"))
    children.append(element("div", _bars(attention, top, kind),
                            element("div", *_name_tables(attention, top, total, kind)),
                            class_="pair"))  # fmt: skip
    children.extend(_over_time(time, attention, top, kind))
    return element("section", *children, id=kind.id)


def _bars(attention: Attention, top: Sequence[str], kind: Kind) -> Element:
    shown = top[:MOST_BARS]
    main = [attention.main[code] for code in shown]
    mentions = [attention.articles[code] - attention.main[code] for code in shown]
    series = [Series(f"about the {kind.noun}", main, "one"), Series("mention it", mentions, "two")]
    title = f"Articles by {kind.noun}"
    description = "Articles about it, then those that mention it. The table has them all."
    return bars(
        Words(f"plot-{kind.id}", title, description),
        [kind.name(code) for code in shown],
        [one for one in series if any(one.values) or one is series[0]],
        "",
    )


def _name_tables(
    attention: Attention, top: Sequence[str], total: int, kind: Kind
) -> list[Element]:
    heads = [kind.noun, "articles", "share of all", "about it"]
    rows = [
        [kind.name(code), number(attention.articles[code]),
         share(attention.articles[code], total), number(attention.main[code])]
        for code in top
    ]  # fmt: skip
    shown = [table(f"Of {amount(total, 'article')}", heads, rows[:MOST_BARS])]
    if len(rows) > MOST_BARS:
        summary = element("summary", f"{number(len(rows) - MOST_BARS)} more")
        shown.append(element("details", summary, table("Further", heads, rows[MOST_BARS:])))
    return shown


def _over_time(time: Time, attention: Attention, top: Sequence[str], kind: Kind) -> list[Element]:
    if len(time.days) < 2:
        return []
    shown = top[:MOST_LINES]
    children = [element("h3", f"{kind.title} by {time.unit}, as a share of all its articles")]
    counts = {code: time.counts(attention, code) for code in top[:MOST_BARS]}
    days = [day for day, is_whole in zip(time.days, time.whole, strict=True) if is_whole]
    if len(days) >= LEAST_POINTS:
        series = [Series(kind.name(code), _percents(time, counts[code]), "one") for code in shown]
        series = [one for one in series if any(one.values)]
        description = f"A line for each {kind.noun}. The table has the newest {time.unit}s."
        words = Words(f"plot-{kind.id}-time", f"Share of articles by {time.unit}", description)
        children.extend([small_shares(words, days, series)] if series else [])
    newest = slice(None, -MOST_COLUMNS - 1, -1)
    heads = [kind.noun, *map(time.label, time.days[newest])]
    rows = [(kind.name(code), counts[code][newest]) for code in counts]
    caption = f"Articles, and their share of all of that {time.unit}, newest first"
    children.append(heat_table(caption, heads, time.totals[newest], rows))
    return children


def _percents(time: Time, counts: Sequence[int]) -> list[float]:
    """Return which share of each whole bucket's articles *counts* are."""
    buckets_of_time = zip(counts, time.totals, time.whole, strict=True)
    return [100 * count / (total or 1) for count, total, is_whole in buckets_of_time if is_whole]
