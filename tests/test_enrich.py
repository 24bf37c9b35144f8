"""Datelines, agencies, countries and language: cases written by hand, and any text at all."""

import json
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from diplonews.infer import language
from diplonews.infer.agencies import AGENCIES, agency_of_authors, split_notice
from diplonews.infer.countries import AES, ECOWAS, countries_in, members
from diplonews.infer.datelines import split_dateline
from diplonews.infer.language import language_of
from diplonews.infer.organisations import organisations_in
from diplonews.infer.passages import read_passages
from diplonews.items import Article, Author
from diplonews.pipelines import Enrich

CASES = Path(__file__).parent / "cases"
SUBJECTS = ("agencies", "countries", "datelines", "organisations")
PRINTED = st.text(alphabet=st.sampled_from("ABUJA Reuters(–—-,./:) NATO\n\n 3 mars Dakar Niger"))


def cases(subject: str) -> list[Any]:
    lines = (CASES / f"{subject}.jsonl").read_text().splitlines()
    return [pytest.param(case, id=_named(case)) for case in map(json.loads, lines)]


def _named(case: dict[str, Any]) -> str:
    text = case.get("headline") or case["body"] or "nothing"
    return f"{text[:40]!r}{case.get('authors') or ''}"


def test_there_are_four_hundred_cases_and_half_of_them_are_traps() -> None:
    written = [case.values[0] for subject in SUBJECTS for case in cases(subject)]

    assert len(written) >= 400
    assert sum("trap" in case for case in written) >= len(written) / 2


@pytest.mark.parametrize("case", cases("datelines"))
def test_a_dateline_is_split_from_the_text(case: dict[str, Any]) -> None:
    dateline, rest = split_dateline(case["body"])

    found = (dateline.raw, dateline.place, dateline.country)
    assert found == (case["raw"], case["place"], case["country"])
    assert rest.startswith(case["rest"])


@pytest.mark.parametrize("case", cases("agencies"))
def test_an_agency_is_named_by_its_credit_alone(case: dict[str, Any]) -> None:
    article = Article(
        url="https://site.example/a/",
        body=case["body"],
        authors=[Author(name=name) for name in case["authors"]],
    )

    read = Enrich().process_item(article)

    assert (read.agency, read.agency_notice) == (case["agency"], case["notice"])
    assert read.is_syndicated == bool(case["agency"])
    assert not case["notice"] or case["notice"] not in read.body


@pytest.mark.parametrize("case", cases("countries"))
def test_the_countries_an_article_names_are_found(case: dict[str, Any]) -> None:
    found = countries_in(read_passages(case["headline"], case["body"]))

    told = [{"code": m.code, "where": m.where, "reason": m.reason} for m in found]
    assert told == case["countries"]


@pytest.mark.parametrize("case", cases("organisations"))
def test_the_organisations_an_article_names_are_found(case: dict[str, Any]) -> None:
    mentions = organisations_in(read_passages(case["headline"], case["body"]))

    named = [{"code": m.code, "where": m.where, "reason": m.reason} for m in mentions]
    assert named == case["organisations"]


def test_a_dateline_says_which_niger_the_article_is_about() -> None:
    article = Article(
        url="https://site.example/a/",
        headline="Niger budget signed",
        body="MINNA: The governor of the state signed it.\n\nNiger will build roads.",
    )

    read = Enrich().process_item(article)

    assert read.dateline_place == "Minna"
    assert [mention.code for mention in read.countries] == ["NG"]


def test_an_organisation_is_named_by_a_dateline_too() -> None:
    article = Article(url="https://site.example/a/", body="UNITED NATIONS (AP) — Envoys met.")

    read = Enrich().process_item(article)

    assert [(m.code, m.where) for m in read.organisations] == [("UN", "dateline")]


def test_languages_are_told_apart_by_paragraph() -> None:
    english = "It was said at a meeting, and more is to come, people who were there said."
    mentions = organisations_in(
        read_passages("", f"L'UE et l'ONU ont répondu au ministre.\n\n{english}")
    )

    assert [mention.code for mention in mentions] == ["EU", "UN"]


def test_stronger_evidence_comes_first_and_each_country_once() -> None:
    found = countries_in(
        read_passages("Ghana and Mali talk", "Ghana, Mali, Senegal and Togo met."),
        categories=[("ML", "Mali")],
        dateline=("SN", "Dakar"),
    )

    assert [(m.code, m.where) for m in found] == [
        ("ML", "category"), ("SN", "dateline"), ("GH", "headline"), ("TG", "body"),
    ]  # fmt: skip


def test_an_article_is_enriched_with_all_of_it() -> None:
    article = Article(
        url="https://site.example/a/",
        headline="Senegal hosts talks",
        body="Dakar, le 3 mars (APS) - " + "Le ministre a dit que les pourparlers reprendraient "
        "lundi avec les envoyés du Mali et du Ghana, dans la capitale, pour trois jours. " * 2,
        published_at=datetime(2025, 3, 3, tzinfo=UTC),
        language="en-US",
    )

    read = asdict(Enrich().process_item(article))

    assert read["body"].startswith("Le ministre")
    assert (read["agency"], read["language"]) == ("APS", "fr")
    assert [country["code"] for country in read["countries"]] == ["SN", "ML", "GH"]
    assert (read["ecowas_members"], read["aes_members"]) == (["SN", "GH"], ["ML"])
    assert read["read_from"] == {"language": "body"}


@pytest.mark.parametrize(
    ("day", "ecowas", "aes"),
    [
        (datetime(2025, 1, 28, tzinfo=UTC), ["ML", "GH"], ["ML"]),
        (datetime(2025, 1, 29, tzinfo=UTC), ["GH"], ["ML"]),
        (datetime(2023, 9, 15, tzinfo=UTC), ["ML", "GH"], []),
        (datetime(2000, 6, 1, tzinfo=UTC), ["ML", "GH", "MR"], []),
        (None, [], []),
    ],
)
def test_membership_is_of_the_day_of_publication(
    day: datetime | None, ecowas: list[str], aes: list[str]
) -> None:
    codes = ["ML", "GH", "MR", "RU"]

    assert members(codes, day, ECOWAS) == ecowas
    assert members(codes, day, AES) == aes


class TestLanguage:
    LANGUAGES = ("en", "fr", "pt")
    FRENCH = "Le ministre a dit que les pourparlers reprendraient lundi dans la capitale. " * 4

    def test_words_are_believed_over_what_the_whole_site_declares(self) -> None:
        assert language_of(self.FRENCH, "en-US", self.LANGUAGES) == ("fr", "body")

    @pytest.mark.parametrize(
        "text",
        [
            "Ministocin sun hadu a garin tashar jiragen ruwa ranar Litinin kuma sun amince. ",
            "Mawaziri walikutana katika mji wa bandari siku ya Jumatatu na kukubaliana. ",
            "التقى الوزراء في مدينة الميناء يوم الاثنين واتفقوا على فتح طريق الحدود. ",
        ],
        ids=["Hausa", "Swahili", "Arabic"],
    )
    def test_a_language_that_the_site_does_not_print_is_not_taken_for_one_of_its_own(
        self, text: str
    ) -> None:
        assert language_of(text * 4, "en-US", self.LANGUAGES) == ("", "")

    def test_a_quotation_in_another_language_does_not_change_the_articles(self) -> None:
        english = "The minister said that the talks would go on in the capital on Monday. " * 6

        assert language_of(english + self.FRENCH, "", self.LANGUAGES) == ("en", "body")

    def test_a_short_text_is_not_guessed_from(self) -> None:
        assert language_of("Buhari arrives Washington", "en-US", self.LANGUAGES) == ("", "")

    def test_another_language_than_the_sites_was_declared_on_purpose(self) -> None:
        assert language_of("Oui.", "fr_FR", self.LANGUAGES) == ("fr", "meta")

    def test_the_model_is_read_where_nothing_can_be_written(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
        language._identifier.cache_clear()

        with pytest.raises(FileNotFoundError):
            tempfile.mkdtemp()
        assert language_of(self.FRENCH, "", self.LANGUAGES) == ("fr", "body")

    @pytest.mark.parametrize(
        "text",
        [
            FRENCH,
            "O governo aprovou o texto na segunda-feira, disse o ministro.",
            "The cabinet met on Monday and agreed to open the border road.",
        ],
    )
    def test_the_model_is_py3langids_own(self, text: str) -> None:
        own = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        own.set_languages(self.LANGUAGES)

        assert language._identifier(self.LANGUAGES).classify(text) == own.classify(text)

    def test_a_language_the_site_does_not_print_is_not_believed(self) -> None:
        assert language_of("", "ja", self.LANGUAGES) == ("", "")


class TestAnyText:
    @given(st.one_of(st.text(), PRINTED))
    def test_a_body_is_split_and_nothing_is_lost(self, body: str) -> None:
        dateline, rest = split_dateline(body)
        credit, words = split_notice(rest)

        assert body.endswith(rest)
        assert dateline.raw in body
        assert rest.startswith(words.rstrip())
        assert all(part in rest for part in credit.notice.split("\n\n"))

    @given(st.text(), st.text())
    def test_countries_and_names_are_total(self, headline: str, body: str) -> None:
        found = countries_in(read_passages(headline, body))

        assert all(len(mention.code) == 2 for mention in found)
        assert all(m.code for m in organisations_in(read_passages(headline, body)))
        assert agency_of_authors([headline]) in {"", *AGENCIES}

    @pytest.mark.parametrize(
        "piece",
        ["ABUJA ", "Lagos, ", "(AFP) ", "Niger ", "A.B. ", "3 mars ", "UN ", "a/", "x", "New "],
    )
    def test_what_repeats_itself_costs_what_its_length_costs(self, piece: str) -> None:
        def seconds(times: int) -> float:
            started = process_time()
            rest = split_notice(split_dateline(piece * times)[1])[1]
            passages = read_passages("", rest)
            countries_in(passages)
            organisations_in(passages)
            return process_time() - started

        seconds(1)
        few, many = (min(seconds(times) for _ in range(3)) for times in (1_000, 8_000))

        assert many < 24 * max(few, 0.002)
