"""Which organisations an article names: ECOWAS, the African Union, the United Nations, and why.

Abbreviations are names in one language and words in another: "UN" is French for "a", "AU" for
"to the", "EU" Portuguese for "I", and a French "IMF" lends small sums. So an abbreviation counts
in the languages of ``organisations.tsv`` alone. In capitals throughout, "WHO" asks a question.
"""

from collections.abc import Iterator

from diplonews.infer.countries import Mention
from diplonews.infer.data_tables import words as listed
from diplonews.infer.passages import Name, Passage, all_words


def organisations_in(
    passages: list[Passage], *, dateline_place: str = "", dateline_raw: str = ""
) -> list[Mention]:
    """Return the organisations that an article names, each once, with its best evidence."""
    article_words = all_words(passages)
    named = []
    if dateline_place.casefold() == "united nations":
        named.append(Mention("UN", "dateline", "name", dateline_raw.partition(" (")[0]))
    best: dict[str, Mention] = {}
    for mention in (
        *named,
        *(m for passage in passages for m in _mentions(passage, article_words)),
    ):
        best.setdefault(mention.code, mention)
    return list(best.values())


def _mentions(passage: Passage, article_words: set[str]) -> Iterator[Mention]:
    for name in passage.names:
        meaning = name.meaning
        if (
            meaning.kind == "organisation"
            and meaning.code
            and _is_meant(passage, name, article_words)
        ):
            yield Mention(meaning.code, passage.where, meaning.reason, name.printed)


def _is_meant(passage: Passage, name: Name, article_words: set[str]) -> bool:
    """Tell whether an abbreviation means the organisation, and not a word or a measure."""
    if name.meaning.reason != "abbreviation":
        return True
    if passage.is_capitals and not passage.language and _is_word(name):
        return False
    if name.printed == "WHO":
        return _is_health_organisation(passage, name)
    if name.printed == "AES":
        return not article_words.isdisjoint(listed("sahel")) or not passage.near(name) & listed(
            "firm"
        )
    before = passage.words[name.first - 1].text if name.first else ""
    is_measure = name.printed in {"AU", "A.U.", "UA"} and before[-1:].isdecimal()
    end = passage.words[name.stop - 1].end
    return not is_measure and passage.text[end : end + 1] not in {"$", "€"}


def _is_word(name: Name) -> bool:
    return name.printed in listed("capitals_that_are_words")


def _is_health_organisation(passage: Passage, name: Name) -> bool:
    """Tell whether "WHO" means the organisation, and not the pronoun in capitals."""
    end = passage.words[name.stop - 1].end
    before = passage.words[name.first - 1].folded if name.first else ""
    is_asked = passage.text[end : end + 1] == "?" or before in listed("people")
    return not is_asked and not passage.is_capitals
