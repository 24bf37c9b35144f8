"""All settings are checked once, all of them, wherever they come from."""

import re
from pathlib import Path

import pytest

from diplonews import settings
from diplonews.demo import Replica
from diplonews.setting_kinds import Contact, DatabaseUrl, Number, Origin, WholeNumber
from diplonews.setting_table import SETTINGS
from tests.support.crawling import Crawl

PROJECT = Path(__file__).parent.parent
NUMBERS = [setting.name for setting in SETTINGS if isinstance(setting.kind, WholeNumber)]
NO_NUMBERS = ["", " ", "-1", "1e3", "inf", "nan", " 5 ", "5\n", "٣", "1_0", "0x10", "1.5", "+5"]
NO_NUMBERS += ["9" * 5_000, "None", "True", "five"]


# Given by -s, and what is said of it.
WRONG = {
    "DIPLONEWS_SIET=x": "DIPLONEWS_SIET: expected a setting that there is, such as DIPLONEWS_SITE",
    "diplonews_var=x": "diplonews_var: expected a setting that there is, such as DIPLONEWS_VAR",
    "DIPLONEWS_VAR=~/var": "DIPLONEWS_VAR: expected the path of a folder, without ~",
    "DIPLONEWS_ARCHIVE=postgres://u:SECRET@h/x": "found 'postgres:…'",
    "DIPLONEWS_THEMES=no.where": "DIPLONEWS_THEMES: expected the path of an object of Python",
    "LOG_LEVEL=foo": "LOG_LEVEL: expected one of CRITICAL, ERROR,",
    "LOG_FILE=/nowhere/log": "LOG_FILE: expected a file to write to, found '/nowhere/",
    "LOG_FORMAT=%(x)s": "LOG_FORMAT: expected a format like",
    "LOG_ENCODING=utf-9": "LOG_ENCODING: expected an encoding like utf-8",
    "DOWNLOAD_DELAY=abc": "DOWNLOAD_DELAY: expected a number from 0 to 3600",
    "DOWNLOAD_TIMEOUT=0": "DOWNLOAD_TIMEOUT: expected a number from 1",
    "CONCURRENT_REQUESTS=0": "CONCURRENT_REQUESTS: expected a whole number from 1",
    "ROBOTSTXT_OBEY=maybe": "ROBOTSTXT_OBEY: expected one of 0, 1, True",
    "RETRY_HTTP_CODES=500,x": "RETRY_HTTP_CODES: expected a whole number",
    'EXTENSIONS={"no.where": 1}': "EXTENSIONS: expected the path of a class",
    "TWISTED_REACTOR=no.where": "TWISTED_REACTOR: expected one of twisted.internet.asyncio",
    "REFERRER_POLICY=none": "REFERRER_POLICY: expected one of no-referrer",
    "RETRY_EXCEPTIONS=builtins.OSError,no.where": "RETRY_EXCEPTIONS: expected the path of a class",
    "DIPLONEW_CONTACT=us@site.example": "such as DIPLONEWS_CONTACT",
    "SCHEDULER=no.where": "SCHEDULER: expected the path of a class, found 'no.where'",
    "USER_AGENT=a\nb": "USER_AGENT: expected text without line breaks",
    "DOWNLAOD_DELAY=5": "such as DOWNLOAD_DELAY",
}


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the sentence is made elsewhere
        WholeNumber(0, 100).read(text)


@pytest.mark.parametrize("text", ["", "inf", "nan", "1e3", "-0.1", "1.", ".5", "١.٥", "2,5"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        Number(0, 100).read(text)


@pytest.mark.parametrize(
    "text",
    ["https://site.example", "http://127.0.0.1:8000", "http://[::1]:80", "http://localhost"],
)
def test_what_is_an_origin_is_read(text: str) -> None:
    assert Origin().read(text) == text


def test_what_is_a_number_is_read() -> None:
    assert [WholeNumber(0, 100).read(text) for text in ("0", "100", "007")] == [0, 100, 7]
    assert [Number(0, 100).read(text) for text in ("0", "0.25", "100")] == [0, 0.25, 100]


@pytest.mark.parametrize(
    "text",
    ["", "site", "ftp://site.example", "http://[", "http://", "https://site.example/",
     "https://site.example:99999", "https://site.example:0", "https://user@site.example",
     "https://site.example\n", " https://site.example", "https://site.example?x", "https://a b",
     "https://site.example:", "HTTPS://site.example", "https://[1]", r"https://a\b", "https://ä.example"],
)  # fmt: skip
def test_what_is_no_origin_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        Origin().read(text)


@pytest.mark.parametrize(
    "text",
    ["sqlite://", "sqlite:///", "sqlite:///:memory:", "file::memory:", "sqlite:///file::memory:",
     "sqlite:///file:x?mode=memory&uri=true", "sqlite:///a.sqlite?mode=memory", "nonsense",
     "sqlite:///:memory:?cache=shared", "mysql://host/name", "oracle:///x", "sqlite://host/x",
     "postgres://u:SECRET@host/name", "postgresql://u:SECRET@host:port/name", "sqlite+x:///a"],
)  # fmt: skip
def test_a_database_that_does_not_last_or_is_not_known_is_refused(text: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        DatabaseUrl().read(text)

    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize("text", ["us", "us@", "a b@c", "us@site\nX: y", "http://", "@"])
def test_what_is_no_contact_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        Contact().read(text)


class TestTold:
    """By the real command line: exit status 2, and a sentence for each."""

    @pytest.mark.parametrize("command", ["crawl", "doctor", "verify", "why", "savepage", "demo"])
    def test_by_each_command_of_ours(self, command: str, crawl: Crawl, replica: Replica) -> None:
        crawl.environment = {"DIPLONEWS_HOLD_SECONDS": "1e3"}

        done = crawl.call(command, "-s", "DIPLONEWS_CAPTURE_DAYS=-1")

        assert done.returncode == 2
        assert done.stderr.splitlines() == [
            "DIPLONEWS_HOLD_SECONDS: expected a whole number from 0 to 31536000, found '1e3'",
            "DIPLONEWS_CAPTURE_DAYS: expected a whole number from 0 to 36500, found '-1'",
        ]
        assert done.stdout == ""
        assert replica.requests == []
        assert not crawl.var.exists()

    def test_of_a_command_line_each_in_a_line(self, crawl: Crawl) -> None:
        given = [part for name in WRONG for part in ("-s", name)]

        done = crawl("security", *given)

        lines = done.log.splitlines()
        assert done.status == 2
        assert len(lines) == len(WRONG)
        for sentence in WRONG.values():
            assert any(sentence in line for line in lines), sentence
        assert "SECRET" not in done.log
        assert not crawl.var.exists()

    def test_an_option_that_is_no_json(self, crawl: Crawl) -> None:
        done = crawl("security", "-s", "ITEM_PIPELINES=x", "-s", "FEEDS=[]")

        assert done.status == 2
        assert done.log.splitlines() == [
            "ITEM_PIPELINES: expected a JSON object, found 'x'",
            "FEEDS: expected a JSON object, found '[]'",
        ]

    def test_of_the_environment(self, crawl: Crawl) -> None:
        done = crawl("security", **dict.fromkeys(NUMBERS, "٣"))

        assert done.status == 2
        told = [
            line.partition(": expected a whole number from ")[0] for line in done.log.splitlines()
        ]
        assert told == NUMBERS

    def test_a_name_that_is_none_in_the_environment(self, crawl: Crawl) -> None:
        done = crawl("security", DIPLONEWS_CONTCT="us@site.example")

        assert done.status == 2
        assert done.log == (
            "DIPLONEWS_CONTCT: expected a setting that there is, such as DIPLONEWS_CONTACT\n"
        )

    def test_typos_of_arguments_come_before_a_missing_contact(self, crawl: Crawl) -> None:
        crawl.environment = {"DIPLONEWS_SITE": "https://site.invalid", "DIPLONEWS_CONTACT": ""}

        told = [crawl(*item) for item in (["secruity"], ["security", "-a", "x=y"], ["category"])]

        assert [item.status for item in told] == [2, 2, 2]
        assert "no spider 'secruity'" in told[0].log
        assert "unknown argument 'x'" in told[1].log
        assert "category: expected one of" in told[2].log

    def test_what_is_right_is_taken(self, crawl: Crawl) -> None:
        right = ["-s", "DOWNLOAD_DELAY=0.01", "-L", "WARNING", "-s", "RETRY_TIMES=0"]

        done = crawl("security", *right, "-s", "ROBOTSTXT_OBEY=False", DIPLONEWS_HOLD_SECONDS="0")

        assert (done.status, done.verdict) == (0, "ok")

    def test_scrapys_own_help_needs_no_right_setting(self, crawl: Crawl) -> None:
        crawl.environment = {"DIPLONEWS_HOLD_SECONDS": "x"}

        assert [crawl.call(item).returncode for item in ("list", "version")] == [0, 0]


@pytest.mark.parametrize("name", ["a?b#c%20d", "two words, it's “Kö” & x=y"])
def test_a_folder_may_have_any_characters_in_its_path(
    name: str, crawl: Crawl, tmp_path: Path
) -> None:
    crawl.var = tmp_path / name / "var"

    first, second = crawl("security"), crawl("security")

    assert (first.status, second.status) == (0, 0)
    assert (crawl.var / "archive.sqlite").exists()
    assert [setting.name for setting in tmp_path.iterdir()] == [name]
    assert crawl.call("verify").returncode == 0


def test_the_document_has_every_row_of_the_table() -> None:
    text = (PROJECT / "docs/operations.md").read_text()

    rows = [
        f"| `{of.name}` | {of.default_in_words or f'`{of.default}`'} | {of.meaning} |"
        for of in SETTINGS
    ]
    assert re.findall(r"^\| `DIPLONEWS_.*", text, re.MULTILINE) == rows


def test_every_setting_is_in_the_table_and_its_default_is_right() -> None:
    ours = {name for name in vars(settings) if name.startswith("DIPLONEWS_")}

    assert ours == {setting.name for setting in SETTINGS}
    for of in SETTINGS:
        of.kind.read(str(of.default))
