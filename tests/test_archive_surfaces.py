"""What a surface lists is compared with what is known, on SQLite and PostgreSQL alike."""

from datetime import timedelta

from diplonews.archive import Archive
from diplonews.items import Listed
from tests.support.articles import NOW, SITE, article, begin

HOUR = timedelta(hours=1)


def listed(number: int, hours: int = 0, categories: tuple[int, ...] = (7,)) -> Listed:
    """Return an entry of REST: an article modified *hours* after ``NOW``."""
    return Listed(
        url=f"{SITE}/talks-{number}/",
        post_id=number,
        modified_at=NOW + hours * HOUR,
        categories=list(categories),
    )


def know(archive: Archive, *numbers: int) -> int:
    """Archive articles as read at ``NOW``; return the run's number."""
    run = begin(archive)
    for number in numbers:
        archive.articles.note(article(number, modified_at=NOW), run, ["security"])
    return run


def wanted(archive: Archive) -> list[str]:
    due = archive.pending.take(None, begin(archive), NOW, 100)
    return [item.url.removeprefix(SITE) for item in due]


class TestAPage:
    def test_what_was_modified_since_it_was_read_is_wanted(self, archive: Archive) -> None:
        run = know(archive, 1, 2)

        archive.surfaces.note_page("rest", [listed(2, hours=1), listed(1)], run, NOW)

        assert wanted(archive) == ["/talks-2/"]

    def test_what_has_other_categories_now_is_wanted(self, archive: Archive) -> None:
        run = know(archive, 1)
        archive.surfaces.note_page("rest", [listed(1)], run, NOW)

        archive.surfaces.note_page("rest", [listed(1, categories=(7, 9))], run, NOW)

        assert wanted(archive) == ["/talks-1/"]

    def test_a_page_that_never_shows_the_modification_is_asked_for_twice(
        self, archive: Archive
    ) -> None:
        run = know(archive, 1)
        asked = []
        for _ in range(4):
            archive.surfaces.note_page("rest", [listed(1, hours=1)], run, NOW)
            asked += wanted(archive)
            archive.articles.note(article(1, modified_at=NOW), run, ["security"])

        assert asked == ["/talks-1/"] * 2

    def test_its_end_is_unchanged_when_it_was_known_so(self, archive: Archive) -> None:
        run = know(archive, 1, 2)
        pages = [[listed(1), listed(2)]] * 2 + [[listed(1), listed(2, hours=1)]]

        noted = [archive.surfaces.note_page("rest", page, run, NOW) for page in pages]

        assert [page.is_end_unchanged for page in noted] == [False, True, False]
        assert [page.new_count for page in noted] == [2, 0, 0]

    def test_surfaces_are_told_apart(self, archive: Archive) -> None:
        run = know(archive, 1)

        archive.surfaces.note_page("rest", [listed(1)], run, NOW)

        assert (archive.surfaces.count("rest"), archive.surfaces.count("sitemap")) == (1, 0)


class TestTheWhole:
    def test_what_is_no_longer_listed_is_wanted_by_its_own_address(self, archive: Archive) -> None:
        archive.surfaces.note_page("rest", [listed(1), listed(2)], know(archive, 1, 2), NOW)
        later = begin(archive)
        archive.surfaces.note_page("rest", [listed(2)], later, NOW)
        archive.surfaces.note_found("rest", f"{SITE}/wp-json/wp/v2/posts", NOW)
        archive.surfaces.note_whole("rest", later, NOW)

        count = archive.surfaces.want_missing("rest", NOW, HOUR)

        assert count == 1
        assert wanted(archive) == ["/talks-1/"]

    def test_what_was_found_absent_a_moment_ago_is_not_asked_again(self, archive: Archive) -> None:
        run = know(archive, 1)
        archive.withdrawals.note_absence("diplomaticinfo:post:1", run, NOW)

        early = archive.surfaces.want_missing("rest", NOW + HOUR / 2, HOUR)
        later = archive.surfaces.want_missing("rest", NOW + HOUR, HOUR)

        assert (early, later) == (0, 1)

    def test_the_share_that_is_missing(self, archive: Archive) -> None:
        run = know(archive, 1, 2, 3, 4)
        archive.surfaces.note_page("rest", [listed(1)], run, NOW)

        assert archive.surfaces.missing_share("rest") == 0.75

    def test_an_article_is_listed_by_any_of_its_addresses(self, archive: Archive) -> None:
        run = begin(archive)
        read = article(1, canonical_url=f"{SITE}/other/", post_id=None)
        archive.articles.note(read, run, ["security"])
        entry = Listed(url=f"{SITE}/other", modified_at=NOW)

        archive.surfaces.note_page("sitemap", [entry], run, NOW)

        assert archive.surfaces.missing_share("sitemap") == 0.0


class TestWhatIsNotKnown:
    def test_only_of_our_categories_where_they_are_told(self, archive: Archive) -> None:
        run = begin(archive)
        entries = [listed(1, categories=(7,)), listed(2, categories=(8,))]
        archive.surfaces.note_page("rest", entries, run, NOW)

        count = archive.surfaces.want_unknown("rest", {7}, NOW, limit=10)

        assert count == 1
        assert wanted(archive) == ["/talks-1/"]

    def test_so_many_at_a_time_where_they_are_not(self, archive: Archive) -> None:
        run = begin(archive)
        entries = [listed(number, hours=number) for number in range(1, 6)]
        archive.surfaces.note_page("sitemap", entries, run, NOW)

        counts = [archive.surfaces.want_unknown("sitemap", None, NOW, limit=3) for _ in range(3)]

        assert counts == [3, 2, 0]

    def test_not_what_was_rejected_until_it_changes(self, archive: Archive) -> None:
        run = begin(archive)
        archive.surfaces.note_page("rest", [listed(1)], run, NOW)
        archive.pending.reject(f"{SITE}/talks-1/", run, "no headline", NOW)
        before = archive.surfaces.want_unknown("rest", {7}, NOW, limit=10)
        later = begin(archive)
        archive.surfaces.note_page("rest", [listed(1, hours=1)], later, NOW)

        after = archive.surfaces.want_unknown("rest", {7}, NOW, limit=10)

        assert (before, after) == (0, 1)


def test_the_categories_above_one_are_known_from_rest(archive: Archive) -> None:
    rows = [(1, "ecowas", 0), (2, "mali", 1), (3, "bamako", 2), (4, "ring", 5), (5, "gnir", 4)]
    archive.surfaces.note_terms([
        {"number": number, "slug": slug, "title": slug.title(), "parent": parent}
        for number, slug, parent in rows
    ])  # fmt: skip

    above = archive.surfaces.categories_above

    assert above(["bamako", "unheard-of"]) == [("mali", "Mali"), ("ecowas", "Ecowas")]
    assert above(["ring"]) == [("gnir", "Gnir")]
    assert above(["ecowas"]) == []
