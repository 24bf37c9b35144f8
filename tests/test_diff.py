"""`scrapy diff`: what was edited, word by word, in an article or in all of them."""

import json
import re
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from diplonews.archive import Archive
from diplonews.archive.history import PastEvent
from diplonews.demo import Replica
from diplonews.edit_lines import edits
from diplonews.happenings import history_lines, listed_line
from diplonews.items import CategoryName
from diplonews.printing import STEERING
from tests.support.articles import NOW, article, begin
from tests.support.crawling import AT_ONCE, Crawl
from tests.support.forks import PROJECT
from tests.support.terminal import shown_on_terminal


@dataclass
class Edited:
    """A crawled site on which articles were edited, withdrawn and filed elsewhere."""

    crawl: Crawl
    edited: int
    moved: int
    withdrawn: int  # and restored
    quiet: int


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Edited:
    with Replica(articles=40) as replica:
        crawl = Crawl(replica.origin, tmp_path_factory.mktemp("diff") / "var", AT_ONCE)
        assert crawl("security").verdict == "ok"
        edited, moved, withdrawn, quiet, *_ = replica.truth("security")
        replica.edit(edited, headline="Talks end in Accra", paragraph="One (more).")
        replica.recategorise(moved, ["ghana"])
        replica.withdraw(withdrawn)
        assert [crawl("recheck").verdict for _ in range(2)] == ["ok", "ok"]
        replica.edit(edited, headline="Talks end at last in Accra")
        replica.restore(withdrawn)
        assert crawl("recheck").verdict == "ok"
    return Edited(crawl, edited, moved, withdrawn, quiet)


def shown(site: Edited, *arguments: object, status: int = 0) -> str:
    done = site.crawl.call("diff", *map(str, arguments))
    assert done.returncode == status, done.stdout + done.stderr
    assert "\x1b" not in done.stdout
    return done.stdout


class TestOneArticle:
    def test_its_revisions_are_shown_with_the_words_marked(self, site: Edited) -> None:
        (line,) = (
            line for line in site.crawl.current("security") if line["post_id"] == site.edited
        )

        for asked in (line["url"], line["id"], site.edited):
            told = shown(site, asked)

            assert f"{line['id']} is live, revision 3: Talks end at last in Accra\n" in told
            assert re.search(r"\nheadline: \[-.+-\] \{\+Talks end in Accra\+\}\n", told)
            assert "\nheadline: Talks end {+at last+} in Accra\n" in told
            assert "\n    {+One (more).+}\n" in told
            assert " paragraphs are the same\n" in told

    def test_a_revision_is_compared_with_the_one_before_or_with_another(
        self, site: Edited
    ) -> None:
        last, both = shown(site, site.edited, 3), shown(site, site.edited, 1, 3)
        back = shown(site, site.edited, 3, 1)

        assert "{+at last+}" in last
        assert "(more)" not in last
        assert "{+Talks end at last in Accra+}" in both
        assert "{+One (more).+}" in both
        assert "[-One (more).-]" in back

    def test_what_was_withdrawn_restored_or_filed_elsewhere_is_said(self, site: Edited) -> None:
        returned, moved = shown(site, site.withdrawn), shown(site, site.moved)

        assert re.search(r"withdrawn, .*: the site no longer serves it\n", returned)
        assert re.search(r"restored, .*: the site serves it again\n", returned)
        assert "filed in ecowas instead of" in moved
        assert "{+ghana (Ghana)+}" in moved
        assert "[-security-]" in moved

    def test_an_article_without_edits_has_its_first_reading_alone(self, site: Edited) -> None:
        _head, created = shown(site, site.quiet).splitlines()

        assert " created, revision 1 (event " in created

    def test_json_has_the_old_and_the_new_values(self, site: Edited) -> None:
        told = json.loads(shown(site, "--json", site.edited))

        first, second, third = told["events"]
        assert [first["event"], first["changed"]] == ["created", []]
        assert second["now"]["headline"] == third["before"]["headline"] == "Talks end in Accra"
        assert second["now"]["body"].startswith(second["before"]["body"])
        assert told["revision"] == third["revision"] == 3

    def test_an_unknown_address_and_revision_are_told_as_why_tells_them(
        self, site: Edited
    ) -> None:
        address = "https://site.example/never-heard-of/"
        why = site.crawl.call("why", address)

        assert shown(site, address, status=why.returncode) == why.stdout.replace(
            "newest capture: none\n", ""
        )
        assert "found revision 7" in shown(site, site.edited, 7, status=3)
        assert "found revision 0" in shown(site, site.edited, 0, status=3)
        assert json.loads(site.crawl.call("diff", "--json", address).stdout) == {}

    @pytest.mark.parametrize(
        "arguments",
        [(), ("1", "2", "3", "4"), ("1", "two"), ("1", "--headlines"), ("",),
         ("--min-change", "2"), ("--min-change", "much"), ("--since", "soon")],
    )  # fmt: skip
    def test_wrong_arguments_are_told(self, arguments: tuple[str, ...], site: Edited) -> None:
        done = site.crawl.call("diff", *arguments)

        assert done.returncode == 2
        assert "expected" in done.stdout + done.stderr

    def test_colours_are_for_a_terminal(self, site: Edited) -> None:
        command = [sys.executable, "-m", "scrapy", "diff", str(site.edited), "3"]
        status, told = shown_on_terminal(command, site.crawl.variables(), PROJECT)

        assert status == 0
        assert re.search(r"\x1b\[[0-9;]*m\{\+at last\+\}\x1b\[0m", told)


class TestAllArticles:
    def test_every_edit_is_listed_with_its_kind(self, site: Edited) -> None:
        told = shown(site, "--since", "7d").splitlines()

        kinds = sorted(
            (int(match[1]), match[2])
            for line in told
            if (match := re.search(r":post:(\d+) (\w+), revision", line))
        )
        assert kinds == sorted([
            (site.edited, "updated"), (site.edited, "updated"), (site.moved, "updated"),
            (site.withdrawn, "withdrawn"), (site.withdrawn, "restored"),
        ])  # fmt: skip
        assert told[-1] == "5 changes of 3 articles"

    def test_only_headlines_or_large_edits_are_listed(self, site: Edited) -> None:
        headlines, large = shown(site, "--headlines"), shown(site, "--min-change", "0.1%")

        assert headlines.splitlines()[-1] == "2 changes of 1 article"
        assert ": Talks end {+at last+} in Accra\n" in headlines
        assert large.splitlines()[-1] == "1 change of 1 article"
        assert shown(site, "--min-change", "90%") == "0 changes of 0 articles\n"
        assert shown(site, "--since", "2025-03-05", "--headlines") == headlines

    def test_what_was_before_is_left_out(self, site: Edited) -> None:
        assert shown(site, "--since", "2999-01-01") == "0 changes of 0 articles\n"

    def test_json_has_them_without_bodies(self, site: Edited) -> None:
        told = json.loads(shown(site, "--json", "--headlines"))

        assert [row["headline"] for row in told] == [
            "Talks end in Accra", "Talks end at last in Accra",
        ]  # fmt: skip
        assert told[1]["before"]["headline"] == "Talks end in Accra"
        assert "body" not in told[0]


def test_our_own_reading_is_no_edit(tmp_path: Path) -> None:
    crawl = Crawl("http://127.0.0.1:1", tmp_path / "var")
    archive = Archive.open(f"sqlite:///{tmp_path / 'archive.sqlite'}")
    run = begin(archive)
    archive.articles.note(article(), run, ["security"])
    again = article(headline="Talks 1, better read", digest="b" * 64)
    archive.articles.note_again(again, run, ["security"], NOW)
    archive.close()
    crawl.environment = {"DIPLONEWS_ARCHIVE": archive.name}

    told = crawl.call("diff", "--headlines").stdout
    of_article = crawl.call("diff", "1").stdout

    assert told.splitlines()[0] == "0 changes of 0 articles"
    assert told.splitlines()[1].startswith("1 change of our own reading left out")
    assert "read otherwise by us and not edited by the site" in of_article


HOSTILE = (
    "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "[bold]x[/bold]", "[/]", ":smile:", "\x00\x07\x9b2J",
    "\u202eesrever", "a\rb\nc", "\u2028", "=cmd()", "[-x-]", "{+y+}", "\u200f",
)  # fmt: skip


def test_words_of_a_page_steer_no_terminal(tmp_path: Path) -> None:
    """Whatever is archived: what pipelines take out today may be in an older line."""
    archive = Archive.open(f"sqlite:///{tmp_path / 'archive.sqlite'}")
    run = begin(archive)
    old, new = " ".join(HOSTILE), " ".join(reversed(HOSTILE))
    for number, text in enumerate((old, new), start=1):
        slug = CategoryName(slug=f"{text}{number}", title=text)
        reading = article(
            headline=text, body=f"{text}\n\n{text} {number}", digest=f"{number}" * 64,
            tags=[text, f"{number}{text}"], categories=[slug],
        )  # fmt: skip
        reading.fetched_at = NOW + timedelta(hours=number)
        archive.articles.note(reading, run, ["security"])
    archive.close()
    variables = Crawl("http://127.0.0.1:1", tmp_path / "var").variables()
    variables |= {"DIPLONEWS_ARCHIVE": archive.name}

    for arguments in (["1"], ["--since", "2020"], ["--headlines"]):
        command = [sys.executable, "-m", "scrapy", "diff", *arguments]
        status, told = shown_on_terminal(command, variables, PROJECT)

        ours = re.sub(r"\x1b\[[0-9;]*m|\r?\n", "", told)
        assert status == 0, told
        assert STEERING.search(ours) is None
        assert "\x1b[31mred" not in told
        assert r"\x1b[31mred" in ours
        assert "[bold]x[/bold]" in ours
        assert ":smile:" in ours


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ("One two.", "One three.", ["One [-two.-] {+three.+}"]),
        ("A.\n\nB is gone.\n\nC.", "A.\n\nC.", ["A.", "[-B is gone.-]", "C."]),
        ("A.\n\nC.", "A.\n\nB.\n\nB 2.\n\nC.", ["A.", "{+B.+}", "{+B 2.+}", "C."]),
        ("A. B.", "A.\n\nB.", ["A. {+¶+}", "B."]),
        ("A.\n\nB.", "A. B.", ["A. [-¶-]", "B."]),
        ("", "A b.\n\nC.", ["{+A b.+}", "{+C.+}"]),
        ("a b c d\n\ne f g", "v w x y z", ["[-a b c d-]", "[-e f g-]", "{+v w x y z+}"]),
        ("1\n\n2\n\n3\n\n4", "1\n\n2\n\n3\n\n5",
         ["… 2 paragraphs are the same", "3", "[-4-]", "{+5+}"]),
        ("w " * 99 + "x", "w " * 99 + "y", [
            f"{'w ' * 25}… 49 words … {'w ' * 25}[-x-] {{+y+}}"]),
    ],
)  # fmt: skip
def test_the_marks_of_a_body(before: str, now: str, told: list[str]) -> None:
    head, *lines = edits({"body": before}, {"body": now})

    assert "".join(piece.text for piece in head) == "body:"
    assert ["".join(piece.text for piece in line).strip() for line in lines] == told


def test_lists_are_compared_by_their_members() -> None:
    old = {"tags": ["one", "two three"], "categories": [{"slug": "mali", "title": "Mali"}]}
    new = {"tags": ["two three", "four"], "categories": None}

    told = ["".join(piece.text for piece in line) for line in edits(old, new)]

    assert told == ["categories: [-mali (Mali)-]", "tags: [-one-]; two three; {+four+}"]


def test_what_is_forgotten_is_said_and_shows_no_words() -> None:
    line = {"headline": None, "body": None, "sections": []}
    created = PastEvent(1, 1, NOW, "created", "x:post:1", 1, {}, line)
    forgotten = created._replace(seq=2, kind="forgotten")

    told = [
        "".join(piece.text for piece in line)
        for line in [*history_lines(iter([created, forgotten]), None), listed_line(forgotten)]
    ]

    assert told[1].endswith(
        "forgotten, revision 1 (event 2): its words were erased from the archive"
    )
    assert len(told) == 3
