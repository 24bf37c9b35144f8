"""What is decided about an article on its way to the archive, step by step and without a crawl."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from scrapy.settings import BaseSettings

from diplonews.items import Article, Author, CategoryName, Image
from diplonews.normalise.dates import MOST_AHEAD
from diplonews.pipelines import (
    Check,
    Date,
    Enrich,
    Identify,
    Normalise,
    Rejected,
    Waiting,
    feeds_of,
    reason_to_reject,
    reason_to_wait,
)
from diplonews.runs.run import Run
from diplonews.runs.trouble import Kind
from tests.support.articles import NOW, SITE, article

SECOND = timedelta(seconds=1)


def read(**values: object) -> Article:
    """Return an article as its page was read, before any step."""
    made: dict[str, object] = {"url": f"{SITE}/talks/", "fetched_at": NOW, "headline": "Talks"}
    return Article(**(made | values))  # type: ignore[arg-type]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    begun = Run.begin(BaseSettings({"DIPLONEWS_VAR": str(tmp_path)}), "security", {})
    yield begun
    begun.archive.close()
    begun.lock.release()


class TestNormalise:
    def test_each_text_is_brought_to_one_form(self) -> None:
        image = Image(url=f"{SITE}/a.jpg", caption=" A  hall ", credit=" P ", alt=" The  hall ")
        done = Normalise().process_item(
            read(
                headline="Talks \n reopen",
                standfirst=" At  last ",
                byline_raw="By  Ama Boateng",
                body="One  two.\n\nThree.",
                site_notice=" For  readers ",
                image_caption=" A  hall ",
                image_credit=" P ",
                images=[image],
                crossheads=["Why  now", " "],
                tags=["", " Trade "],
                sources=[" AFP ", ""],
                categories=[CategoryName(slug="mali", title=" Mali ")],
            )
        )

        assert (done.headline, done.standfirst, done.body) == (
            "Talks reopen", "At last", "One two.\n\nThree.",
        )  # fmt: skip
        assert (done.image_caption, done.image_credit) == ("A hall", "P")
        assert (image.caption, image.credit, image.alt) == ("A hall", "P", "The hall")
        assert (done.crossheads, done.tags, done.sources) == (["Why now"], ["Trade"], ["AFP"])
        assert (done.categories[0].title, done.site_notice) == ("Mali", "For readers")
        assert ([author.name for author in done.authors], done.word_count) == (["Ama Boateng"], 3)


class TestDate:
    @pytest.mark.parametrize(
        ("printed", "given", "precision"),
        [
            ("2026-11-20T10:00:00+01:00", "", "second"),
            ("20 November 2026 10:00", "", "minute"),
            ("20 November 2026 10:00", "latest", "latest"),
            ("21 November 2026", "latest", "latest"),
            ("2026-11-20T10:00:00+01:00", "latest", "second"),
        ],
    )
    def test_a_printed_date_may_be_the_one_of_a_modification(
        self, printed: str, given: str, precision: str
    ) -> None:
        done = Date().process_item(read(published_raw=printed, published_precision=given))

        assert done.published_at is not None
        assert (done.published_at.date().isoformat(), done.published_precision) == (
            "2026-11-20", precision,
        )  # fmt: skip

    def test_one_that_cannot_be_read_is_told_and_the_article_kept(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.WARNING):
            done = Date().process_item(
                read(published_raw="one fine day", modified_raw="2026-11-21T10:00:00Z")
            )

        assert done.published_at is None
        assert done.modified_at == datetime(2026, 11, 21, 10, tzinfo=UTC)
        assert [record.getMessage().partition(": ")[0] for record in caplog.records] == [done.url]


class TestIdentify:
    def test_the_page_names_the_categories_and_else_the_listing(self) -> None:
        named = [CategoryName(slug="politics", title="Politics")]

        on_page = Identify().process_item(read(categories=named, found_in="mali"))
        in_listing = Identify().process_item(read(found_in="mali"))
        nowhere = Identify().process_item(read(found_in="of-no-site"))

        assert (on_page.categories, on_page.sections) == (named, [])
        assert "categories" not in on_page.read_from
        assert in_listing.categories == [CategoryName(slug="mali", title="Mali")]
        assert (in_listing.sections, in_listing.read_from["categories"]) == (["ecowas"], "listing")
        assert (nowhere.categories, nowhere.sections) == ([], [])

    def test_its_address_is_the_one_that_it_declares_or_where_it_was_read(self) -> None:
        declared = Identify().process_item(read(canonical_url=f"{SITE}/home/"))
        silent = Identify().process_item(read())

        assert (declared.canonical_url, silent.canonical_url) == (
            f"{SITE}/home/", f"{SITE}/talks/",
        )  # fmt: skip
        assert declared.id != silent.id

    def test_a_number_is_its_id(self) -> None:
        assert Identify().process_item(read(post_id=7)).id == "diplomaticinfo:post:7"

    @pytest.mark.parametrize(
        "values",
        [
            {"headline": "Other"},
            {"standfirst": "Other"},
            {"body": "Other"},
            {"authors": [Author(name="Other")]},
            {"categories": [CategoryName(slug="other", title="Other")]},
        ],
    )
    def test_other_words_are_another_digest(self, values: dict[str, object]) -> None:
        assert Identify().process_item(read(**values)).digest != (
            Identify().process_item(read()).digest
        )

    def test_feeds_are_its_sections_and_categories_also_where_the_slug_is_a_strange_one(
        self,
    ) -> None:
        strange = [
            CategoryName(slug="mali-2", title="MALI"),
            CategoryName(slug="togo", title="Ghana"),
            CategoryName(slug="of-no-site", title="Of no site"),
        ]
        done = Identify().process_item(read(categories=strange))

        assert feeds_of(done) == {"ecowas", "mali", "togo", "of-no-site"}


class TestEnrich:
    def test_an_agency_is_the_dateline_s_before_the_credit_s_and_the_byline_s(self) -> None:
        body = "UNITED NATIONS (AP) — Envoys met."
        byline = {"byline_raw": "AFP"}

        found = [
            Enrich().process_item(read(**values)).agency
            for values in ({"body": body, **byline}, byline, {"sources": ["Reuters"]}, {})
        ]

        assert found == ["AP", "AFP", "Reuters", ""]

    def test_a_dateline_is_no_crosshead_and_no_word_of_the_body(self) -> None:
        body = "UNITED NATIONS (AP) — Envoys met."
        raw = Enrich().process_item(read(body=body)).dateline_raw

        done = Enrich().process_item(read(body=body, crossheads=[raw, "Why now"]))

        assert (done.crossheads, done.word_count, done.is_syndicated) == (["Why now"], 2, True)

    def test_a_category_of_one_country_names_it(self) -> None:
        done = Enrich().process_item(
            read(
                categories=[
                    CategoryName(slug=slug, title=slug.title()) for slug in ("mali", "ecowas")
                ]
            )
        )

        assert [(country.code, country.where) for country in done.countries] == [
            ("ML", "category")
        ]

    @pytest.mark.parametrize(
        ("published", "ecowas", "aes"),
        [
            (datetime(2022, 1, 1, tzinfo=UTC), ["ML"], []),
            (datetime(2026, 1, 1, tzinfo=UTC), [], ["ML"]),
        ],
    )
    def test_a_member_is_one_on_the_day_of_publication(
        self, published: datetime, ecowas: list[str], aes: list[str]
    ) -> None:
        done = Enrich().process_item(read(headline="Mali talks", published_at=published))

        assert (done.ecowas_members, done.aes_members) == (ecowas, aes)


class TestCheck:
    @pytest.mark.parametrize(
        ("published", "waits"),
        [
            (None, False),
            (NOW, False),
            (NOW + MOST_AHEAD, False),
            (NOW + MOST_AHEAD + SECOND, True),
            (NOW + timedelta(days=9), True),
            (NOW + timedelta(days=3650), True),
        ],
    )
    def test_a_date_of_publication_in_the_future_makes_it_wait(
        self, published: datetime | None, *, waits: bool
    ) -> None:
        why = reason_to_wait(
            article(published_at=published, published_raw="printed"), NOW + MOST_AHEAD
        )

        told = "expected a publication date up to 2026-11-25, found 'printed': it waits until then"
        assert why == told * waits

    @pytest.mark.parametrize(
        ("values", "why"),
        [
            ({}, ""),
            ({"published_at": None}, ""),
            ({"headline": ""}, "expected a headline, found none"),
            ({"published_at": datetime(1995, 1, 1, tzinfo=UTC)}, ""),
            (
                {
                    "published_at": datetime(1995, 1, 1, tzinfo=UTC) - SECOND,
                    "published_raw": "1994",
                },
                "expected a publication date from 1995-01-01 on, found '1994'",
            ),
        ],
    )
    def test_what_no_analyst_could_use_is_rejected(
        self, values: dict[str, object], why: str
    ) -> None:
        assert reason_to_reject(article(**values)) == why  # type: ignore[arg-type]

    def test_what_waits_stays_pending_and_what_is_rejected_does_not(self, run: Run) -> None:
        pages = [article(1), article(2), article(3)]
        pages[0].published_at = NOW + MOST_AHEAD
        pages[1].published_at = NOW + MOST_AHEAD + SECOND
        pages[2].headline = ""
        for page in pages:
            run.archive.addresses.want(page.url, NOW)
        check = Check(run)

        assert check.process_item(pages[0]) is pages[0]
        with pytest.raises(Waiting, match="it waits until then"):
            check.process_item(pages[1])
        with pytest.raises(Rejected, match="expected a headline, found none"):
            check.process_item(pages[2])

        unread = [item.url for item in run.archive.pending.unread(None)]
        assert unread == [pages[0].url, pages[1].url, pages[2].url]
        assert run.archive.pending.count() == 2
        assert [(item.kind, item.url) for item in run.troubles] == [
            (Kind.ARTICLE, pages[1].url), (Kind.REJECTED, pages[2].url),
        ]  # fmt: skip

    def test_without_a_run_nothing_is_kept_out(self) -> None:
        made = article(headline="")

        assert Check(None).process_item(made) is made
