"""Withdrawals: one by one as editors make them, and never many at once unasked."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from diplonews.archive import Archive
from diplonews.archive.withdrawals import WithdrawalLimits, WithdrawalResult
from diplonews.demo import Replica
from tests.support.articles import NOW, SITE, article, begin
from tests.support.crawling import AT_ONCE, Crawl, Crawled
from tests.support.feeds import change_lines
from tests.support.truth import by_post_id

HOUR = timedelta(hours=1)
LIMITS = WithdrawalLimits(HOUR, 5, 0.10)


def know(archive: Archive, *numbers: int) -> int:
    run = begin(archive)
    for number in numbers:
        archive.articles.note(article(number), run, ["security"])
    return run


def ids(*numbers: int) -> list[str]:
    return [f"diplomaticinfo:post:{number}" for number in numbers]


def miss(
    archive: Archive, *numbers: int, hours: float, run: int = 0, confirmed: list[str] | None = None
) -> tuple[int, int]:
    """Have a run find articles absent; return how many it withdrew and holds."""
    settled = settle(archive, *numbers, hours=hours, run=run, confirmed=confirmed)
    return len(settled.withdrawn), len(settled.held)


def settle(
    archive: Archive, *numbers: int, hours: float, run: int = 0, confirmed: list[str] | None = None
) -> WithdrawalResult:
    run, now = run or begin(archive), NOW + hours * HOUR
    for article_id in ids(*numbers):
        archive.withdrawals.note_absence(article_id, run, now)
    return archive.withdrawals.withdraw_absent(ids(*numbers), run, now, LIMITS, confirmed or [])


class TestAbsences:
    def test_only_another_run_after_the_wait_withdraws(self, archive: Archive) -> None:
        first = know(archive, 1)
        same_run = [miss(archive, 1, hours=n, run=first) for n in (0, 2)]
        second = begin(archive)

        found = [miss(archive, 1, hours=n, run=second) for n in (2, 3)]

        assert same_run == [(0, 0), (0, 0)]
        assert found == [(1, 0), (0, 0)]

    def test_one_run_withdraws_nothing_where_no_wait_is_set(self, archive: Archive) -> None:
        first = know(archive, 1)
        at_once = LIMITS._replace(wait=timedelta(0))

        withdrawn = []
        for run in (first, first, begin(archive)):
            archive.withdrawals.note_absence(ids(1)[0], run, NOW)
            settled = archive.withdrawals.withdraw_absent(ids(1), run, NOW, at_once)
            withdrawn.append([missing.id for missing in settled.withdrawn])

        assert withdrawn == [[], [], ids(1)]

    def test_too_soon_is_too_soon_for_another_run_also(self, archive: Archive) -> None:
        know(archive, 1)

        assert [miss(archive, 1, hours=n) for n in (0, 0.5)] == [(0, 0), (0, 0)]

    def test_found_again_in_between_begins_again(self, archive: Archive) -> None:
        run = know(archive, 1)
        miss(archive, 1, hours=0)
        archive.articles.note(article(1), run, ["security"])

        assert miss(archive, 1, hours=2) == (0, 0)

    def test_a_withdrawn_article_that_is_read_again_is_restored(self, archive: Archive) -> None:
        know(archive, 1)
        miss(archive, 1, hours=0)
        run = begin(archive)
        miss(archive, 1, hours=1, run=run)

        kind = archive.articles.note(article(1), run, ["security"])

        kinds = [line["event"] for line in change_lines(archive)]
        assert kind == "restored"
        assert kinds == ["created", "withdrawn", "restored"]

    def test_what_was_seen_last_is_asked_for_first_and_what_is_amiss_never(
        self, archive: Archive
    ) -> None:
        run = begin(archive)
        for number, hours in ((1, 0), (2, 3), (3, 1), (4, 3), (5, 9), (6, 8), (7, 7)):
            seen = article(number, fetched_at=NOW + hours * HOUR)
            archive.articles.note(seen, run, ["security"])
        miss(archive, 6, hours=10)
        miss(archive, 6, hours=11)  # withdrawn
        miss(archive, 7, hours=11)  # absent once

        every = archive.withdrawals.present([], 9)
        some = archive.withdrawals.present(ids(5, 4, 8), 2)

        assert [wanted.article_id for wanted in every] == ids(5, 2, 4, 3, 1)
        assert [tuple(wanted) for wanted in some] == [
            (f"{SITE}/talks-2/", "", ids(2)[0]),
            (f"{SITE}/talks-3/", "", ids(3)[0]),
        ]

    def test_how_many_articles_there_are_is_said_where_some_are_held(
        self, archive: Archive
    ) -> None:
        run = know(archive, *range(1, 11))
        settled = [
            archive.withdrawals.withdraw_absent(ids(1), run, NOW, LIMITS),
            settle(archive, *range(1, 7), hours=0),
            settle(archive, *range(1, 7), hours=1),
            settle(archive, hours=48),
        ]

        numbers = [(len(it.held), it.expected, it.live) for it in settled]
        assert numbers == [(0, 0, 0), (0, 6, 10), (6, 6, 10), (0, 0, 10)]


class TestLimits:
    @pytest.mark.parametrize(("then", "held"), [(-20, 1), (-40, 0), (21 * 24, 0)])
    def test_only_what_is_within_a_day_counts(
        self, then: float, held: int, archive: Archive
    ) -> None:
        """What was withdrawn while a clock was weeks ahead holds nothing for weeks."""
        know(archive, *range(1, 8))
        for _ in range(2):
            run = begin(archive)
            for number in range(1, 6):
                miss(archive, number, hours=then + 2 * _, run=run)

        miss(archive, 6, hours=0)

        assert miss(archive, 6, hours=2)[1] == held

    @pytest.mark.parametrize(
        ("live", "gone", "withdrawn", "held"),
        [(60, 5, 5, 0), (60, 6, 6, 0), (60, 7, 0, 7), (59, 6, 0, 6), (9, 5, 5, 0), (9, 9, 0, 9)],
    )
    def test_more_than_the_most_and_more_than_the_share_are_held(
        self, archive: Archive, live: int, gone: int, withdrawn: int, held: int
    ) -> None:
        know(archive, *range(1, live + 1))
        numbers = range(1, gone + 1)

        assert miss(archive, *numbers, hours=0) == (0, 0)
        assert miss(archive, *numbers, hours=1) == (withdrawn, held)
        assert len(archive.withdrawals.held()) == held

    def test_what_other_runs_withdrew_in_a_day_counts(self, archive: Archive) -> None:
        know(archive, *range(1, 41))
        miss(archive, 1, 2, 3, 4, hours=0)

        assert miss(archive, 1, 2, 3, 4, hours=1) == (4, 0)
        miss(archive, 5, 6, hours=20)
        assert miss(archive, 5, 6, hours=21) == (0, 2)
        assert miss(archive, 5, 6, hours=26) == (2, 0)  # the four are more than a day ago

    def test_what_is_gone_for_the_first_time_counts_too(self, archive: Archive) -> None:
        know(archive, *range(1, 10))
        miss(archive, 1, 2, hours=0)

        assert miss(archive, *range(1, 10), hours=1) == (0, 2)
        assert miss(archive, *range(1, 10), hours=2) == (0, 9)

    def test_what_answers_again_is_held_no_more_and_what_is_left_is_withdrawn(
        self, archive: Archive
    ) -> None:
        run = know(archive, *range(1, 10))
        miss(archive, *range(1, 10), hours=0)
        miss(archive, *range(1, 10), hours=1)
        for number in range(2, 10):
            archive.articles.note(article(number), run, ["security"])

        assert [item.url for item in archive.withdrawals.held()] == [f"{SITE}/talks-1/"]
        assert miss(archive, 1, hours=2) == (1, 0)
        assert archive.withdrawals.held() == []

    def test_what_is_confirmed_is_no_leave_for_later_ones(self, archive: Archive) -> None:
        know(archive, *range(1, 21))
        miss(archive, *range(1, 8), hours=0)
        miss(archive, *range(1, 9), hours=1)
        confirmed = [item.id for item in archive.withdrawals.held()]

        assert miss(archive, *range(1, 9), hours=2, confirmed=confirmed) == (7, 1)
        assert [item.id for item in archive.withdrawals.held()] == ids(8)


@pytest.fixture
def small(new_replica: Callable[..., Replica]) -> Replica:
    replica = new_replica(articles=4)
    for _ in range(9):
        replica.publish(["security"])
    return replica


@pytest.fixture
def watch(archive_url: str, small: Replica, tmp_path: Path) -> Crawl:
    own = {"DIPLONEWS_ARCHIVE": archive_url}
    crawl = Crawl(small.origin, tmp_path / "var", {**AT_ONCE, **own})
    assert crawl("security").status == 0
    return crawl


def kinds(run: Crawled) -> set[str]:
    return {trouble["kind"] for trouble in run.report["troubles"]}


def say_404_to_all_articles(replica: Replica) -> None:
    """Be a site that answers, lists nothing, and has no article any more."""
    for post in list(replica.truth()):
        replica.withdraw(post)


class TestASiteThatIsNotWell:
    def test_withdraws_nothing_until_a_person_confirms(self, watch: Crawl, small: Replica) -> None:
        live = by_post_id(watch.current("security")).keys()
        say_404_to_all_articles(small)

        runs = [watch("recheck") for _ in range(3)]
        kept = by_post_id(watch.current("security")).keys()
        confirmed = watch("recheck", "-a", "confirm=yes")

        assert [run.verdict for run in runs[1:]] == ["degraded", "degraded"]
        assert kept == live
        for run in runs[1:]:
            assert f"{len(live)} articles are held, and none of them is withdrawn" in run.log
            assert "`scrapy crawl recheck -a confirm=yes`" in run.log
            assert (
                sum(trouble["kind"] == "held" for trouble in run.report["troubles"])
                == len(live) + 1
            )
        assert watch.current("security") == []
        assert "held" not in kinds(confirmed)
        assert watch.call("verify").returncode == 0

    def test_is_believed_again_when_it_answers(self, watch: Crawl, small: Replica) -> None:
        live = list(small.truth())
        say_404_to_all_articles(small)
        held = [watch("recheck") for _ in range(2)][-1]
        for post in live:
            small.restore(post)

        after = watch("recheck")

        assert "held" in kinds(held)
        assert (after.status, kinds(after)) == (0, set())
        assert {line["event"] for line in watch.changes("security")} == {"created"}

    def test_confirming_asks_once_more(self, watch: Crawl, small: Replica) -> None:
        first, *rest = list(small.truth("security"))
        say_404_to_all_articles(small)
        for _ in range(2):
            watch("recheck")
        small.restore(first)

        watch("recheck", "-a", "confirm=yes")

        assert by_post_id(watch.current("security")).keys() == {first}
        gone = [line for line in watch.changes("security") if line["event"] == "withdrawn"]
        assert by_post_id(gone).keys() == set(rest)

    def test_confirming_where_nothing_is_held_withdraws_nothing(
        self, watch: Crawl, small: Replica
    ) -> None:
        say_404_to_all_articles(small)
        live = len(watch.current("security"))

        runs = [watch("recheck", "-a", "confirm=yes") for _ in range(2)]

        assert len(watch.current("security")) == live
        assert "held" in kinds(runs[1])  # found absent twice: held now, and not confirmed yet

    @pytest.mark.parametrize("value", ["maybe", "", "YES"])
    def test_another_word_than_yes_is_told_before_anything_is_asked(
        self, crawl: Crawl, replica: Replica, value: str
    ) -> None:
        done = crawl("recheck", "-a", f"confirm={value}")

        assert done.status == 2
        assert f"confirm: expected yes or no, found {value!r}" in done.log
        assert replica.requests == []


class TestAnAddressThatLeadsAstray:
    @pytest.mark.parametrize("place", ["/", "/category/international/", "/?s=talks"])
    def test_is_a_dead_one_where_others_are_read_well(
        self, crawl: Crawl, replica: Replica, place: str
    ) -> None:
        crawl.environment |= AT_ONCE
        crawl("security")
        dead = list(replica.truth("security"))[-3]
        path = f"^/{replica.wordpress.posts[dead].slug}/"
        replica.withdraw(dead)
        if place.startswith("/?s"):
            page = f"<html><body class='search'><p>{'Nothing. ' * 99}</p></body></html>"
            answer_with(replica, r"^/\?s=", page)
        replica.fail(path=path, kind="redirect", location=place)

        runs = [crawl("recheck") for _ in range(2)]

        assert [run.status for run in runs] == [0, 0]
        assert crawl.changes("security")[-1]["event"] == "withdrawn"
        assert dead not in by_post_id(crawl.current("security"))

    def test_shows_another_page_itself(self, crawl: Crawl, replica: Replica) -> None:
        crawl.environment |= AT_ONCE
        crawl("security")
        dead = list(replica.truth("security"))[-3]
        replica.withdraw(dead)
        path = f"^/{replica.wordpress.posts[dead].slug}/"
        answer_with(replica, path, replica._not_found().body.decode())

        runs = [crawl("recheck") for _ in range(2)]

        assert [run.status for run in runs] == [0, 0]
        assert dead not in by_post_id(crawl.current("security"))

    def test_says_nothing_where_all_of_them_do(self, crawl: Crawl, replica: Replica) -> None:
        crawl.environment |= AT_ONCE
        crawl("security")
        replica.withdraw(list(replica.truth("security"))[-3])
        replica.fail(path=r"^/(?!robots|feed|wp-|category|\?|$)", kind="redirect", location="/")

        runs = [crawl("recheck") for _ in range(2)]

        assert all(run.status in {3, 4} for run in runs)
        assert {line["event"] for line in crawl.changes("security")} == {"created"}

    def test_is_given_up_where_it_was_never_read(self, crawl: Crawl, replica: Replica) -> None:
        never_read = replica.publish(["security"], slug="never-read")
        replica.fail(path="^/never-read/", kind="redirect", location="/")

        first = crawl("security")

        assert first.status == 3
        assert never_read not in by_post_id(crawl.current("security"))


def answer_with(replica: Replica, path: str, body: str) -> None:
    """Have the replica answer 200 with *body* where a path matches."""
    fault = replica.fail(path=path, kind="page")
    from diplonews.demo.machine_answers import Answer

    fault.answer = lambda *_: Answer(200, body.encode())  # type: ignore[method-assign]
