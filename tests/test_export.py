"""`scrapy export` writes what is chosen of the archive, whole or not at all."""

import csv
import gzip
import io
import json
import re
import signal
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from backports import zstd

from diplonews.errors import SettingError
from diplonews.exports.export import names_of
from diplonews.exports.selection import Selection, read_selection
from diplonews.feeds.schema import json_schema
from tests.support.crawling import Crawl
from tests.support.exporting import crawl_a_site, feed_lines, json_lines
from tests.support.terminal import shown_on_terminal

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)

Lines = list[dict[str, Any]]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    return crawl_a_site(tmp_path_factory.mktemp("export"))


@pytest.fixture(scope="module")
def current(site: Crawl) -> Lines:
    return feed_lines(site, "current")


def exported(site: Crawl, *options: str) -> Lines:
    done = site.call("export", *options)
    assert done.returncode == 0, done.stderr
    return json_lines(done.stdout)


def test_an_export_has_the_lines_of_the_feeds_by_seq(site: Crawl, current: Lines) -> None:
    assert exported(site) == current
    assert [line["withdrawn_at"] is None for line in current].count(False) == 1


def test_the_events_are_the_lines_of_the_changes(site: Crawl) -> None:
    assert exported(site, "--events") == feed_lines(site, "changes")


@pytest.mark.parametrize("part", ["current", "changes"])
def test_the_names_of_keys_are_those_of_the_schema(part: str) -> None:
    assert names_of(part) == tuple(json_schema(part)["properties"])


FILTERS: list[tuple[list[str], Callable[[dict[str, Any]], bool]]] = [
    (["--section", "security"], lambda line: "security" in line["sections"]),
    (
        ["--section", "security,international"],
        lambda line: bool({"security", "international"} & {*line["sections"]}),
    ),
    (["--status", "withdrawn"], lambda line: line["withdrawn_at"] is not None),
    (["--status", "live"], lambda line: line["withdrawn_at"] is None),
    (["--language", "FR"], lambda line: line["language"] == "fr"),
    (["--country", "Nigeria"], lambda line: "NG" in [c["code"] for c in line["countries"]]),
    (["--agency", "afp", "--agency", "NAN"], lambda line: line["agency"] in {"AFP", "NAN"}),
    (
        ["--country", "ng,ML", "--agency", "afp"],
        lambda line: (
            line["agency"] == "AFP" and bool({c["code"] for c in line["countries"]} & {"NG", "ML"})
        ),
    ),
]


@pytest.mark.parametrize(
    ("options", "is_wanted"), FILTERS, ids=[" ".join(options) for options, _ in FILTERS]
)
def test_a_filter_keeps_what_has_one_of_its_values(
    options: list[str], is_wanted: Callable[[dict[str, Any]], bool], site: Crawl, current: Lines
) -> None:
    expected = [line for line in current if is_wanted(line)]

    assert expected
    assert exported(site, *options) == expected


def test_publication_is_a_range_whose_end_is_inclusive(site: Crawl, current: Lines) -> None:
    days = sorted({line["published_at"][:10] for line in current if line["published_at"]})
    since, until = days[2], days[-3]

    expected = [line for line in current if since <= (line["published_at"] or "")[:10] <= until]
    assert exported(site, "--since", since, "--until", until) == expected
    assert 0 < len(expected) < len(current)


def test_only_what_changed_after_a_seq(site: Crawl, current: Lines) -> None:
    seq = current[-3]["seq"]

    assert exported(site, "--changed-since", str(seq)) == current[-2:]


def test_keys_are_chosen_in_the_order_they_were_named(site: Crawl, current: Lines) -> None:
    lines = exported(site, "--fields", "headline, seq")

    assert [list(line.items()) for line in lines] == [
        [("headline", line["headline"]), ("seq", line["seq"])] for line in current
    ]


def test_the_text_is_whole_or_an_excerpt_or_not_there(site: Crawl, current: Lines) -> None:
    excerpts = exported(site, "--text", "excerpt")

    assert all(len(line["body"] or "") <= 300 for line in excerpts)
    assert all(
        whole["body"].startswith(line["body"].removesuffix("…"))
        for line, whole in zip(excerpts, current, strict=True)
        if whole["body"]
    )
    assert {line["body"] for line in exported(site, "--text", "none")} == {None}
    assert {line["diff"] for line in exported(site, "--events", "--text", "none")} == {None}


def test_a_table_opens_in_a_spreadsheet(site: Crawl, current: Lines, tmp_path: Path) -> None:
    path = tmp_path / "articles.csv"

    done = site.call("export", "-o", str(path))

    assert done.stdout == ""
    assert f"{path}: {len(current)} articles up to seq" in done.stderr
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbfseq,id,")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [row["headline"].removeprefix("'=2") for row in rows] == [
        line["headline"].removeprefix("=2") for line in current
    ]
    assert [row["body"] for row in rows] == [line["body"] or "" for line in current]


@pytest.mark.parametrize(
    ("ending", "unpack"), [(".gz", gzip.decompress), (".zst", zstd.decompress), ("", bytes)]
)
def test_a_file_is_compressed_by_its_ending(
    ending: str, unpack: Callable[[bytes], bytes], site: Crawl, current: Lines, tmp_path: Path
) -> None:
    path = tmp_path / f"articles.jsonl{ending}"

    assert site.call("export", "-o", str(path)).returncode == 0

    assert json_lines(unpack(path.read_bytes()).decode()) == current
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_cannot_be_written_whole_is_as_it_was(site: Crawl, tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_text("before")
    (tmp_path / ".articles.jsonl.99999999.part").write_text("of an export that was killed")

    done = site.call("export", "-o", str(path), largest_file=100_000)

    assert (done.returncode, path.read_text()) == (4, "before")
    assert f"{path}: could not be written: File too large" in done.stderr
    assert list(tmp_path.iterdir()) == [path]


def test_on_a_terminal_it_is_seen_how_far_it_is(site: Crawl, tmp_path: Path) -> None:
    command = site.command("export", "-o", str(tmp_path / "articles.csv"))

    status, shown = shown_on_terminal(command, site.variables(), Path.cwd())

    assert status == 0
    assert "━" in shown
    assert "articles up to seq" in shown


WRONG = {
    "--section": ("sport", "expected one of ecowas, international, security, found 'sport'"),
    "--category": ("Burkina Faso", "expected a slug such as burkina-faso"),
    "--country": ("Wakanda", "expected a code of ISO 3166-1 or a name, such as GH or Ghana"),
    "--organisation": ("", "expected a name such as ECOWAS or AFP, found nothing"),
    "--language": ("de", "expected one of en, fr, pt, found 'de'"),
    "--since": ("2026-13", "expected a time such as 7d (days ago), 2026, 2026-03,"),
    "--until": ("noon", "--until: expected a time such as"),
    "--status": ("gone", "expected one of all, live, withdrawn, found 'gone'"),
    "--changed-since": ("-1", "expected a seq, a number from 0 on"),
    "--fields": ("headline,title", "docs/feeds.md has them all), found title"),
    "--text": ("some", "expected one of full, excerpt, none"),
    "--format": ("pdf", "expected one of jsonl, csv, xlsx, parquet, sqlite"),
    "-o": ("articles.doc", "expected a name that ends with one of .jsonl, .csv, .xlsx"),
}


@pytest.mark.parametrize("option", WRONG)
def test_a_wrong_value_is_one_sentence_that_says_what_was_expected(
    option: str, site: Crawl
) -> None:
    value, sentence = WRONG[option]

    done = site.call("export", f"{option}={value}" if option[1] == "-" else f"{option}{value}")

    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--format", "parquet"], "--format parquet: expected -o FILE.parquet with it"),
        (["-o", "x.xlsx.gz"], "expected a name that ends with .xlsx, which is compressed"),
        (["-o", "x.sqlite", "--fields", "id"], "--fields: expected a format with columns"),
        (["-o", "x.sqlite", "--events"], "--events: expected jsonl, csv, xlsx or parquet"),
        (["-o", "x.sqlite", "--changed-since", "1"], "for sqlite, which keeps its own"),
    ],
)
def test_what_a_format_cannot_do_is_refused(
    options: list[str], sentence: str, site: Crawl
) -> None:
    done = site.call("export", *options)

    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr


def test_a_database_is_brought_up_to_date(site: Crawl, current: Lines, tmp_path: Path) -> None:
    path = tmp_path / "articles.sqlite"

    shown = [site.call("export", "-o", str(path)).stderr for _ in range(2)]

    seq = max(line["seq"] for line in current)
    assert (
        shown == [f"{path}: {len(current)} articles up to seq {seq}; chosen: all articles\n"] * 2
    )


def test_the_end_names_what_was_chosen_and_that_nothing_was_found(site: Crawl) -> None:
    some = site.call("export", "--country", "ng", "--section", "security")
    none = site.call("export", "--organisation", "ecowas", "--until", "1999")

    assert (some.returncode, none.returncode, none.stdout) == (0, 0, "")
    assert "; chosen: section Security, country Nigeria (NG)\n" in some.stderr
    assert "standard output: no article was found up to seq" in none.stderr
    assert "; chosen: organisation ECOWAS, published before 2000-01-01" in none.stderr


def test_a_folder_is_no_file_to_write(site: Crawl, tmp_path: Path) -> None:
    done = site.call("export", "--format", "csv", "-o", str(tmp_path))

    assert done.returncode == 2
    assert f"-o: expected a file to write, found {tmp_path}, which is a folder" in done.stderr


@pytest.mark.parametrize(
    ("command", "option", "name"),
    [
        (["export", "-o"], "-o", "articles.csv"),
        (["export", "-o"], "-o", "articles.sqlite"),
        (["overview", "-o"], "-o", "page.html"),
        (["backup"], "FILE", "backup.tar"),
        (["doctor", "--bundle"], "--bundle", "site.tar.gz"),
    ],
    ids=["csv", "sqlite", "overview", "backup", "bundle"],
)
def test_no_command_makes_the_folder_of_a_file(
    command: list[str], option: str, name: str, site: Crawl, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    new, wrong = tmp_path / "new folder", tmp_path / "file"

    to_new, to_wrong, to_folder = (
        site.call(*command, str(path)) for path in (new / name, wrong / name, tmp_path)
    )

    assert (to_new.returncode, to_wrong.returncode, to_folder.returncode) == (2, 2, 2)
    expected = f"{option}: expected a folder for {name}, found"
    assert (
        f"{expected} none at {new}: mend the name, or make it: mkdir -p '{new}'" in to_new.stderr
    )
    assert f"{expected} {wrong}, which is no folder" in to_wrong.stderr
    assert "which is a folder" in to_folder.stderr or "that ends in .html" in to_folder.stderr
    assert list(tmp_path.iterdir()) == [wrong]


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2026", "2026", ("2026-01-01T00", "2027-01-01T00")),
        ("2026-03", "2026-03", ("2026-03-01T00", "2026-04-01T00")),
        ("2026-02-28", "2026-02-28", ("2026-02-28T00", "2026-03-01T00")),
        ("last-month", "last-month", ("2026-10-01T00", "2026-11-01T00")),
        ("this-month", "today", ("2026-11-01T00", "2026-11-29T00")),
        ("last-week", "last-week", ("2026-11-16T00", "2026-11-23T00")),
        ("7d", "yesterday", ("2026-11-21T12", "2026-11-28T00")),
    ],
)
def test_a_time_is_as_people_write_it(since: str, until: str, expected: tuple[str, str]) -> None:
    chosen = read_selection({"since": since, "until": until}, NOW)

    assert tuple(f"{moment:%Y-%m-%dT%H}" for moment in (chosen.since, chosen.until)) == expected


def test_a_range_ends_after_its_beginning() -> None:
    with pytest.raises(SettingError, match="expected a time and a later one"):
        read_selection({"since": "2026-03", "until": "2026-02"}, NOW)


def test_an_article_without_a_date_was_published_at_no_time() -> None:
    line = {"withdrawn_at": None, "published_at": None}

    assert Selection().has(line)
    assert not read_selection({"since": "2026"}, NOW).has(line)


def test_what_reads_no_further_ends_an_export(site: Crawl) -> None:
    command = " ".join(site.command("export", "--events"))
    status, shown = shown_on_terminal(
        ["sh", "-c", f"({command}; echo status $?) | head -1"], site.variables(), Path.cwd()
    )

    assert status == 0
    assert "Traceback" not in shown
    assert json.loads(shown.splitlines()[0].strip())["seq"] == 1


def test_ctrl_c_ends_it_without_a_traceback(site: Crawl) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's `&` ignores it
    try:
        process = subprocess.Popen(
            site.command("export", "--events"), env=site.variables(),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0, pipesize=4_096,
        )  # fmt: skip
    finally:
        signal.signal(signal.SIGINT, before)
    assert process.stdout is not None
    process.stdout.read(1)  # it writes, and waits where a pipe is full
    process.send_signal(signal.SIGINT)

    _, said = process.communicate(timeout=60)

    assert (process.returncode, said) == (130, b"")


@pytest.mark.parametrize(
    ("name", "typed", "meant"),
    [
        *(("country", text, "ci") for text in ("Côte d'Ivoire", "cote d’ivoire", "Ivory Coast")),
        ("country", "The Gambia", "gm"),
        ("country", "DR Congo", "cd"),
        ("country", "Níger", "ne"),
        ("organisation", "Cedeao", "ecowas"),
        ("organisation", "african union", "au"),
        ("agency", "reuters", "reuters"),
        ("agency", "Agence Anadolu", "anadolu"),
    ],
)
def test_a_name_is_known_however_it_is_typed(name: str, typed: str, meant: str) -> None:
    chosen = read_selection({name: [typed], "since": None, "until": None}, NOW)

    assert chosen.filters == {name: frozenset({meant})}


@pytest.mark.parametrize(
    ("name", "typed", "suggestion"),
    [
        ("country", "Gahna", "did you mean GH?"),
        ("country", "ZZ", "found 'ZZ'"),
        ("organisation", "ECOVAS", "did you mean ECOWAS?"),
        ("agency", "Ruters", "did you mean Reuters?"),
        ("category", "ghanna", "did you mean ghana?"),
        ("category", "burkina-fasso", "did you mean burkina-faso?"),
    ],
)
def test_a_misspelt_name_is_told_with_the_nearest(name: str, typed: str, suggestion: str) -> None:
    with pytest.raises(SettingError, match=re.escape(suggestion)):
        read_selection({name: [typed], "since": None, "until": None}, NOW)


@pytest.mark.parametrize(
    ("command", "given"),
    [
        ("export", ["-o", "one.csv", "-o", "two.csv"]),
        ("export", ["--since", "7d", "--since", "8d"]),
        ("overview", ["-o", "one.html", "-o", "two.html"]),
    ],
)
def test_a_value_that_is_given_twice_is_refused(
    command: str, given: list[str], site: Crawl
) -> None:
    done = site.call(command, *given)

    assert done.returncode == 2
    assert f"expected once, found {given[1]!r} and {given[3]!r}" in done.stderr
    assert not Path(given[3]).exists()
