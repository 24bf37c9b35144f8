"""Faults on purpose: what sites, proxies and networks do to a crawler."""

import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from diplonews.demo.machine_answers import Answer

# Ways to fail without an answer; the server carries them out.
RESET, TRUNCATE, SLOW = "reset", "truncate", "slow"

PAGES = {
    "login": '<!DOCTYPE html><html><body class="login login-action-login"><form id="loginform"><label>Username</label></form></body></html>',
    "database": "<!DOCTYPE html><html><body><h1>Error establishing a database connection</h1></body></html>",
    "challenge": "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><noscript>Enable JavaScript</noscript></body></html>",
    "empty": "",
}
BOMB_SIZE = 64 * 2**20
ENTITIES = "".join(
    f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' if n else '<!ENTITY e0 "laugh">' for n in range(9)
)
HOSTILE = (
    f'<?xml version="1.0"?><!DOCTYPE rss [{ENTITIES}]>'
    '<rss version="2.0"><channel><title>&e8;</title></channel></rss>'
)


@dataclass
class Fault:
    """One way to fail: where, how often, how many times, and how."""

    path: str
    kind: str = "status"
    rate: float = 1.0
    times: int | None = None
    status: int = 503
    retry_after: str | None = None
    location: str = ""
    seconds: float = 5.0
    share: float = 1 / 3  # of the page that "broken_html" sends
    encoding: str = ""  # of a "packed" answer
    pack: Callable[[bytes], bytes] = gzip.compress  # what makes it
    random: Random = field(default_factory=lambda: Random(7))
    struck: int = 0  # how many requests it has failed

    def strikes(self, path: str) -> bool:
        if self.times == 0 or not re.search(self.path, path):
            return False
        if self.rate < 1 and self.random.random() >= self.rate:
            return False
        if self.times is not None:
            self.times -= 1
        self.struck += 1
        return True

    def answer(self, path: str, honest: Callable[[], Answer]) -> Answer:
        """Return the faulty answer; *honest* gives the one that would have been sent."""
        if self.kind == "status":
            headers = {"Retry-After": self.retry_after} if self.retry_after else {}
            return Answer(self.status, b"<html><body>out of order</body></html>", headers=headers)
        if self.kind in {"redirect", "redirect_loop"}:
            target = self.location if self.kind == "redirect" else path
            return Answer(302, headers={"Location": target})
        if self.kind in PAGES:
            return Answer(200, PAGES[self.kind].encode())
        if self.kind == "gzip_bomb":
            return Answer(200, bomb(), headers={"Content-Encoding": "gzip"})
        if self.kind == "huge":
            return Answer(200, b"<html><body>" + b"<p>more</p>" * (2**20) + b"</body></html>")
        if self.kind == "hostile_xml":
            return Answer(200, HOSTILE.encode(), "application/rss+xml; charset=UTF-8")
        return self._spoilt(honest())

    def _spoilt(self, answer: Answer) -> Answer:
        if self.kind == "packed":
            answer.body = self.pack(answer.body)
            answer.headers = {**answer.headers, "Content-Encoding": self.encoding}
        elif self.kind == "charset":
            answer.kind = "text/html; charset=ISO-8859-5"
        elif self.kind == "nul":
            answer.body = answer.body.replace(b"<p>", b"\x00<p>\x00")
        elif self.kind == "broken_html":
            answer.body = answer.body[: int(len(answer.body) * self.share)]
        return answer


def bomb() -> bytes:
    """Return some kilobytes that unpack to 64 MiB."""
    return gzip.compress(b"<p>boom</p>" * (BOMB_SIZE // 11), 9)
