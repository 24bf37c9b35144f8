"""What no editor meant to print costs little, breaks nothing and is not read as something else."""

import unicodedata
from datetime import UTC, datetime
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from diplonews.errors import UnreadableError
from diplonews.items import Author
from diplonews.normalise.bylines import clean_authors, split_byline
from diplonews.normalise.dates import parse_date, parse_machine_date
from diplonews.normalise.text import normalise_text
from diplonews.normalise.urls import alias_key, canonical_url

LAGOS = ZoneInfo("Africa/Lagos")
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

# Plain st.text() hardly ever spells an entity, nor one that only shows when something is dropped.
ENTITIES = ["&", "amp", "lt", ";", "\u037e", "&shy;"]
LETTERS = ["e", "=", "\u0301", "\u0338", "\u212b", "\u06cc", "\u200c", "\u200d", " ", "\n"]
PRINTED = st.one_of(
    *(st.lists(st.sampled_from(pieces), max_size=8).map("".join) for pieces in (ENTITIES, LETTERS))
)
PATHS = st.lists(st.sampled_from(["%", "%", "4", "%31", "%2f", "é", "?"]), max_size=6).map("".join)


class TestText:
    @given(PRINTED)
    @example("&am\u00adp;")
    @example("&amp\u037e")
    def test_normal_text_is_left_alone(self, printed: str) -> None:
        once = normalise_text(printed)

        assert normalise_text(once) == once
        assert unicodedata.is_normalized("NFC", once)

    def test_entities_within_entities_cost_no_more_than_their_length(self) -> None:
        nested = "&" + "amp;" * 500_000

        started = process_time()
        normalise_text(nested)

        assert process_time() - started < 5  # as many rounds as levels took hours

    @pytest.mark.parametrize(
        ("printed", "expected"),
        [
            ("?id=1&copy=2 &amp; more", "?id=1&copy=2 & more"),
            ("&notit; &amp;", "&notit; &"),
            ("&amp;amp;amp;", "&"),
            ("&amp;amp;amp;amp;amp;", "&amp;amp;amp;amp;amp;"),
            ("&am\u00adp;", "&"),
            ("co\u200coperation \u200dnow", "cooperation now"),
            ("می\u200cخواهم", "می\u200cخواهم"),
            ("क्\u200dष", "क्\u200dष"),
            ("a\u061cb", "ab"),
        ],
    )
    def test_a_line_reads_as_it_was_meant(self, printed: str, expected: str) -> None:
        assert normalise_text(printed) == expected


class TestDates:
    @pytest.mark.parametrize(
        ("raw", "expected", "precision"),
        [
            ("2025-02-25T10:12", "2025-02-25T09:12:00", "minute"),
            ("2025-02-25T10:12:00.250+01:00", "2025-02-25T09:12:00.250000", "second"),
            ("2025-02-25", "2025-02-24T23:00:00", "day"),
            ("Tue, 25 Feb 2025 09:12:00 -0000", "2025-02-25T09:12:00", "second"),
            ("25 Feb 2025 09:12 +0000", "2025-02-25T09:12:00", "minute"),
        ],
    )
    def test_a_machine_date_is_as_exact_as_it_says(
        self, raw: str, expected: str, precision: str
    ) -> None:
        moment = parse_machine_date(raw, LAGOS)

        assert (moment.at.isoformat(), moment.precision) == (f"{expected}+00:00", precision)

    @pytest.mark.parametrize("raw", ["25 février 2025 à 16h10", "25 février 2025 16 h 10 min"])
    def test_a_french_clock_is_read_to_the_minute(self, raw: str) -> None:
        moment = parse_date(raw, NOW, LAGOS)

        assert (moment.at, moment.precision) == (
            datetime(2025, 2, 25, 15, 10, tzinfo=UTC),
            "minute",
        )

    @pytest.mark.parametrize(
        "raw", ["Tue, 25 Feb 99999999999999999999 09:12:00 +0000", "2025-W08-2", "20250225T1012",
                "0001-01-01T00:00:00", "9999-12-31T23:59:59-23:59", "٢٠٢٥-02-25"],
    )  # fmt: skip
    def test_a_date_no_page_prints_is_refused(self, raw: str) -> None:
        with pytest.raises(UnreadableError, match="expected a date"):
            parse_machine_date(raw, LAGOS)

    @given(st.text(alphabet="0123456789-:+TZ ,.MonFebGMT٣", max_size=34))
    def test_no_text_is_anything_but_a_machine_date_or_unreadable(self, raw: str) -> None:
        try:
            moment = parse_machine_date(raw, LAGOS)
        except UnreadableError:
            return
        assert moment.at.tzinfo == UTC


class TestBylines:
    @pytest.mark.parametrize(
        ("byline", "names"),
        [
            ("De Klerk Botha", ["De Klerk Botha"]),
            ("de Souza", ["de Souza"]),
            ("by John E Smith", ["John E Smith"]),
            ("Por Ana Lima e Rui Évora", ["Ana Lima", "Rui Évora"]),
            ("BY AMA MENSAH AND JEAN DIOP", ["AMA MENSAH", "JEAN DIOP"]),
            ("By Ann, Ben & Cas", ["Ann", "Ben", "Cas"]),
            ("by Ann, Ben, and Cas", ["Ann", "Ben", "Cas"]),
            ("by Ann,", ["Ann"]),
            ("by Ann and", ["Ann"]),
        ],
    )
    def test_no_part_of_a_name_is_taken_for_a_word_between_names(
        self, byline: str, names: list[str]
    ) -> None:
        assert split_byline(byline) == names

    def test_an_author_linked_twice_keeps_the_link(self) -> None:
        linked = [Author(name="Ann", url="https://site.example/author/ann/"), Author(name=" Ann")]

        assert clean_authors("", linked) == linked[:1]


class TestAddresses:
    @given(PATHS)
    @example("%4%31")
    def test_a_canonical_url_stays_as_it_is(self, path: str) -> None:
        once = canonical_url(f"https://site.example/{path}")

        assert canonical_url(once) == once
        assert alias_key(f"https://{alias_key(once)}") == alias_key(once)

    def test_the_address_of_a_host_without_a_name_stays_an_address(self) -> None:
        assert canonical_url("http://[::1]:8000/talks/") == "http://[::1]:8000/talks/"

    def test_a_query_has_one_encoding_too(self) -> None:
        forms = ["?q=%c3%b4&p=5", "?q=%C3%B4&p=5", "?q=ô&p=5", "?utm%5Fsource=x&q=ô&p=5"]

        keys = {alias_key(f"https://site.example/{form}") for form in forms}

        assert keys == {"site.example?q=%C3%B4&p=5"}
