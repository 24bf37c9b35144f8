"""Whether the name of a country or city is a person's here: "Jordan Ayew", "Mr Mali Traore".

Some names are mostly people's (Jordan, Chad): with any capital word beside them they mean a
person. Other names mean a person only beside a title, a usual given name or surname, or an age.
"""

from diplonews.infer.data_tables import words as listed
from diplonews.infer.gazetteer import fold_word
from diplonews.infer.passages import Name, Passage, Word

YOUNGEST, OLDEST = 5, 99
# Short titles, and what must stand after them: French "M. Traoré" needs its full stop.
SMALL_TITLES = {"M": ". ", "Me": " "}


def is_person(passage: Passage, name: Name) -> bool:
    """Tell whether a name is a person's, by the words beside it."""
    if name.stop - name.first > 1:
        return False
    before, after = _before(passage, name), _after(passage, name)
    if _has_title(passage, name, before, after) or _has_age(passage, name):
        return True
    if _is_in_company(passage, name, before, after):
        return True
    is_between_people = (before is not None and before.text.title() in listed("given")) or (
        after is not None and after.text.title() in listed("surname")
    )
    if is_between_people and name.meaning.reason != "demonym":
        return True
    if before is not None and before.text in listed("given") and after is None:
        return True
    return is_persons_too(name) and _is_beside_a_name(before, after)


def is_persons_too(name: Name) -> bool:
    """Tell whether people have a name as often as places do."""
    return name.printed.title() in listed("given_and_country")


def _is_beside_a_name(before: Word | None, after: Word | None) -> bool:
    if before is not None:
        return before.text.title() not in listed("before_country")
    return after is not None and after.text.title() not in listed("after_country")


def _before(passage: Passage, name: Name) -> Word | None:
    """Return the capital word before a name, with a space between."""
    if not name.first or passage.gap_before(name.first) != " ":
        return None
    word = passage.words[name.first - 1]
    return word if word.text[0].isupper() else None


def _after(passage: Passage, name: Name) -> Word | None:
    """Return the capital word after a name, with a space between."""
    if name.stop >= len(passage.words) or passage.gap_after(name.stop - 1) != " ":
        return None
    word = passage.words[name.stop]
    return word if word.text[0].isupper() else None


def _has_title(passage: Passage, name: Name, before: Word | None, after: Word | None) -> bool:
    """Tell whether a title stands before: "Mr Mali", "Dr. Chad Mensah", "Mr Adamu Bauchi"."""
    if not name.first:
        return False
    title, gap = passage.words[name.first - 1], passage.gap_before(name.first)
    if name.meaning.reason == "demonym" and after is None and title.text not in listed("title"):
        return False
    has_surname = after is not None and after.text.title() not in listed("after_country")
    if title.text in listed("title") and gap in {" ", ". "}:
        return after is None or has_surname
    if title.text in listed("trade") and gap == " ":
        return has_surname and name.meaning.reason != "demonym"
    if title.text in listed("title_of_office") and gap == SMALL_TITLES.get(title.text, " "):
        return has_surname and name.meaning.reason != "demonym"
    if before is None or name.first < 2 or passage.gap_before(name.first - 1) not in {" ", ". "}:
        return False
    is_titled = passage.words[name.first - 2].text in listed("title")
    return is_titled and before.text.title() not in listed("before_country")


def _is_in_company(passage: Passage, name: Name, before: Word | None, after: Word | None) -> bool:
    """Tell whether a name and surname stand beside a person with a title: "Mr Ba and Mali Aw"."""
    is_two = before is None and after is not None and not after.text.isupper()
    if after is None or not is_two or name.meaning.reason == "demonym":
        return False
    is_institution = after.text.title() in listed("after_country")
    joined = name.first > 1 and passage.words[name.first - 1].text in listed("joining")
    return joined and not is_institution and not passage.near(name).isdisjoint(listed("courtesy"))


def _has_age(passage: Passage, name: Name) -> bool:
    """Tell whether an age stands after: "Jordan, 24," or "Kenya Afolayan, 24,"."""
    words, at = passage.words, name.stop
    if name.first and fold_word(words[name.first - 1].text) in listed("inside"):
        return False
    if at < len(words) and _after(passage, name) is not None:
        at += 1
    ahead = [word.text for word in words[at : at + 3]]
    if len(ahead) < 3 or ahead[0] != "," or ahead[2] != "," or not ahead[1].isdecimal():
        return False
    is_list = name.first and words[name.first - 1].text == ","
    return len(ahead[1]) < 3 and not is_list and YOUNGEST <= int(ahead[1]) <= OLDEST
