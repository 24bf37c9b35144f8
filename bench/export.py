"""What an export costs, in each format, beside pandas and DuckDB on the same JSON Lines.

    python -m bench.export [--articles 100000] [--folder FOLDER]

Fills an archive, then calls `scrapy export` for each format, and pandas and DuckDB on the JSON
Lines that came of it; each in a process of its own. Prints seconds of CPU, imports and all, so
that other work on the machine does not count; rows for each of them; the peak resident memory
as the kernel counted it; and the file's size.
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

MOST_MEMORY = 300  # MiB, for any format of ours

FILES = (
    *("articles.jsonl", "articles.jsonl.gz", "articles.jsonl.zst", "articles.csv"),
    *("articles.xlsx", "articles.parquet", "articles.sqlite"),
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
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        url = f"sqlite:///{folder}/archive.sqlite"
        # In a process of its own: a child's peak is never counted below that of its parent.
        call([sys.executable, "-c", FILLING, url, str(options.articles)], Path.cwd(), url)
        print_costs(options.articles, folder, url)


def print_costs(count: int, folder: Path, url: str) -> None:
    table = Table(title=f"{count:,} articles")
    for heading in ("", "CPU seconds", "rows a second", "peak MiB", "file MiB"):
        table.add_column(heading, justify="right" if heading else "left")

    def add(name: str, path: Path, seconds: float, peak: float) -> None:
        cells = f"{seconds:.1f}", f"{count / seconds:,.0f}", f"{peak:.0f}"
        table.add_row(name, *cells, f"{path.stat().st_size / 2**20:.0f}")

    peaks = []
    for file in (*FILES, FILES[-1]):
        path = folder / file
        name = f"{path.name.partition('.')[2]}, nothing new" if path.exists() else path.name
        command = [sys.executable, "-m", "scrapy", "export", "-o", str(path)]
        seconds, peak = call(command, Path.cwd(), url)
        peaks.append(peak)
        add(name.removeprefix("articles."), path, seconds, peak)
    table.add_section()
    for name, code in OTHERS.items():
        seconds, peak = call([sys.executable, "-c", code], folder, url)
        add(name, folder / f"other.{name.rpartition(' ')[2].lower()}", seconds, peak)
    Console().print(table)
    if max(peaks) > MOST_MEMORY:
        raise SystemExit(f"expected at most {MOST_MEMORY} MiB, found {max(peaks):.0f}")


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
