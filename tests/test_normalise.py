"""Printed text, dates, bylines and addresses come to one form, and stay in it."""

import unicodedata
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diplonews.errors import UnreadableError
from diplonews.items import Author
from diplonews.normalise.article_id import article_id
from diplonews.normalise.bylines import clean_authors, split_byline
from diplonews.normalise.dates import parse_date
from diplonews.normalise.digest import digest
from diplonews.normalise.names import fold
from diplonews.normalise.text import normalise_body, normalise_text
from diplonews.normalise.urls import alias_key, canonical_url, last_path_part

LAGOS = ZoneInfo("Africa/Lagos")
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PATHS = st.text(alphabet="ab-/%é2Ff. ?&=p", max_size=30)


class TestText:
    @pytest.mark.parametrize(
        ("printed", "expected"),
        [
            ("  Talks\n  reopen ", "Talks reopen"),
            ("a\u00a0b\u202fc\u2007d", "a b c d"),
            ("agree\u00adment", "agreement"),
            ("zero\u200bwidth\ufeff", "zerowidth"),
            ("e\u0301", "é"),
            ("nul\x00 and bell\x07", "nul and bell"),
            ("Tom &amp;amp; Ann", "Tom & Ann"),
            ("&#8220;text&#8221;", "“text”"),
            ("AT&T; R&D", "AT&T; R&D"),
            ("line\u2028separator", "line separator"),
            ("Curly ’ and – stay", "Curly ’ and – stay"),
            ("Ã©", "Ã©"),  # what looks like mojibake may be what was written
            ("🕊\ufe0f👩\u200d⚖\ufe0f", "🕊\ufe0f👩\u200d⚖\ufe0f"),
            ("lone \ud800", "lone \ufffd"),
            ("&lt;b&gt;", "<b>"),
        ],
    )
    def test_a_line_reads_as_a_browser_shows_it(self, printed: str, expected: str) -> None:
        assert normalise_text(printed) == expected

    @given(st.text())
    def test_normal_text_is_left_alone(self, printed: str) -> None:
        once = normalise_text(printed)

        assert normalise_text(once) == once
        assert unicodedata.is_normalized("NFC", once)
        once.encode()

    def test_a_body_keeps_its_blocks_and_drops_empty_ones(self) -> None:
        assert normalise_body("One\n more.\n\n\u200b\n\n\n Two.") == "One more.\n\nTwo."


class TestDates:
    @pytest.mark.parametrize(
        ("raw", "expected", "precision"),
        [
            ("2025-02-25T10:12:00+01:00", "2025-02-25T09:12:00", "second"),
            ("2025-02-25T09:12:00Z", "2025-02-25T09:12:00", "second"),
            ("2025-02-25T10:12:00+0100", "2025-02-25T09:12:00", "second"),
            ("2022-04-21 20:37:15", "2022-04-21T19:37:15", "second"),
            ("2022-04-22 02:37:18+00:00", "2022-04-22T02:37:18", "second"),
            ("Tue, 25 Feb 2025 09:12:00 +0000", "2025-02-25T09:12:00", "second"),
            ("February 25, 2025", "2025-02-24T23:00:00", "day"),
            ("October 7, 2023", "2023-10-06T23:00:00", "day"),
            ("21 April 2022", "2022-04-20T23:00:00", "day"),
            ("23/04/2022", "2022-04-22T23:00:00", "day"),
            ("2023-05-28", "2023-05-27T23:00:00", "day"),
            ("2023-05-28 09:41", "2023-05-28T08:41:00", "minute"),
            ("February 25, 2025 4:10 pm", "2025-02-25T15:10:00", "minute"),
            ("25 février 2025", "2025-02-24T23:00:00", "day"),
            ("1er mars 2025", "2025-02-28T23:00:00", "day"),
            ("25 de fevereiro de 2025", "2025-02-24T23:00:00", "day"),
            ("July 30, 2022 - Updated on August 2, 2022", "2022-07-29T23:00:00", "day"),
            ("3 years ago", "2023-11-23T12:00:00", "approximate"),
            ("16 hours ago", "2026-11-22T20:00:00", "approximate"),
            ("38 mins ago", "2026-11-23T11:22:00", "approximate"),
            ("il y a 2 jours", "2026-11-21T12:00:00", "approximate"),
            ("há 3 dias", "2026-11-20T12:00:00", "approximate"),
        ],
    )
    def test_a_date_is_read_in_the_sites_zone(
        self, raw: str, expected: str, precision: str
    ) -> None:
        moment = parse_date(raw, NOW, LAGOS)

        assert (moment.at.isoformat(), moment.precision) == (f"{expected}+00:00", precision)

    @pytest.mark.parametrize(
        "raw", ["", "12", "soon", "yesterday", "2025-13-45T00:00:00", "Mon, x"]
    )
    def test_anything_else_is_refused_by_name(self, raw: str) -> None:
        with pytest.raises(UnreadableError, match="expected a date like") as refusal:
            parse_date(raw, NOW, LAGOS)

        assert repr(raw) in str(refusal.value)

    @given(st.text(max_size=40))
    def test_no_text_is_anything_but_a_date_or_unreadable(self, raw: str) -> None:
        try:
            moment = parse_date(raw, NOW, LAGOS)
        except UnreadableError:
            return
        assert moment.at.tzinfo == UTC


class TestBylines:
    @pytest.mark.parametrize(
        ("byline", "names"),
        [
            ("", []),
            ("by Diplomatic Info", ["Diplomatic Info"]),
            ("By Ama Boateng and Rui Évora", ["Ama Boateng", "Rui Évora"]),
            ("Par Awa N’Diaye et Jean Diop", ["Awa N’Diaye", "Jean Diop"]),
            ("by Byron Andersen", ["Byron Andersen"]),
            ("by Ann, Ann", ["Ann"]),
        ],
    )
    def test_a_byline_gives_its_names(self, byline: str, names: list[str]) -> None:
        assert split_byline(byline) == names

    def test_linked_authors_are_never_split(self) -> None:
        linked = [Author(name="Smith and Sons", url="https://site.example/author/smith/")]

        assert clean_authors("by Smith and Sons", linked) == linked


class TestAddresses:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("https://site.example/talks/", "http://www.site.example/talks"),
            ("https://site.example/talks/", "https://SITE.example:443/talks/#comments"),
            ("https://site.example/talks/", "https://site.example/talks/?utm_source=x&fbclid=1"),
            ("https://site.example/c%c3%b4te/", "https://site.example/c%C3%B4te/"),
            ("https://site.example/c%C3%B4te/", "https://site.example/côte/"),
            ("https://site.example/a//b/", "https://site.example/a/b"),
        ],
    )
    def test_forms_of_one_address_share_a_key(self, one: str, other: str) -> None:
        assert alias_key(one) == alias_key(other)

    @pytest.mark.parametrize(
        "other", ["https://site.example/Talks/", "https://site.example/talks/2/",
                  "https://site.example/talks/?p=5", "https://other.example/talks/",
                  "https://site.example/a%2Fb/"],
    )  # fmt: skip
    def test_another_address_has_another_key(self, other: str) -> None:
        keys = {alias_key("https://site.example/talks/"), alias_key("https://site.example/a/b/")}

        assert alias_key(other) not in keys

    @given(PATHS)
    def test_a_canonical_url_stays_as_it_is(self, path: str) -> None:
        once = canonical_url(f"https://site.example/{path}")

        assert canonical_url(once) == once
        assert alias_key(f"https://{alias_key(once)}") == alias_key(once)

    def test_the_slug_is_the_same_on_every_page_of_a_listing(self) -> None:
        address = "https://site.example/category/ecowas/ghana/"

        assert last_path_part(address) == last_path_part(f"{address}page/12/") == "ghana"


class TestIdentity:
    def test_the_order_of_categories_is_no_revision(self) -> None:
        assert digest("h", "", "", "b", ["x", "y"]) == digest("h", "", "", "b", ["y", "x"])

    def test_words_moved_from_one_field_to_another_are_a_revision(self) -> None:
        assert digest("a b", "", "", "", []) != digest("a", "b", "", "", [])

    def test_an_id_without_a_post_id_is_the_same_for_every_form_of_the_address(self) -> None:
        forms = ["https://site.example/talks/", "http://www.site.example/talks"]

        assert len({article_id("diplomaticinfo", None, url) for url in forms}) == 1

    def test_names_are_compared_as_a_reader_would(self) -> None:
        assert fold("Cote D'Ivoire") == fold("CÔTE D’IVOIRE")
        assert fold("Niger") != fold("Nigeria")
