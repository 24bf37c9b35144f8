"""The account of a run: every request that it made, and how each ended.

Retries, redirects and robots.txt belong to the request that caused them. Where a request has no
end, something dropped it silently, and the run is not `ok`.
"""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum


class End(StrEnum):
    """How a request ended."""

    READ = "read"  # its page was what it should be
    UNCHANGED = "unchanged"  # 304
    GONE = "gone"  # 404 or 410
    FAILED = "failed"  # no answer, another status, or a page that could not be read
    REFUSED = "refused"  # by robots.txt, or because it leads off the site
    LEFT = "left"  # the run was stopped or the site is on hold: the URL stays pending


@dataclass(eq=False, slots=True)
class Ticket:
    """One request in the account."""

    urls: list[str]  # the first, and those to which redirects led
    end: End | None = None

    @property
    def url(self) -> str:
        return self.urls[0]


class Account:
    """Tickets of all requests: opened when a request is made, closed when it has ended."""

    def __init__(self) -> None:
        self.opened = 0
        self.open_tickets: dict[Ticket, None] = {}  # in the order of their opening
        self.ends: Counter[End] = Counter()
        self.lost: list[str] = []  # URLs of requests without an end

    def open(self, url: str) -> Ticket:
        ticket = Ticket([url])
        self.opened += 1
        self.open_tickets[ticket] = None
        return ticket

    def close(self, ticket: Ticket, end: End) -> None:
        """Note how a request ended. The first note counts, but see ``spoil``."""
        if ticket.end is None:
            self._set_end(ticket, end)

    def spoil(self, ticket: Ticket) -> None:
        """Note that a request failed after all, whatever was noted before."""
        if ticket.end is not End.FAILED:
            self._set_end(ticket, End.FAILED)

    def spoil_url(self, url: str) -> None:
        """Note that the page at *url*, which is being read, failed after all."""
        for ticket in [ticket for ticket in self.open_tickets if url in ticket.urls]:
            self.spoil(ticket)

    def finish(self, *, was_stopped: bool) -> None:
        """End the account: what is still open was left by a stopped run, or else is lost."""
        for ticket in list(self.open_tickets):
            if was_stopped:
                self.close(ticket, End.LEFT)
            else:
                self.lost.append(ticket.url)

    @property
    def has_read(self) -> bool:
        """Tell whether the site gave any answer that could be read."""
        return bool(self.ends[End.READ] or self.ends[End.UNCHANGED])

    def as_counts(self) -> dict[str, int]:
        """Return the account for the report: requests in all, and by their ends."""
        return {"requests": self.opened, **{end.value: self.ends[end] for end in End}}

    def _set_end(self, ticket: Ticket, end: End) -> None:
        if ticket.end is not None:
            self.ends[ticket.end] -= 1
        self.ends[end] += 1
        ticket.end = end
        self.open_tickets.pop(ticket, None)
