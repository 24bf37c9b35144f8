"""The ten questions as pages of the browser: those of ``exports/questions.py``, and three more.

In docs/questions.md the three are commands. Their parameters may be left empty.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from diplonews.exports.questions import QUESTIONS

NO_ANSWER = "No article answers this question so far."
QUERIES = {question.name: question for question in QUESTIONS}


@dataclass(frozen=True, slots=True)
class CannedQuery:
    """A question, and the query that answers it."""

    name: str  # of its page, which is no table's or view's
    title: str
    note: str
    sql: str
    empty: str = NO_ANSWER  # said where there are no rows


EMPTY = {
    "edit-delays": "No article was edited so far. Edits come from `scrapy crawl recheck`.",
    "withdrawn-now": "No article is withdrawn. Withdrawals come from `scrapy crawl recheck`.",
}


def _shared(page: str, name: str, note: str) -> CannedQuery:
    """Return a question of docs/questions.md."""
    question = QUERIES[name]
    sql = question.query.strip().removesuffix(";")
    return CannedQuery(page, question.title, note, sql, EMPTY.get(page, NO_ANSWER))


CANNED_QUERIES = (
    _shared(
        "aes-by-week", "aes-by-week",
        "Burkina Faso, Mali and Niger; beside all articles of the section and the share.",
    ),
    _shared("edit-delays", "edits", "By the site's time of modification, or the run that saw it."),
    _shared("whose-copy", "agencies", "Who is credited; –: nobody. Withdrawn articles count."),
    _shared("withdrawn-now", "withdrawn", "The site no longer serves them; their words are here."),
    _shared(
        "ecowas-summits", "ecowas-summits",
        "They name the organisation and have the word, in three languages, not only as a tag.",
    ),
    _shared(
        "share-syndicated", "syndicated",
        "By section; an article of two counts in both. Withdrawn articles count.",
    ),
    CannedQuery(
        "what-changed",
        "What changed in this article?",
        "Give its number, id or address; empty: what happened to any, newest first.",
        """\
SELECT revisions.article, revisions.happened_at, event, revisions.reason, changed,
  change_ratio, revisions.headline, diff
FROM revisions
JOIN articles ON articles.number = revisions.article
WHERE CASE WHEN :article = '' THEN event <> 'created'
  ELSE :article IN (articles.number || '', articles.id, articles.url,
    articles.canonical_url) END
ORDER BY revisions.seq DESC""",
        "No article has this number, id or address; if you gave none, no article changed so far.",
    ),
    CannedQuery(
        "last-seven-days",
        "What was published in the last seven days?",
        "For a spreadsheet: take CSV below.",
        """\
SELECT number, published_at, headline, sections, categories, countries, agency, language,
  word_count, status, url
FROM articles
WHERE published_at >= strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-7 days')
ORDER BY published_at DESC""",
        "No article was published in the last seven days, as far as the archive has them.",
    ),
    CannedQuery(
        "newest-of-a-country",
        "What is new on Ghana, or on another country?",
        "The fifty newest that name it: a name, or a code such as ML; empty: Ghana. For a feed "
        "reader: scrapy export -o ghana.atom --country GH",
        """\
SELECT articles.number, published_at, headline, countries.named_in, agency, url
FROM countries
JOIN articles ON articles.number = countries.article
WHERE status = 'live'
  AND countries.code = country_code(coalesce(nullif(trim(:country), ''), 'GH'))
ORDER BY published_at DESC
LIMIT 50""",
        "No live article names this country.",
    ),
    _shared(
        "every-mention", "tariff",
        "In headline, standfirst or body, with the words around it. For other words: search.",
    ),
)  # fmt: skip

QUESTIONS_BY_NAME = {query.name: query for query in CANNED_QUERIES}


def as_metadata() -> dict[str, Mapping[str, str]]:
    """Return the questions as Datasette's metadata has them."""
    return {
        query.name: {
            "title": query.title,
            "description": query.note,
            "sql": query.sql,
            "hide_sql": "1",
        }
        for query in CANNED_QUERIES
    }
