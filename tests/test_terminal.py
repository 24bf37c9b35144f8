"""What people see on a terminal of 80 columns: help, progress, the demo, `scrapy why`."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from diplonews.demo import Replica
from diplonews.extensions import progress
from diplonews.extensions.progress import Count, Progress
from tests.support.crawling import Crawl
from tests.support.forks import PROJECT
from tests.support.terminal import shown_on_terminal

COLUMNS = 80
# Colours, and what moves the cursor or wipes its line.
CONTROLS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def lines_of(shown: str) -> list[str]:
    """Return the lines that a terminal showed, without those that were wiped again."""
    return [CONTROLS.sub("", line.rpartition("\x1b[2K")[2]) for line in shown.split("\r\n")]


def spider_loader() -> SpiderLoader:
    from diplonews import settings  # not above: a crawl of a test is to read its own environment

    return SpiderLoader.from_settings(Settings(vars(settings)))


class TestHelp:
    def test_the_list_has_the_spiders_that_one_schedules(self, crawl: Crawl) -> None:
        listed = crawl.call("list").stdout.split()

        assert listed == ["category", "ecowas", "international", "recheck", "reparse", "security"]

    def test_every_spider_is_scheduled_or_brought_by_a_command(self) -> None:
        files = {path.stem for path in (PROJECT / "diplonews/spiders").glob("[!_]*.py")}
        commands = {path.stem for path in (PROJECT / "diplonews/commands").glob("[!_]*.py")}
        scheduled = set(spider_loader().list())

        assert files - scheduled == files & commands == {"doctor", "savepage"}

    def test_crawl_names_the_spiders_and_their_arguments(self, crawl: Crawl) -> None:
        crawl.environment = {"COLUMNS": str(COLUMNS)}

        shown = crawl.call("crawl", "-h").stdout

        loader = spider_loader()
        for name in loader.list():
            spider = loader.load(name)
            after = shown.partition(f"\n  {name} ")[2]
            assert after.partition("\n")[0].strip() == spider.purpose != ""
            for argument, (example, sentence) in spider.argument_help.items():
                assert re.search(
                    rf"-a {argument}={re.escape(example)} +{re.escape(sentence)}\n", after
                )
        assert [line for line in shown.splitlines() if len(line) > COLUMNS] == []

    @pytest.mark.parametrize("command", ["-h", "demo -h", "doctor -h", "verify -h", "why -h"])
    def test_no_help_wraps(self, command: str, crawl: Crawl) -> None:
        crawl.environment = {"COLUMNS": str(COLUMNS)}

        shown = crawl.call(*command.split()).stdout

        assert f"scrapy {command.split()[0]}".removesuffix(" -h") in shown
        assert [line for line in shown.splitlines() if len(line) > COLUMNS] == []

    @pytest.mark.parametrize("example", ["country=gh", "category=ghana", "backfill=yes"])
    def test_the_examples_of_the_help_are_accepted(self, example: str) -> None:
        loader = spider_loader()
        examples = {
            f"{argument}={value}"
            for name in loader.list()
            for argument, (value, _) in loader.load(name).argument_help.items()
        }

        for name in loader.list():
            spider = loader.load(name)
            spider.plan_of({argument: of for argument, (of, _) in spider.argument_help.items()})
        assert example in examples


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["country=gh", "category=togo"],
            "country='gh' and category='togo': expected a category of that country, which is "
            "'ghana'; leave out one of the two",
        ),
        (["category=togo", "country=gh"], "which is 'ghana'"),
        (["country=TG", "category=ecowas"], "country='tg' and category='ecowas'"),
        (["country=gh", "category=tgo"], "no ECOWAS category for category='tgo'"),
        (["country=zz", "category=togo"], "no ECOWAS category for country='zz'"),
    ],
)
def test_what_is_wrong_with_two_arguments_is_told(
    arguments: list[str], sentence: str, crawl: Crawl
) -> None:
    options = [part for argument in arguments for part in ("-a", argument)]

    run = crawl("ecowas", *options)

    assert run.status == 2
    assert sentence in run.log
    assert not crawl.var.exists()


def test_the_last_line_of_a_run_has_no_plural_of_one(crawl: Crawl, replica: Replica) -> None:
    crawl("security")
    replica.publish(["security"])

    last = crawl("security").log.splitlines()[-1]

    assert "1 listing page, 1 article read, 1 change, 0 not read" in last


def shorten_minutes() -> None:
    """Arrange that the log tells of progress every half a second."""
    progress.LOG_SECONDS = 0.5


class TestProgress:
    @pytest.mark.parametrize("columns", [40, 80, 200])
    @pytest.mark.parametrize("count", [Count(), Count(99_999, 99_999, 9_999), Count(3, 1, 7_000)])
    def test_it_is_one_line_at_any_width(self, columns: int, count: Count) -> None:
        class Spider:
            name = "international"

        class Crawler:
            spider = Spider()

        console = Console(width=columns, force_terminal=True)
        shown = Progress(Crawler(), console)  # type: ignore[arg-type]
        shown.count = count

        lines = console.render_lines(shown._line())

        assert len(lines) == 1
        text = "".join(segment.text for segment in lines[0])
        assert text.startswith("international")
        assert ("…" in text) == (columns < COLUMNS)
        assert ("━" in text) == (columns >= COLUMNS)

    def test_a_terminal_shows_pages_read_and_pending_rate_and_time_left(
        self, replica: Replica, crawl: Crawl
    ) -> None:
        replica.fail("/", kind="slow", seconds=0.1)

        status, shown = shown_on_terminal(
            crawl.command("crawl", "international"), crawl.variables(), PROJECT
        )

        assert status == 0
        assert re.search(
            r"international .*[1-9]\d* pages? read, [1-9]\d* pending, \d+/min, \d+ s left", shown
        )
        assert "is ok:" in lines_of(shown)[-2]  # below it, and nothing of it is left

    def test_a_log_has_a_line_a_minute_without_a_bar(self, replica: Replica, crawl: Crawl) -> None:
        replica.fail("/", kind="slow", seconds=0.1)

        log = crawl("international", arrange=shorten_minutes).log

        assert "\x1b" not in log
        assert re.search(
            r"INFO international: \d+ pages? read, [1-9]\d* pending, \d+/min, \d+ s left\n", log
        )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Return the folder in which the demo was called, and the lines that it showed."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / "scrapy.cfg").write_text((PROJECT / "scrapy.cfg").read_text())
    variables = os.environ | {"PYTHONPATH": str(PROJECT), "DIPLONEWS_ARCHIVE": ""}
    command = [sys.executable, "-m", "scrapy", "demo", "--articles", "30"]
    status, shown = shown_on_terminal(command, variables, folder)
    assert status == 0, shown
    return folder, lines_of(shown)


class TestDemo:
    def test_it_ends_with_a_table_ten_lines_and_three_things_to_try(
        self, demo: tuple[Path, list[str]]
    ) -> None:
        _, lines = demo

        table = next(at for at, line in enumerate(lines) if line.startswith("┏"))
        sample = next(at for at, line in enumerate(lines) if line.startswith("The last line of"))
        to_try = lines.index("Three things to try:")

        assert [line.split()[1] for line in lines[table + 3 : table + 6]] == [
            "ecowas", "international", "security"
        ]  # fmt: skip
        assert table < sample < to_try
        assert [line[:3] for line in lines[sample + 1 : sample + 11]] == ['  "'] * 10
        assert lines[sample + 11] == ""
        assert [line[:2] for line in lines[to_try + 1 :]] == ["  "] * 3 + [""]

    def test_no_line_is_wider_than_the_terminal(self, demo: tuple[Path, list[str]]) -> None:
        folder, lines = demo
        python = sys.executable  # as long as where this test's environment lies

        wide = [line for line in lines if len(line.replace(python, "python")) > COLUMNS]

        assert wide == []
        assert str(folder) not in "\n".join(lines)

    @pytest.mark.parametrize("number", [0, 1, 2])
    def test_what_there_is_to_try_works_when_it_is_pasted(
        self, demo: tuple[Path, list[str]], number: int
    ) -> None:
        folder, lines = demo
        command = lines[lines.index("Three things to try:") + 1 + number]

        done = subprocess.run(
            command, shell=True, cwd=folder, capture_output=True, text=True, check=False,
            env=os.environ | {"PYTHONPATH": str(PROJECT)},
        )  # fmt: skip

        assert done.returncode == 0, done.stderr
        assert re.search(
            "Correction: the ministers|is live, revision 1|, 0 differences", done.stdout
        )

    def test_one_month_is_no_months(self, demo: tuple[Path, list[str]]) -> None:
        shown = "\n".join(demo[1])

        assert re.search(r"\((1 month|[02-9] months)\)", shown)
        assert "1 months" not in shown

    def test_a_crawl_that_fails_shows_the_end_of_its_log(self, tmp_path: Path) -> None:
        crawl = Crawl("http://127.0.0.1:1", tmp_path)
        crawl.environment = {"DIPLONEWS_LISTING_TEASERS": "1"}

        done = crawl.call("demo", "--articles", "6")

        assert done.returncode == 1
        assert "expected exit status 0, found 3" in done.stderr
        assert "(DIPLONEWS_LISTING_TEASERS), found more" in done.stderr
        assert "Three things to try" not in done.stdout


class TestWhy:
    def test_it_names_only_files_that_exist(
        self, new_replica: Callable[..., Replica], tmp_path: Path
    ) -> None:
        replica = new_replica(articles=60)
        crawl = Crawl(replica.origin, tmp_path / "var")
        crawl("ecowas", "-a", "country=gh")
        article_id = crawl.current("ecowas")[0]["id"]

        said = crawl.call("why", article_id).stdout
        month = next((crawl.var / "feeds/current/ecowas").glob("2*.jsonl"))
        month.unlink()
        without = crawl.call("why", article_id).stdout

        named = [Path(line.removeprefix("in ")) for line in said.splitlines() if line[:3] == "in "]
        assert named == [month]
        assert f"in {month}" not in without
        assert "not in the feed of ecowas yet: the next run of ecowas writes it" in without
