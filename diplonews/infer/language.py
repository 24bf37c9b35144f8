"""The language an article is written in."""

import lzma
from array import array
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any

from diplonews.infer.data_tables import words
from diplonews.infer.gazetteer import fold_word, tokens

SHORTEST = (
    200  # characters; shorter texts are often taken for another language (measured on headlines)
)
LONGEST = 2_000  # characters of a body that are read; more say nothing new
SURE = 0.8
# The little words of each language ("the", "of"), and their smallest share of all words. Hausa,
# Swahili and Arabic have none of them; py3langid would call them English, French or Portuguese.
LITTLE_WORDS = {"en": "english", "fr": "french", "pt": "portuguese"}
FEWEST_LITTLE = 0.1
MODEL = ("data", "model.npz.xz")  # of py3langid 0.4: arrays of numpy in a zip, in LZMA
PIECE = 1 << 20  # bytes unpacked at a time
TYPE_CODES = {2: "H", 4: "I", 8: "L"}  # of the standard library's arrays, by bytes


def language_of(body: str, declared: str, languages: tuple[str, ...]) -> tuple[str, str]:
    """Return the language as BCP 47 and its source, "body" or "meta"; empty if none is certain.

    *languages* are those that the site prints, its main language first. Pages mostly declare the
    main language, whatever they are written in, so that says nothing. If a page declares another
    language, somebody has set it on purpose.
    """
    code = declared.replace("_", "-").partition("-")[0].lower()
    if len(body) >= SHORTEST:
        language, confidence = _identifier(languages).classify(body[:LONGEST])
        if confidence >= SURE and _has_little_words(body[:LONGEST], language):
            return language, "body"
    return (code, "meta") if code in languages[1:] else ("", "")


def _has_little_words(text: str, language: str) -> bool:
    """Tell whether a text has the little words of a language; yes if we have no list of them."""
    if language not in LITTLE_WORDS:
        return True
    printed = [fold_word(word) for word in tokens(text) if word != ","]
    little = _folded_little_words(language)
    return sum(word in little for word in printed) >= FEWEST_LITTLE * len(printed)


@cache
def _folded_little_words(language: str) -> frozenset[str]:
    return frozenset(map(fold_word, words(LITTLE_WORDS[language])))


@cache
def _identifier(languages: tuple[str, ...]) -> Any:
    """Return py3langid's classifier for these languages, its model read into memory.

    py3langid itself unpacks the model into a temporary file at each start, which fails where
    that folder is full or may not be written. Read into memory, it is 68 MB for a second; of
    its 100 languages only the columns of *languages* stay.
    """
    # Not before it is needed: with numpy, it takes a third of a run's start.
    import numpy
    from py3langid.langid import LanguageIdentifier

    with numpy.load(_unpacked_model(), allow_pickle=False) as model:
        codes = model["classes"].tolist()
        columns = [number for number, code in enumerate(codes) if code in languages]
        return LanguageIdentifier(
            model["ptc"][:, columns],
            model["pc"][columns],
            [codes[number] for number in columns],
            _integers(model["nextmove"]),
            model["out_feat"].tolist(),
            norm_probs=True,
            tk_row=_integers(model["nextmove_row"]),
        )


def _unpacked_model() -> BytesIO:
    """Return py3langid's arrays, as numpy saved them; nothing is written to the disk."""
    packed = BytesIO(files("py3langid").joinpath(*MODEL).read_bytes())
    unpacked = BytesIO()
    with lzma.open(packed) as arrays:
        while piece := arrays.read(PIECE):
            unpacked.write(piece)
    unpacked.seek(0)
    return unpacked


def _integers(numbers: Any) -> "array[int]":
    """Return an array of numpy as one of the standard library, which is faster to index."""
    integers = array(TYPE_CODES[numbers.dtype.itemsize])
    integers.frombytes(memoryview(numbers).cast("B"))
    return integers
