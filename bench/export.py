"""What an export costs, in each format, beside pandas and DuckDB on the same JSON Lines.

    python -m bench.export [--articles 100000] [--archive URL] [--folder FOLDER] [--only ENDINGS]

Fills an archive, or takes one that was filled so, then calls `scrapy export` for each format, of
the newest fifth of the articles and of all, and pandas and DuckDB on the JSON Lines that came of
it; each in a process of its own. Prints seconds of CPU, imports and all, so that other work on
the machine does not count; rows for each of them; the peak resident memory of both exports, as
the kernel counted it; and the file's size. Fails where a format takes more than 300 MiB, or more
for all articles than for a fifth of them.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.support.filling import NOW, YEARS

MOST_MEMORY = 300  # MiB, for any format of ours
MOST_GROWTH = 40  # MiB, from a fifth of the articles to all of them: buffers fill up
FIFTH = f"{NOW - YEARS / 5:%Y-%m-%d}"

ENDINGS = (
    *("jsonl", "jsonl.gz", "jsonl.zst", "csv", "xlsx", "parquet", "atom", "rss", "json"),
    "sqlite",
)

# What others do with the JSON Lines: read them whole, write a table.
OTHERS = {
    "pandas, to CSV": "import pandas; pandas.read_json('articles.jsonl', lines=True)"
    ".to_csv('other.csv')",
    "pandas, to Parquet": "import pandas; pandas.read_json('articles.jsonl', lines=True)"
    ".to_parquet('other.parquet')",
    "DuckDB, to CSV": "import duckdb; duckdb.sql(\"COPY (FROM read_json('articles.jsonl')) TO "
    "'other.csv'\")",
    "DuckDB, to Parquet": "import duckdb; duckdb.sql(\"COPY (FROM read_json('articles.jsonl')) "
    "TO 'other.parquet'\")",
}

FILLING = """
import sys
from diplonews.archive import Archive
from tests.support.filling import fill
archive = Archive.open(sys.argv[1])
fill(archive, int(sys.argv[2]))
archive.close()
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="where some gigabytes are free")
    parser.add_argument("--archive", metavar="URL", help="one that was filled by this bench")
    parser.add_argument("--only", metavar="ENDINGS", help="by commas; then nothing of others'")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        url = options.archive or f"sqlite:///{folder}/archive.sqlite"
        if options.archive is None:
            # In a process of its own: a child's peak is never counted below that of its parent.
            call([sys.executable, "-c", FILLING, url, str(options.articles)], Path.cwd(), url)
        endings = options.only.split(",") if options.only else ENDINGS
        print_costs(options.articles, folder, url, endings)


def print_costs(count: int, folder: Path, url: str, endings: Sequence[str]) -> None:
    table = Table(title=f"{count:,} articles")
    for heading in ("", "CPU seconds", "rows a second", "a fifth, MiB", "peak MiB", "file MiB"):
        table.add_column(heading, justify="right" if heading else "left")

    def add(name: str, path: Path, seconds: float, peaks: Sequence[float]) -> None:
        cells = f"{seconds:.1f}", f"{count / seconds:,.0f}", *(f"{peak:.0f}" for peak in peaks)
        cells = (*cells[:2], *([""] if len(peaks) == 1 else []), *cells[2:])
        table.add_row(name, *cells, f"{path.stat().st_size / 2**20:.0f}")

    def export(path: Path, *options: str) -> tuple[float, float]:
        command = [sys.executable, "-m", "scrapy", "export", "-o", str(path), *options]
        return call(command, Path.cwd(), url)

    wrong = []
    for ending in endings:
        path = folder / f"articles.{ending}"
        _, of_fifth = export(folder / f"fifth.{ending}", "--since", FIFTH)
        seconds, peak = export(path)
        add(ending, path, seconds, (of_fifth, peak))
        if peak > MOST_MEMORY or peak > of_fifth + MOST_GROWTH:
            wrong.append(f"{ending}: {of_fifth:.0f}, {peak:.0f} MiB")
    if "sqlite" in endings:
        seconds, peak = export(path)
        add("sqlite, nothing new", path, seconds, [peak])
    table.add_section()
    for name, code in () if tuple(endings) != ENDINGS else OTHERS.items():
        seconds, peak = call([sys.executable, "-c", code], folder, url)
        add(name, folder / f"other.{name.rpartition(' ')[2].lower()}", seconds, [peak])
    Console().print(table)
    if wrong:
        raise SystemExit(
            f"expected at most {MOST_MEMORY} MiB, and {MOST_GROWTH} more than for a fifth; found "
            + "; ".join(wrong)
        )


def call(command: Sequence[str], folder: Path, url: str) -> tuple[float, float]:
    """Run a command; return its seconds of CPU and its peak memory in MiB."""
    environment = os.environ | {"DIPLONEWS_ARCHIVE": url, "PYTHONPATH": str(Path.cwd())}
    process = subprocess.Popen(
        command, cwd=folder, env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    said = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)}: {said}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


if __name__ == "__main__":
    main()
