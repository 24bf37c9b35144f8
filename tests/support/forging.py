"""Pages of the replica that say of themselves what is not so."""

import re
from dataclasses import replace
from urllib.parse import quote

from diplonews.demo import Replica
from diplonews.demo.machine_answers import Answer


class Forger:
    """Alters what the replica's pages say of themselves, or who answers at an address."""

    def __init__(self, replica: Replica) -> None:
        self.replica = replica
        self.honest = replica._honest
        self.altered: list[tuple[str, str, str]] = []
        self.answers: list[tuple[str, Answer]] = []
        replica._honest = self._answer  # type: ignore[method-assign]

    def slug(self, post: int) -> str:
        """Return a post's slug as addresses have it."""
        return quote(self.replica.wordpress.posts[post].slug)

    def url(self, post: int) -> str:
        return f"{self.replica.origin}/{self.slug(post)}/"

    def say(self, post: int, *, number: int | str = "", canonical: str = "") -> None:
        """Have a post's page show another number (``none`` for no number), another address."""
        path = f"^/{re.escape(self.slug(post))}/"
        if number == "none":
            self.alter(path, rf"\s*postid-{post}\b", "")
            self.alter(path, r"<link rel='shortlink'[^>]*>", "")
        elif number:
            self.alter(path, rf"postid-{post}\b", f"postid-{number}")
            self.alter(path, rf"\?p={post}\b", f"?p={number}")
        if canonical:
            own = 'rel="canonical" href="{}"'
            self.alter(path, own.format('[^"]*'), own.format(canonical))

    def answer(self, path: str, answer: Answer) -> None:
        """Have *answer* given wherever a path matches."""
        self.answers.append((path, answer))

    def alter(self, path: str, pattern: str, by: str) -> None:
        """Have what matches *pattern* replaced wherever a path matches."""
        self.altered.append((path, pattern, by))

    def _answer(self, path: str, headers: dict[str, str]) -> Answer:
        given = next((of for pattern, of in self.answers if re.search(pattern, path, re.I)), None)
        answer = given or self.honest(path, headers)
        text = answer.body
        for place, pattern, by in self.altered:
            if re.search(place, path, re.I):  # "%c3" is "%C3"
                text = re.sub(pattern.encode(), by.encode(), text)
        return replace(answer, body=text)


def spoil(replica: Replica, pattern: str, instead: str) -> None:
    """Replace what matches *pattern* on all pages of a replica."""
    honest = replica._honest

    def spoilt(path: str, headers: dict[str, str]) -> Answer:
        answer = honest(path, headers)
        answer.body = re.sub(pattern.encode(), instead.encode(), answer.body)
        return answer

    replica._honest = spoilt  # type: ignore[method-assign]
