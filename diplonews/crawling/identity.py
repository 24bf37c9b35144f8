"""Identity: which article a page shows, where the page contradicts the archive.

A page is believed where the archive does not contradict it. Where it does, the run asks WordPress
once for the post id (`/?p=N`). The address to which that leads has the number. The other page is
rejected, and neither article is lost (docs/decisions/0019).

A generator yields the questions. A run puts them to the site and `reparse` to captures, so both
decide alike.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from diplonews import site
from diplonews.archive.addresses import Addresses, Holder
from diplonews.crawling.absences import LISTINGS
from diplonews.items import UNKNOWN_LAYOUT, Article
from diplonews.normalise.article_id import article_id
from diplonews.normalise.likeness import likeness
from diplonews.normalise.names import fold
from diplonews.normalise.text import normalise_body, normalise_text
from diplonews.normalise.urls import alias_key

# Above this share of common word runs, two bodies are one text in two forms.
ALIKE = 0.8

# Below this share of common word runs, a page has an article's words only by chance.
LITTLE = 0.1


class Answer(NamedTuple):
    """What was found at an address that a run asked for to decide a conflict."""

    url: str = ""  # of the page, after redirects; empty: there is none
    article: Article | None = None  # as printed, where the page shows one
    is_gone: bool = False  # 404 or 410
    is_failed: bool = False  # it may answer another time
    why: str = ""


class Conflict(NamedTuple):
    """Two pages that claim the same article or the same address."""

    url: str  # of the page that is not believed
    why: str


@dataclass
class Decision:
    """What was decided about a page."""

    is_accepted: bool = False
    is_open: bool = False  # it could not be decided this time
    why: str = ""  # why it was not accepted, or is open
    form_of: str = ""  # the id of an article, if this is another form of its address
    id: str = ""  # of the article that the page shows
    conflicts: list[Conflict] = field(default_factory=list)  # for the report
    refused: list[tuple[Article, str]] = field(default_factory=list)  # other pages, and why
    # Addresses, each with the id of the article that is no longer there.
    displaced: list[tuple[str, str]] = field(default_factory=list)
    wanted: list[str] = field(default_factory=list)  # addresses that have to be read


Judging = Generator[str, Answer, Decision]


class Claim:
    """What a page says of itself, and what the archive knows of that."""

    def __init__(self, addresses: Addresses, origin: str, read: Article, served: str) -> None:
        self.addresses = addresses
        self.origin = origin
        self.read = read
        self.served = served
        self.here = alias_key(served)
        read.canonical_url = usable_canonical(read.canonical_url, served)
        self.declared = alias_key(read.canonical_url)
        at_here = addresses.find_by_url(served)
        at_declared = None
        if self.declared != self.here:
            at_declared = addresses.find_by_url(read.canonical_url)
        self.numbered = addresses.find_by_number(read.post_id)
        self.holder = self.numbered or (at_here if self._is_reading_of(at_here) else None)
        self.rival_here = _unless(at_here, self.holder)
        self.rival_declared = _unless(at_declared, self.holder)
        self.is_elsewhere = self.numbered is not None and self.here not in self.numbered.homes

    def _is_reading_of(self, at_here: Holder | None) -> bool:
        """Tell whether the page shows the article of its address. One of the two has no number.

        The address may be known only because the article's page declared it.
        """
        if at_here is None or None not in (self.read.post_id, at_here.post_id):
            return False
        is_there = at_here.post_id is None or at_here.lives_at(self.here)
        return is_there or is_alike(at_here.line, self.read)

    @property
    def id(self) -> str:
        if self.holder is not None and self.read.post_id in (None, self.holder.post_id):
            return self.holder.id
        return article_id(site.NAME, self.read.post_id, self.read.canonical_url)

    @property
    def subject(self) -> int | None:
        """The post id that the conflict is about; ``None`` where nobody has one."""
        holders = (self.holder, self.rival_declared, self.rival_here)
        numbers = (holder.post_id for holder in holders if holder)
        return self.read.post_id or next(filter(None, numbers), None)

    def judge(self) -> Judging:
        """Decide which article the page shows; yield addresses to ask for, if need be."""
        shown = self._shown_instead()
        if shown is not None:
            return self._refuse_words(shown)
        if self._shows_nothing_of_it():
            return self._leave_open()
        if not (self.is_elsewhere or self.rival_here or self.rival_declared):
            return (yield from self._accept())
        number = self.subject
        if number is None:
            return (yield from self._judge_without_number())
        answer = yield f"{self.origin}/?p={number}"
        place = place_of(answer, number)
        if answer.is_failed:
            return Decision(is_open=True, why=f"{answer.why}. It says that it is {self.id}")
        if place and alias_key(place) == self.here:
            self.read.post_id = number
            self.holder = self.addresses.find_by_number(number) or self.holder
            return (yield from self._accept())
        if self.read.post_id is None and self.holder is None and self.rival_declared is None:
            return (yield from self._accept())  # another's page merely declares this address
        if place:
            return self._refuse_for(place, number)
        return (yield from self._judge_without_place(answer))

    def _shown_instead(self) -> Holder | None:
        """Return another article, if its words stand on this page, which shows no number.

        A cache may mix up addresses, and a broken site may show one page at all addresses.
        """
        former = self.holder
        if former is None or self.read.post_id is not None or is_alike(former.line, self.read):
            return None
        others = self.addresses.with_words(former.id, normalise_body(self.read.body))
        return next((other for other in others if is_alike(other.line, self.read)), None)

    def _refuse_words(self, shown: Holder) -> Decision:
        assert self.holder is not None
        message = (
            f"conflict: {self.served} is the address of {self.holder.id}, and shows {shown.name}"
        )
        return Decision(why=message, conflicts=[Conflict(self.served, message)])

    def _shows_nothing_of_it(self) -> bool:
        """Tell whether the page at a known article's address shows nothing of that article.

        It has no number, another headline and other words. It also has no layout that fits, or
        another address. It may be a guard, a notice, or a page that a cache mixed up.
        """
        article, page = self.holder, self.read
        if article is None or page.post_id is not None:
            return False
        is_the_sites = page.layout != UNKNOWN_LAYOUT and self.declared == self.here
        return not is_the_sites and not has_words_of(article.line, page)

    def _leave_open(self) -> Decision:
        """Leave open whether the article says this now or is gone."""
        assert self.holder is not None
        why = (
            f"{self.served}: expected {self.holder.name}, found a page without its number, its "
            f"headline and its words: {self.read.headline!r}. The article stays as it was read"
        )
        elsewhere = [self.read.canonical_url] if self.declared != self.here else []
        return Decision(is_open=True, why=why, wanted=elsewhere)

    def _judge_without_number(self) -> Judging:
        if self.holder is not None or self.rival_declared is None:
            return (yield from self._accept())
        return self._refuse(self.rival_declared)

    def _judge_without_place(self, answer: Answer) -> Judging:
        """Decide where WordPress does not answer: it has no such number, or keeps it to itself."""
        if self.is_elsewhere and self.numbered is not None:
            former = yield self.numbered.url
            if former.is_failed:
                return Decision(is_open=True, why=former.why)
            has_moved = bool(former.url) and alias_key(former.url) == self.here
            if not has_moved and (
                self._is_still_there(former, self.numbered)
                or not is_alike(self.numbered.line, self.read)
            ):
                return self._refuse(self.numbered, is_form=False)
        elif self.rival_here is not None and self.rival_here.post_id is not None:
            other = yield f"{self.origin}/?p={self.rival_here.post_id}"
            if other.is_failed:
                return Decision(is_open=True, why=other.why)
            place = place_of(other, self.rival_here.post_id)
            if answer.is_gone if not place else alias_key(place) == self.here:
                return self._refuse(self.rival_here, is_form=False)
        elif self.read.post_id is None and self.holder is None and self.rival_declared is not None:
            return self._refuse(self.rival_declared)
        return (yield from self._accept())

    def _accept(self) -> Judging:
        """Believe the page, except where it declares another article's address."""
        decision = Decision(is_accepted=True)
        if self.holder is not None:
            self.read.post_id = self.read.post_id or self.holder.post_id
        rival = self.rival_declared
        if rival is not None:
            declared, self.read.canonical_url = self.read.canonical_url, self.served
            message = (
                f"conflict: {self.id} ({self.served}) declares {declared} as its own address, "
                f"which is that of {rival.name}. Both are kept, each under its own"
            )
            decision.conflicts.append(Conflict(self.served, message))
        rival = self.rival_here
        if rival is not None and not rival.lives_at(self.here):
            message = (
                f"conflict: {rival.name} declares {self.served} as its own address, "
                f"which is that of {self.id}. Both are kept, each under its own"
            )
            decision.conflicts.append(Conflict(rival.url, message))
            decision.wanted.append(rival.url)
        holder = self.holder
        has_moved = holder is not None and not holder.lives_at(self.here)
        if holder is not None and has_moved and not is_alike(holder.line, self.read):
            yield from self._ask_former(holder, decision)
        decision.id = holder.id if holder is not None else self.id
        return decision

    def _ask_former(self, former_holder: Holder, decision: Decision) -> Generator[str, Answer]:
        """Ask at the former address: the article moved, or another page took its number."""
        former = yield former_holder.url
        page = former.article
        if page is None or alias_key(former.url) != alias_key(former_holder.url):
            return
        declared = alias_key(usable_canonical(page.canonical_url, former.url))
        says_so = page.post_id == former_holder.post_id if page.post_id else declared == self.here
        if not says_so:
            decision.displaced.append((former_holder.url, former_holder.id))
            decision.wanted.append(former_holder.url)
        elif not is_alike(printed(self.read), page):
            message = (
                f"conflict: {former_holder.url} says that it is {former_holder.id}, "
                f"and that is at {self.served}"
            )
            decision.displaced.append((former_holder.url, former_holder.id))
            decision.refused.append((page, message))

    def _is_still_there(self, former: Answer, holder: Holder) -> bool:
        if former.article is None or alias_key(former.url) != alias_key(holder.url):
            return False
        return former.article.post_id in (None, holder.post_id)

    def _refuse_for(self, place: str, number: int) -> Decision:
        """Refuse a page, since WordPress says that its number belongs to *place*."""
        holder = self.addresses.find_by_number(number)
        is_home = holder is not None and alias_key(place) in holder.homes
        wanted = [] if is_home else [place]
        if holder is None:
            if alias_key(place) == self.declared:  # the page declares it: another form
                return Decision(why=f"post {number} is at {place}", wanted=wanted)
            holder = Holder(f"{site.NAME}:post:{number}", number, place, frozenset(), {})
        decision = self._refuse(holder._replace(url=place))
        decision.wanted += wanted
        return decision

    def _refuse(self, holder: Holder, *, is_form: bool = True) -> Decision:
        """Refuse a page that says it is *holder*, unless its address may be another form."""
        is_like = is_alike(holder.line, self.read) or _is_further_page(self.here, holder)
        if is_form and is_like:
            return Decision(form_of=holder.id)
        message = f"conflict: {self.served} says that it is {self.id}, and that is {holder.name}"
        return Decision(why=message, conflicts=[Conflict(self.served, message)])


def place_of(answer: Answer, number: int) -> str:
    """Return where WordPress redirects a post id; empty where that is no article's page."""
    if answer.article is None or not _is_for(answer.url, number):
        return answer.url if answer.article is not None else ""
    # WordPress did not redirect: then the page declares its address, or has no other.
    return usable_canonical(answer.article.canonical_url, answer.url)


def usable_canonical(declared: str, served: str) -> str:
    """Return the address that a page declares as its own, or *served* if that is no article's.

    A faulty theme declares the front page or a listing on all its pages.
    """
    try:
        path = urlsplit(declared).path
        alias_key(declared)
    except ValueError:
        return served
    is_none = path.startswith(LISTINGS) or (path in {"", "/"} and "p=" not in declared)
    return served if is_none or not declared else declared


def printed(read: Article) -> dict[str, str]:
    """Return the values of an article that ``is_alike`` compares."""
    return {"headline": read.headline, "body": read.body}


def is_alike(line: dict[str, str], read: Article) -> bool:
    """Tell whether a page has nearly the words of a line, perhaps in another form."""
    return has_headline_of(line, read) and likeness_of_bodies(line, read) >= ALIKE


def has_words_of(line: dict[str, str], read: Article) -> bool:
    """Tell whether a page has the headline of a line, or more of its words than by chance."""
    has_body = bool(line.get("body") and read.body)
    return has_headline_of(line, read) or (has_body and likeness_of_bodies(line, read) >= LITTLE)


def has_headline_of(line: dict[str, str], read: Article) -> bool:
    """Tell whether a page has the headline of a line, however it prints it."""
    return fold(normalise_text(line.get("headline") or "")) == fold(normalise_text(read.headline))


def likeness_of_bodies(line: dict[str, str], read: Article) -> float:
    """Return the share of words that the bodies of a line and of a page have in common."""
    return likeness(normalise_body(line.get("body") or ""), normalise_body(read.body))


def answered(judging: Judging, ask: Callable[[str], Answer]) -> Decision:
    """Return the decision, where *ask* answers every question at once."""
    try:
        question = next(judging)
        while True:
            question = judging.send(ask(question))
    except StopIteration as ended:
        decision: Decision = ended.value
        return decision


def _unless(holder: Holder | None, holder_here: Holder | None) -> Holder | None:
    is_same = holder is not None and holder_here is not None and holder.id == holder_here.id
    return None if is_same else holder


def _is_for(url: str, number: int) -> bool:
    return parse_qs(urlsplit(url).query).get("p") == [str(number)]


def _is_further_page(key: str, holder: Holder) -> bool:
    first, _, number = key.rpartition("/")
    return number.isdecimal() and first in {*holder.homes, alias_key(holder.url)}
