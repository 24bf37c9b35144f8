"""The three promises, whatever editors, crashes and faults do in whatever order.

Hypothesis makes up the order. After every sound run the feeds are held against what the
replica knows to be true. ``DIPLONEWS_EXAMPLES=100`` tries so many, and others each time.
"""

import os
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from diplonews.demo import Replica
from diplonews.normalise.text import normalise_text
from tests.support.crawling import EXIT_STATUS, Crawl, Crawled
from tests.support.killing import doubled
from tests.support.mishaps import die_at_commit, die_at_rename
from tests.support.truth import SECTIONS, by_post_id

FILED = st.sampled_from([
    ["ghana"], ["security"], ["international", "security"], ["togo", "security"], ["politics"],
])  # fmt: skip
WHICH = st.integers(0, 1_000)
ENVIRONMENT = {
    "DIPLONEWS_WITHDRAW_SECONDS": "0",
    "DIPLONEWS_WITHDRAW_MOST": "1000",  # many at once: tests/test_withdrawals.py
    "DIPLONEWS_HOLD_SECONDS": "0",
    "DIPLONEWS_LOOK_SECONDS": "3600",
}


class Promises(RuleBasedStateMachine):
    """A site that is edited, and crawled by a crawler that dies now and then."""

    @initialize(seed=st.integers(1, 5))
    def begin(self, seed: int) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.replica = Replica(articles=20, seed=seed, page_size=5).__enter__()
        self.crawl = Crawl(self.replica.origin, Path(self.folder.name) / "var", ENVIRONMENT)
        self.is_failing = False
        self.found_by_recheck_only: set[int] = set()

    def teardown(self) -> None:
        if not hasattr(self, "replica"):
            return
        self.replica.heal()
        for section in SECTIONS:
            self.crawl(section)
        self._recheck_all()
        self.replica.__exit__()
        self.folder.cleanup()

    # What editors do.

    @rule(among=FILED)
    def publish(self, among: list[str]) -> None:
        self.replica.publish(among)

    @rule(which=WHICH, day=st.integers(0, 9_999))
    def edit(self, which: int, day: int) -> None:
        self.replica.edit(self._one(which), headline=f"Talks, day {day}")

    @rule(which=WHICH)
    def rename(self, which: int) -> None:
        self.replica.rename(self._one(which))

    @rule(which=WHICH)
    def withdraw(self, which: int) -> None:
        self.replica.withdraw(self._one(which))

    @rule(which=WHICH)
    def restore(self, which: int) -> None:
        gone = sorted(self.replica.wordpress.posts.keys() - self.replica.truth().keys())
        if gone:
            number = gone[which % len(gone)]
            self.replica.restore(number)
            self.found_by_recheck_only.add(number)

    def _one(self, which: int) -> int:
        public = sorted(self.replica.truth())
        return public[which % len(public)]

    # What happens to the site and to the crawler.

    @rule(status=st.sampled_from([404, 500, 503]), rate=st.sampled_from([0.3, 1.0]))
    def fail(self, status: int, rate: float) -> None:
        self.replica.heal()
        self.replica.fail(path="^/(?!robots)", status=status, rate=rate)
        self.is_failing = True

    @precondition(lambda self: self.is_failing)
    @rule()
    def heal(self) -> None:
        self.replica.heal()
        self.is_failing = False

    @rule(spider=st.sampled_from([*SECTIONS, "recheck"]), number=st.integers(1, 15))
    def die_in_a_commit(self, spider: str, number: int) -> None:
        self.crawl(spider, arrange=partial(die_at_commit, number))

    @rule(
        spider=st.sampled_from(SECTIONS),
        number=st.integers(1, 5),
        moment=st.sampled_from(["before", "after"]),
    )
    def die_in_a_publication(self, spider: str, number: int, moment: str) -> None:
        self.crawl(spider, arrange=partial(die_at_rename, number, moment))

    # What is promised.

    @rule(section=st.sampled_from(SECTIONS))
    def run(self, section: str) -> None:
        """Nothing is lost, nothing is doubled; and what is unchanged costs one request."""
        run = self.crawl(section)
        self._assert_honest(run)
        if run.status == 0:
            expected = self.replica.truth(section).keys() - self.found_by_recheck_only
            assert expected <= by_post_id(self.crawl.current(section)).keys()
            assert doubled(self.crawl.changes(section)) == 0
        if run.status == 0 and not self.is_failing:
            self.replica.clear_requests()
            again = self.crawl(section)
            assert again.verdict == "unchanged"
            assert [request.path for request in self.replica.requests] == ["/feed/"]

    @precondition(lambda self: not self.is_failing)
    @rule()
    def run_all_and_recheck(self) -> None:
        """Every edit, withdrawal and restoration is told after at most two rechecks."""
        if all(self.crawl(section).status == 0 for section in SECTIONS):
            self._recheck_all()

    def _recheck_all(self) -> None:
        runs = [self.crawl("recheck"), self.crawl("recheck")]
        for run in runs:
            self._assert_honest(run)
        assert runs[-1].status == 0, runs[-1].log
        self.found_by_recheck_only.clear()
        for section in SECTIONS:
            truth = self.replica.truth(section)
            current = by_post_id(self.crawl.current(section))
            assert _headlines(current) == _headlines(truth)
            assert doubled(self.crawl.changes(section)) == 0
        assert self.crawl.call("verify").returncode == 0

    @staticmethod
    def _assert_honest(run: Crawled) -> None:
        assert run.status == EXIT_STATUS[run.verdict]
        assert "Traceback" not in run.log


def _headlines(articles: dict[int, Any]) -> dict[int, str]:
    return {number: normalise_text(of["headline"]) for number, of in articles.items()}


EXAMPLES = os.environ.get("DIPLONEWS_EXAMPLES", "")
TestPromises = Promises.TestCase
TestPromises.settings = settings(
    max_examples=int(EXAMPLES or 3),
    stateful_step_count=12,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    print_blob=bool(EXAMPLES),
    suppress_health_check=[HealthCheck.too_slow],
)
