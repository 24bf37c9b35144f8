"""The overview's plots; what each shows also stands in a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import matplotlib as mpl
from lxml import etree
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from diplonews.overview.svg import BY_CLASS, as_svg, style
from diplonews.printing import printable

WIDTH = 6.4  # inches of 72 units each
ROW = 0.30
LEAST_POINTS = 3  # of a line over time
LINES = ("one", "four", "three")
LONGEST_LABEL = 26
MOST_MARKERS = 40  # of a line; more would look like a band


@dataclass(frozen=True, slots=True)
class Words:
    """What a plot is called: an id for the page, and what it says to who cannot see it."""

    name: str
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class Series:
    """Values with a name and a colour."""

    name: str
    values: Sequence[float]
    colour: str  # a class


def bars(
    words: Words, labels: Sequence[str], series: Sequence[Series], unit: str
) -> etree._Element:
    """Draw a bar for each label; several series lie behind one another in it."""
    with mpl.rc_context(style()):
        height = ROW * max(len(labels), 1) + (0.75 if len(series) > 1 else 0.4)
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        axes = figure.add_subplot()
        places = range(len(labels))
        starts = [0.0] * len(labels)
        for one in series:
            colour = BY_CLASS[one.colour]
            axes.barh(places, one.values, left=starts, height=0.68, color=colour, label=one.name)
            starts = [start + value for start, value in zip(starts, one.values, strict=True)]
        axes.set_yticks(places, [shortened(label) for label in labels])
        axes.invert_yaxis()
        axes.grid(axis="y", visible=False)
        axes.spines["bottom"].set_visible(False)
        axes.set_xlim(0, max([*starts, 1e-9]) * 1.04)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}{unit}"))
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=not unit))
        if len(series) > 1:
            _legend(figure)
        return as_svg(figure, words.name, words.title, words.description)


def over_time(
    words: Words,
    days: Sequence[date],
    whole: Sequence[bool],
    total: Series,
    series: Sequence[Series],
) -> etree._Element:
    """Draw what there was in all as bars, and a line for each series before them.

    The bar of a time that is not *whole* is open, and no line leads to it: it would seem to fall.
    """
    with mpl.rc_context(style()):
        figure = Figure(figsize=(WIDTH, 2.9), layout="constrained")
        axes = figure.add_subplot()
        places = range(len(days))
        filled = [
            value if is_whole else 0 for value, is_whole in zip(total.values, whole, strict=True)
        ]
        axes.bar(places, filled, width=0.8, color=BY_CLASS[total.colour], label=total.name)
        _open_bars(axes, total.values, whole)
        for one in series:
            _line(axes, places, one, whole, has_markers=len(days) < MOST_MARKERS)
        axes.set_xlim(-0.7, max(len(days), 8) - 0.3)  # so that a few bars are not too wide
        axes.set_ylim(bottom=0)
        locator = MaxNLocator(5, integer=True)
        axes.yaxis.set_major_locator(locator)
        axes.set_ylim(0, locator.tick_values(0, max(*total.values, 1))[-1])  # above each bar
        axes.tick_params(axis="y", labelcolor=BY_CLASS["muted"])
        axes.grid(axis="x", visible=False)
        _time_axis(axes, days, most=8)
        _legend(figure)
        return as_svg(figure, words.name, words.title, words.description)


def small_shares(words: Words, days: Sequence[date], series: Sequence[Series]) -> etree._Element:
    """Draw a small plot for each series: its share in percent over time, all on one scale."""
    columns = 3
    rows = -(-len(series) // columns)
    with mpl.rc_context({**style(), "font.size": 9.5}):
        figure = Figure(figsize=(WIDTH, 1.25 * rows + 0.2), layout="constrained")
        grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        for axes, one in zip(grid.flat, series, strict=False):
            places = range(len(days))
            axes.fill_between(places, one.values, color=BY_CLASS[one.colour], alpha=0.25, lw=0)
            axes.plot(places, one.values, color=BY_CLASS[one.colour], linewidth=1.6)
            axes.set_title(shortened(one.name), loc="left", fontsize=10)
            axes.set_ylim(bottom=0)
            axes.yaxis.set_major_locator(MaxNLocator(3))
            axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g} %"))
            axes.tick_params(axis="y", labelcolor=BY_CLASS["muted"])
            axes.grid(axis="x", visible=False)
            _time_axis(axes, days, most=3)
            for label in axes.get_xticklabels()[
                :1
            ]:  # the last row has them; not to meet the "0 %"
                label.set_horizontalalignment("left")
        for axes in list(grid.flat)[len(series) :]:
            axes.set_visible(False)
        return as_svg(figure, words.name, words.title, words.description)


def shortened(text: str) -> str:
    r"""Return a label that leaves room for the plot, without what matplotlib takes for math.

    >>> print(shortened("$x$ and something that is very long indeed"))
    \$x\$ and something that is…
    """
    text = printable(text)
    short = text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1].rstrip()}…"
    return short.replace("$", r"\$")


def _open_bars(axes: Axes, values: Sequence[float], whole: Sequence[bool]) -> None:
    places = [place for place, is_whole in enumerate(whole) if not is_whole]
    if places:
        axes.bar(
            places, [values[place] for place in places], width=0.8, fill=False, linestyle="--",
            edgecolor=BY_CLASS["muted"], linewidth=1, label="in part",
        )  # fmt: skip


def _line(
    axes: Axes, places: Sequence[int], one: Series, whole: Sequence[bool], *, has_markers: bool
) -> None:
    """Draw a line through what is whole, and open marks where it is not."""
    joined = [place for place in places if whole[place]]
    alone = [place for place in places if not whole[place]]
    axes.plot(
        joined, [one.values[place] for place in joined], color=BY_CLASS[one.colour], linewidth=2,
        label=one.name, marker="o" if has_markers else None, markersize=3.5,
    )  # fmt: skip
    axes.plot(
        alone, [one.values[place] for place in alone], color=BY_CLASS[one.colour], linestyle="",
        marker="o", markersize=4, fillstyle="none",
    )  # fmt: skip


def _time_axis(axes: Axes, days: Sequence[date], most: int) -> None:
    places = range(0, len(days), -(-len(days) // most))
    labels: list[str] = []
    for place in places:
        day = days[place]
        is_new_year = not labels or day.year != days[place - places.step].year
        labels.append(_time_label(days, day, is_new_year=is_new_year))
    axes.set_xticks(places, labels)


def _time_label(days: Sequence[date], day: date, *, is_new_year: bool) -> str:
    if any(one.day != 1 for one in days):
        short = f"{day.day} {day:%b}"
    elif any(one.month != 1 for one in days):
        short = f"{day:%b}"
    else:
        return f"{day:%Y}"
    return f"{short}\n{day:%Y}" if is_new_year else short


def _legend(figure: Figure) -> None:
    figure.legend(
        loc="outside upper left", ncols=5, frameon=False, handlelength=1.1, handleheight=0.8,
        columnspacing=1.4, borderaxespad=0.2,
    )  # fmt: skip
