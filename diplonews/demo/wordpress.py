"""The replica's database: terms, posts, what is public, and the stamps WordPress derives.

As measured on WordPress 6.8: a feed's ``Last-Modified`` is the newest modification of any
public post of the whole site, so trashing the newest post moves it back.
"""

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from diplonews import clock, site
from diplonews.demo.posts import Post, make, slug_of

EMPTY = "cabo-verde"  # in the menu, without a single article
SMALL = "guinea-bissau"  # so few articles that they all stand in the hero
SMALL_COUNT = 3
START = timedelta(hours=5)  # between two articles, more or less


@dataclass(frozen=True)
class Term:
    """A category as WordPress has it."""

    id: int
    slug: str
    title: str
    parent: str = ""


def newest_first(post: Post) -> tuple[float, int]:
    return (-post.published_at.timestamp(), -post.id)


class WordPress:
    """Posts and terms, and what editors do to them."""

    def __init__(self, articles: int, seed: int, *, is_nested: bool, now: datetime | None) -> None:
        self.seed = seed
        self.clock = (now or clock.now()).replace(microsecond=0)
        self.terms = {
            c.slug: Term(10 + i, c.slug, c.title, c.parent if is_nested else "")
            for i, c in enumerate(site.CATEGORIES.values())
        }
        self.posts: dict[int, Post] = {}
        self.by_slug: dict[str, Post] = {}
        self.listings: dict[str, list[Post]] = {slug: [] for slug in [*self.terms, ""]}
        self.next_id = 100
        self._fill(articles)

    def _fill(self, articles: int) -> None:
        cycle = [slug for slug in self.terms if slug not in {EMPTY, SMALL}]
        small = max(1, articles // (SMALL_COUNT + 1))
        for index in range(articles):
            published_at = self.clock - START * (articles - index) - timedelta(minutes=index % 50)
            if index == 0:
                self._add(self._model_post(published_at))
                continue
            slug = cycle[(index * 5) % len(cycle)]
            categories = (SMALL,) if index % small == 0 else self._with_others(slug, index)
            post = make(self.next_id, self.seed, categories, published_at)
            post.modified_at = min(post.modified_at, self.clock - timedelta(minutes=1))
            self._add(post)

    @staticmethod
    def _with_others(slug: str, index: int) -> tuple[str, ...]:
        """Return one to three categories: some articles straddle sections."""
        others = {
            0: ("security",),
            1: ("international", "security"),
            3: ("ecowas",),
            4: ("politics",),
        }
        more = others.get(index % 6, ())
        return tuple(dict.fromkeys((slug, *more)))

    def _model_post(self, published_at: datetime) -> Post:
        """Return the post with the facts of the site's one page that was read (docs/site.md)."""
        when = datetime(2025, 2, 25, 9, 12, tzinfo=UTC)
        return Post(
            self.next_id, self.seed, "", "Putin, Xi reaffirms partnership after Russia-US contacts",
            ("international", "security"), min(when, published_at), min(when, published_at),
            standfirst="Chinese and Russian leaders reaffirm willingness to strengthen bilateral 'strategic cooperation'",
            above="MOSCOW", after=("Anadolu", "AA", "Anadolu Agency’s site carries a part of what its subscribers get, and in short; write to the agency for the rest."),
            given=(
                "The two presidents spoke by telephone on Monday, the Kremlin said, and went through the calendar of their meetings.",
                "Both sides called the conversation friendly; it was their second this year.",
                "## China welcomes the contacts",
                "Beijing, for its part, said that it was pleased to see talks of any kind.",
            ),
        )  # fmt: skip

    def _add(self, post: Post) -> int:
        self.next_id = post.id + 1
        post.slug = post.slug or self._free_slug(post)
        self.posts[post.id] = post
        self.by_slug[post.slug] = post
        self._list(post)
        return post.id

    def _free_slug(self, post: Post) -> str:
        stem = slug_of(post.headline, keeps_accents=post.has("non_ascii_slug"))
        slug, number = stem, 2
        while slug in self.by_slug:
            slug, number = f"{stem}-{number}", number + 1
        return slug

    def _list(self, post: Post) -> None:
        for slug in {"", *self.with_ancestors(post.categories)}:
            insort(self.listings[slug], post, key=newest_first)

    def _unlist(self, post: Post) -> None:
        for listed in self.listings.values():
            if post in listed:
                listed.remove(post)

    def with_ancestors(self, slugs: Sequence[str]) -> set[str]:
        return {name for slug in slugs for name in (slug, self.terms[slug].parent) if name}

    def public(self, category: str = "") -> list[Post]:
        """Return the public posts of a category and its descendants, newest first."""
        return self.listings[category]

    def last_modified(self) -> datetime:
        return max((post.modified_at for post in self.listings[""]), default=self.clock)

    def tick(self) -> datetime:
        """Return the time of an editor's act: later than any before, to the second."""
        now = clock.now().replace(microsecond=0)
        self.clock = max(self.clock + timedelta(seconds=1), now)
        return self.clock

    # What editors do.

    def publish(self, categories: Sequence[str], **fields: object) -> int:
        published_at = fields.pop("published_at", None) or self.tick()
        assert isinstance(published_at, datetime)
        post = make(self.next_id, self.seed, tuple(categories), published_at)
        post.modified_at = self.tick()
        for name, value in fields.items():
            setattr(post, name, value)
        return self._add(post)

    def edit(self, post_id: int, **fields: object) -> None:
        post = self.posts[post_id]
        paragraph = fields.pop("paragraph", None)
        if paragraph:
            post.added.append(str(paragraph))
        for name, value in fields.items():
            setattr(post, name, value)
        post.modified_at = self.tick()

    def touch(self, post_id: int) -> None:
        self.edit(post_id, spaces=self.posts[post_id].spaces + 1)

    def withdraw(self, post_id: int) -> None:
        post = self.posts[post_id]
        post.is_public = False
        self._unlist(post)

    def restore(self, post_id: int) -> None:
        post = self.posts[post_id]
        post.is_public = True
        post.modified_at = self.tick()
        self._list(post)

    def rename(self, post_id: int, slug: str = "") -> str:
        post = self.posts[post_id]
        post.old_slugs.append(post.slug)
        del self.by_slug[post.slug]
        post.slug = slug or f"{post.slug}-renamed"
        self.by_slug[post.slug] = post
        post.modified_at = self.tick()
        return post.slug

    def recategorise(self, post_id: int, categories: Sequence[str]) -> None:
        post = self.posts[post_id]
        self._unlist(post)
        post.categories = tuple(categories)
        post.modified_at = self.tick()
        self._list(post)

    # Whom an address leads to.

    def named(self, slug: str) -> Post | None:
        post = self.by_slug.get(slug)
        return post if post is not None and post.is_public else None

    def likely_post(self, slug: str) -> Post | None:
        """Return the post WordPress redirects an unknown slug to, if any.

        One that had this slug before, or else one whose slug begins with it.
        """
        public = self.listings[""]
        former = (post for post in public if slug in post.old_slugs)
        begins = (post for post in public if post.slug.startswith(slug))
        return next(former, None) or next(begins, None)
