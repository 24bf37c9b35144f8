"""Analysts' questions in SQL, as in docs/questions.md; a test compares them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and the query that answers it."""

    name: str
    title: str
    query: str


QUESTIONS = (
    Question(
        "aes-by-week",
        "How many articles a week are on the AES states, in each section?",
        """\
SELECT week, section, articles, articles_of_section, share
FROM aes_by_week
ORDER BY week DESC, section;
""",
    ),
    Question(
        "edits",
        "How soon after publication do edits come?",
        """\
SELECT CASE WHEN hours_after_publication < 1 THEN 'within an hour'
            WHEN hours_after_publication < 24 THEN 'within a day'
            WHEN hours_after_publication < 168 THEN 'within a week'
            ELSE 'later' END AS edited,
       count(*) AS edits,
       round(1.0 * count(*) / sum(count(*)) OVER (), 3) AS share
FROM edits
GROUP BY 1
ORDER BY min(hours_after_publication);
""",
    ),
    Question(
        "agencies",
        "Whose copy is it?",
        """\
SELECT agency, articles, share FROM agencies;
""",
    ),
    Question(
        "withdrawn",
        "What is withdrawn now?",
        """\
SELECT withdrawn_at, published_at, headline, url
FROM withdrawn
ORDER BY withdrawn_at DESC;
""",
    ),
    Question(
        "ecowas-summits",
        "Which countries do articles on ECOWAS summits name?",
        """\
SELECT countries.name, count(*) AS articles, max(articles.published_at) AS latest
FROM articles_fts
JOIN articles ON articles.number = articles_fts.rowid
JOIN organisations ON organisations.article = articles.number AND organisations.code = 'ECOWAS'
JOIN countries ON countries.article = articles.number
WHERE articles_fts MATCH '{headline standfirst body} : (summit* OR sommet* OR cimeira*)'
GROUP BY countries.name
ORDER BY articles DESC, countries.name;
""",
    ),
    Question(
        "syndicated",
        "Which share is syndicated?",
        """\
SELECT section, count(*) AS articles, round(avg(is_syndicated), 3) AS share
FROM articles JOIN sections ON sections.article = articles.number
GROUP BY section
UNION ALL
SELECT 'all', count(*), round(avg(is_syndicated), 3) FROM articles;
""",
    ),
    Question(
        "tariff",
        "Where is every mention of “tariff”?",
        """\
SELECT articles.published_at, articles.headline, articles.url,
       snippet(articles_fts, -1, '[', ']', '…', 16) AS mention
FROM articles_fts
JOIN articles ON articles.number = articles_fts.rowid
WHERE articles_fts MATCH '{headline standfirst body} : tariff*'
ORDER BY articles.published_at DESC;
""",
    ),
)
