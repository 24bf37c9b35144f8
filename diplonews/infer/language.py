"""The language an article is written in."""

from functools import cache
from typing import Any

SHORTEST = 200  # characters: of less, nobody should guess (measured on headlines)
LONGEST = 2_000  # characters read of a body; more says nothing new
SURE = 0.8


def language_of(body: str, declared: str, languages: tuple[str, ...]) -> tuple[str, str]:
    """Return the language as BCP 47 and what told it: "body" or "meta"; empty where nothing does.

    *languages* are those the site prints, its own first. What a page declares is mostly what the
    whole site was set up with, so the site's own language is not believed over the words; another
    one, somebody has set on purpose.
    """
    told = declared.replace("_", "-").partition("-")[0].lower()
    if len(body) >= SHORTEST:
        found, sure = _identifier(languages).classify(body[:LONGEST])
        if sure >= SURE:
            return found, "body"
    return (told, "meta") if told in languages[1:] else ("", "")


@cache
def _identifier(languages: tuple[str, ...]) -> Any:
    # Not before it is needed: with numpy, it takes a third of a run's start.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(languages)
    return identifier
