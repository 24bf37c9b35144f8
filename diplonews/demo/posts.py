"""One post of the replica: its words, how editors marked them up, and its traits.

Traits decide what the themes show or hide. Each recurs with a period of its own, so that a
hundred posts have them all, in many combinations, and the same seed the same ones.
"""

import html
import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from random import Random

from diplonews.demo import markup, words

TRAITS = {
    "no_standfirst": 2,
    "coauthors": 7,
    "author_hidden": 9,
    "category_hidden": 10,
    "date_hidden": 8,
    "no_image": 6,
    "caption": 3,
    "credit": 4,
    "split": 13,
    "modified_later": 3,
    "scheduled": 12,
    "meta_twice": 4,
    "broken_head": 8,
    "nul": 31,
    "relative_date": 11,
    "no_machine_date": 53,
    "tags": 2,
    "long": 41,
    "bare_text": 5,
    "line_breaks": 5,
    "list": 4,
    "quotation": 4,
    "table": 9,
    "figure": 4,
    "related": 3,
    "decomposed": 14,
    "emoji": 17,
    "formula": 37,
    "embed": 8,
    "shortcode": 15,
    "small_print": 6,
    "protected": 97,
    "wordless": 83,
    "dateline": 3,
    "syndicated": 5,
    "non_ascii_slug": 19,
}
JSON_LD = ("jnews", "yoast", "aioseo", "rank-math", "none")
# An agency, how it is credited in a dateline, and what stands after its copy.
AGENCIES = (
    ("Reuters", "Reuters", "Reporting by Ama Sarpong; Editing by Luc Bado"),
    ("AFP", "AFP", "Source: AFP"),
    ("NAN", "NAN", "(NAN)"),
    (
        "Anadolu",
        "AA",
        "Anadolu Agency website contains only a portion of the news stories it sells.",
    ),
)
AUTHORS = ("Diplomatic Info", "Ama Boateng", "Jean-Marc Agossou", "Rui Évora")


def has_trait(number: int, trait: str) -> bool:
    period = TRAITS[trait]
    return (number * 7 + len(trait) * 3) % period == 0


@dataclass(frozen=True)
class Block:
    """A piece of a body: what visitors see, and its markup."""

    texts: tuple[str, ...]
    html: str
    is_crosshead: bool = False
    image: tuple[str, str, str] = ("", "", "")  # path, caption, alternative text
    embed: tuple[str, str] = ("", "")  # kind, address


@dataclass
class Post:
    """A post. Its body is made when it is first asked for."""

    id: int
    seed: int
    slug: str
    headline: str
    categories: tuple[str, ...]
    published_at: datetime
    modified_at: datetime
    language: str = "en"
    standfirst: str = ""
    authors: tuple[str, ...] = ("Diplomatic Info",)
    is_public: bool = True
    old_slugs: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)  # paragraphs that edits put in
    spaces: int = 0  # edits of nothing but white space
    given: tuple[str, ...] = ()  # a body given word by word; "## " makes a crosshead
    above: str = ""  # a dateline in a paragraph of its own
    after: tuple[str, str, str] = ("", "", "")  # an agency, as in AGENCIES

    def has(self, trait: str) -> bool:
        return has_trait(self.id, trait)

    def random(self, what: str) -> Random:
        return Random(f"{self.seed}:{self.id}:{what}")

    def hides(self, what: str) -> bool:
        """Tell whether the theme leaves *what* ("author", "category") to JSON-LD."""
        return self.has(f"{what}_hidden") and self.json_ld != "none"

    @property
    def place(self) -> str:
        return next((slug for slug in self.categories if slug in words.PLACES), "")

    @property
    def json_ld(self) -> str:
        if self.has("no_machine_date"):
            return "none"
        if self.has("category_hidden") or self.has("author_hidden"):
            return "jnews"
        return JSON_LD[self.id % len(JSON_LD)]

    @property
    def tags(self) -> list[str]:
        return self.random("tags").sample(words.TAGS, 3) if self.has("tags") else []

    @property
    def image_path(self) -> str:
        if self.has("no_image"):
            return ""
        return f"/wp-content/uploads/{self.published_at:%Y/%m}/picture-{self.id}.jpg"

    @property
    def caption(self) -> str:
        shown = self.image_path and self.has("caption")
        return (
            f"Delegates at the opening session, in a hall of {self.place or 'Abuja'}"
            if shown
            else ""
        )

    @property
    def credit(self) -> str:
        return "Photo: A. Diallo" if self.caption and self.has("credit") else ""

    @property
    def shares(self) -> int:
        return self.random("shares").choice([0, 3, 87, 520, 1500])

    @property
    def views(self) -> int:
        return self.random("views").choice([0, 15, 998, 2_100, 2_100_000])

    @property
    def comments(self) -> int:
        return self.random("comments").choice([0, 0, 0, 4])

    @cached_property
    def first_blocks(self) -> list[Block]:
        """The body as first published."""
        if self.given:
            return [self._given_block(line) for line in self.given]
        random = self.random("body")
        count = random.randint(4, 9) * (12 if self.has("long") else 1)
        blocks = [self._paragraph(random) for _ in range(count)]
        for kind in (
            "crosshead",
            "list",
            "quotation",
            "table",
            "figure",
            "bare_text",
            "line_breaks",
            "embed",
            "shortcode",
        ):
            if kind == "crosshead" or self.has(kind):
                blocks.insert(random.randint(1, len(blocks)), getattr(self, f"_{kind}")(random))
        return blocks

    @property
    def has_words(self) -> bool:
        return not self.is_protected and (bool(self.given) or not self.has("wordless"))

    @property
    def agency(self) -> tuple[str, str, str]:
        """The agency whose copy it is, as in ``AGENCIES``; empty for the site's own articles."""
        is_copy = self.has("syndicated") and self.has_words and not self.given
        return AGENCIES[self.id % len(AGENCIES)] if is_copy else self.after

    @property
    def dateline(self) -> str:
        """What stands before the first sentence: "ACCRA, Feb. 24 (AFP)"."""
        if not self.has("dateline") or not self.has_words or self.given:
            return self.above
        city = words.PLACES[self.place][1]
        shown = (
            city.upper(),
            f"{city.upper()}, {self.published_at:%b}. {self.published_at.day}",
            city,
        )
        credit = f" ({self.agency[1]})" if self.agency[0] else ""
        return shown[self.id % 3] + credit

    @property
    def is_protected(self) -> bool:
        """Tell whether visitors are asked for a password."""
        return self.has("protected") and not self.given

    @property
    def excerpt(self) -> str:
        """What teasers are cut from."""
        is_shown = not self.is_protected and not self.has("wordless")
        return " ".join(self.first_blocks[0].texts) if is_shown else ""

    @property
    def small_print(self) -> str:
        """The site's own words after those of the article."""
        return words.SMALL_PRINT if self.has("small_print") and self.body else ""

    @property
    def blocks(self) -> list[Block]:
        if self.is_protected:
            return []
        last = [Block((text,), f"<p>{html.escape(text, quote=False)}</p>") for text in self.added]
        first = [block for block in self.first_blocks if self.has_words or not block.texts]
        if self.above:
            first.insert(0, Block((), f"<p>{self.above}</p>"))
        elif self.dateline:
            first[0] = self._with_dateline(first[0])
        notice = self.agency[2]
        credit = [Block((), f"<p>{notice}</p>")] if notice else []
        return [*first, *last, *credit]

    def _with_dateline(self, block: Block) -> Block:
        return replace(block, html=block.html.replace("<p>", f"<p>{self.dateline} – ", 1))

    @property
    def pages(self) -> list[list[Block]]:
        """The body's pages: one, unless the editors split it."""
        blocks = self.blocks
        if not self.has("split") or len(blocks) < 4:
            return [blocks]
        count = 2 + self.id % 2
        size = -(-len(blocks) // count)
        return [blocks[at : at + size] for at in range(0, len(blocks), size)]

    @property
    def body(self) -> str:
        """What visitors read on all pages, with a blank line between blocks."""
        return "\n\n".join(text for block in self.blocks for text in block.texts)

    @property
    def crossheads(self) -> list[str]:
        return [block.texts[0] for block in self.blocks if block.is_crosshead]

    def _given_block(self, line: str) -> Block:
        if line.startswith("## "):
            return Block((line[3:],), f"<h3>{html.escape(line[3:])}</h3>", is_crosshead=True)
        return Block((line,), f"<p>{html.escape(line, quote=False)}</p>")

    def _words(self, random: Random) -> str:
        text = words.paragraph(random, self.place, self.language)
        return f"{text} 🕊️" if self.has("emoji") and random.random() < 0.3 else text

    def _html(self, random: Random, text: str) -> str:
        shown = markup.inline(random, text)
        return unicodedata.normalize("NFD", shown) if self.has("decomposed") else shown

    def _paragraph(self, random: Random) -> Block:
        text = self._words(random)
        return Block((text,), f"<p>{self._html(random, text)}</p>")

    def _crosshead(self, random: Random) -> Block:
        text = random.choice(words.CROSSHEADS[self.language])
        level = random.choice([2, 3])
        return Block((text,), f"<h{level}><strong>{text}</strong></h{level}>", is_crosshead=True)

    def _list(self, random: Random) -> Block:
        items = [words.sentence(random, self.place, self.language) for _ in range(3)]
        shown = "\n".join(f"<li>{self._html(random, item)}</li>" for item in items)
        return Block(tuple(items), f"<ul>\n{shown}\n</ul>")

    def _quotation(self, random: Random) -> Block:
        text = words.sentence(random, self.place, self.language)
        return Block(
            (text,),
            f'<blockquote class="wp-block-quote"><p>{self._html(random, text)}</p></blockquote>',
        )

    def _table(self, random: Random) -> Block:
        rows = [("Country", "Share"), ("Ghana", f"{random.randint(1, 9)} %"), ("Togo", "2 %")]
        shown = "".join(f"<tr><td>{a}</td><td>{b}</td></tr>" for a, b in rows)
        table = f'<figure class="wp-block-table"><table><tbody>{shown}</tbody></table></figure>'
        return Block(tuple(f"{a} {b}" for a, b in rows), table)

    def _figure(self, random: Random) -> Block:
        source = f"/wp-content/uploads/inside-{random.randint(1, 99)}.jpg"
        caption = "A picture inside the body, whose caption is not the body’s"
        shown = (
            f'<figure class="wp-caption alignnone"><img src="data:image/gif;base64,R0lGOD" '
            f'data-src="{source}" alt="Delegates"><figcaption class="wp-caption-text">{caption}'
            "</figcaption></figure>"
        )
        return Block((), shown, image=(source, caption, "Delegates"))

    def _embed(self, random: Random) -> Block:
        number = random.randint(1000, 9999)
        kind, address, shown = random.choice(markup.EMBEDS)
        return Block((), shown.format(n=number), embed=(kind, address.format(n=number)))

    def _shortcode(self, random: Random) -> Block:
        text = self._words(random)
        shown = (
            f'[vc_row css=".vc_custom_1{{margin:0}}"][vc_column]{text} [sic][/vc_column][/vc_row]'
        )
        return Block((f"{text} [sic]",), f"<p>{html.escape(shown, quote=False)}</p>")

    def _bare_text(self, random: Random) -> Block:
        one, two = self._words(random), self._words(random)
        return Block(
            (one, two), f"{self._html(random, one)}\n<div>{self._html(random, two)}</div>"
        )

    def _line_breaks(self, random: Random) -> Block:
        one, two, three = (self._words(random) for _ in range(3))
        shown = f"<p>{self._html(random, one)}<br />\n<br />{self._html(random, two)}<br>{self._html(random, three)}</p>"
        return Block((one, f"{two} {three}"), shown)


def make(number: int, seed: int, categories: tuple[str, ...], published_at: datetime) -> Post:
    """Return the post with this number, as the editors first published it."""
    random = Random(f"{seed}:{number}")
    language = {0: "fr", 1: "pt"}.get(number % 12, "en")
    post = Post(number, seed, "", "", categories, published_at, published_at, language)
    post.headline = words.headline(random, post.place, language)
    if post.has("formula"):
        post.headline = f"=2+2 & “sums”: {post.headline}"
    if not post.has("no_standfirst"):
        post.standfirst = words.sentence(random, post.place, language)
    post.authors = (AUTHORS[number % len(AUTHORS)],)
    if post.has("coauthors"):
        post.authors = ("Diplomatic Info", "Ama Boateng")
    if post.has("scheduled"):
        post.modified_at = published_at - timedelta(hours=3)
    elif post.has("modified_later"):
        post.modified_at = published_at + timedelta(days=random.randint(1, 20), minutes=7)
    return post


def slug_of(headline: str, *, keeps_accents: bool = False) -> str:
    """Return the slug WordPress makes of a headline; some plugins keep what is not ASCII."""
    text = headline.casefold().replace("’", "").replace("'", "")
    if not keeps_accents:
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^\w]+", "-", text).strip("-")[:80].strip("-") or "post"
