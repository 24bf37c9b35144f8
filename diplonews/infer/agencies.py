"""News agencies: whose copy an article is, by byline, dateline, or the notice behind the text.

"The president told Reuters" makes nobody an agency's copy: only what is set apart as a credit
counts, never prose.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

# The name in feeds, and how credits spell it. The first spellings are abbreviations, which
# only count in brackets, after a dateline's comma, or alone in the byline or the last line.
AGENCIES: dict[str, tuple[str, ...]] = {
    "Anadolu": ("AA", "Anadolu", "Anadolu Agency", "Anadolu Ajansı", "Agence Anadolu"),
    "Reuters": ("Reuters", "Thomson Reuters"),
    "AFP": ("AFP", "Agence France-Presse", "Agence France Presse"),
    "AP": ("AP", "Associated Press", "The Associated Press"),
    "NAN": ("NAN", "News Agency of Nigeria"),
    "APA": ("APA", "APAnews", "APA News", "African Press Agency", "Agence de Presse Africaine"),
    "PANA": ("PANA", "Panapress", "PANAPRESS", "Panafrican News Agency"),
    "Xinhua": ("Xinhua", "Xinhua News Agency"),
    "TASS": ("TASS", "ITAR-TASS"),
    "GNA": ("GNA", "Ghana News Agency"),
    "APS": ("APS", "Agence de Presse Sénégalaise", "Agence de presse sénégalaise"),
    "APS (Algeria)": ("Algérie Presse Service", "Algeria Press Service"),
    "Lusa": ("Lusa", "LUSA", "Agência Lusa"),
    "AIB": ("AIB", "Agence d'Information du Burkina", "Agence d’information du Burkina"),
    "AIP": ("AIP", "Agence Ivoirienne de Presse", "Agence ivoirienne de presse"),
    "AMAP": ("AMAP", "Agence Malienne de Presse", "Agence Malienne de Presse et de Publicité"),
    "ANP": ("ANP", "Agence Nigérienne de Presse", "Agence nigérienne de presse"),
    "ATOP": ("ATOP", "Agence Togolaise de Presse", "Agence togolaise de presse"),
    "ABP": ("ABP", "Agence Bénin Presse"),
    "AGP": ("AGP", "Agence Guinéenne de Presse", "Agence guinéenne de presse"),
    "ANG": ("ANG", "Agência de Notícias da Guiné"),
    "Inforpress": ("Inforpress", "INFORPRESS"),
    "LINA": ("LINA", "Liberia News Agency"),
    "SLENA": ("SLENA", "Sierra Leone News Agency"),
    "MAP": ("MAP", "Maghreb Arab Press", "Maghreb Arabe Presse"),
    "TAP": ("TAP", "Tunis Afrique Presse"),
    "MENA": ("MENA", "Middle East News Agency"),
    "dpa": ("dpa", "DPA", "Deutsche Presse-Agentur"),
    "EFE": ("EFE", "Agencia EFE"),
    "ANSA": ("ANSA",),
    "UPI": ("UPI", "United Press International"),
    "PTI": ("PTI", "Press Trust of India"),
    "ANI": ("ANI", "Asian News International"),
    "IRNA": ("IRNA", "Islamic Republic News Agency"),
    "WAM": ("WAM", "Emirates News Agency"),
    "SPA": ("SPA", "Saudi Press Agency"),
    "Yonhap": ("Yonhap", "Yonhap News Agency"),
    "Kyodo": ("Kyodo", "Kyodo News"),
    "Interfax": ("Interfax", "Interfax-Ukraine"),
    "Ukrinform": ("Ukrinform",),
    "Sputnik": ("Sputnik", "RIA Novosti"),
    "Bloomberg": ("Bloomberg", "Bloomberg News"),
    "UN News": ("UN News", "United Nations News"),
}
NAMES = {spelt: name for name, spellings in AGENCIES.items() for spelt in spellings}
ANY = "|".join(sorted(map(re.escape, NAMES), key=len, reverse=True))
DOMAINS = {
    "aa.com.tr": "Anadolu", "reuters.com": "Reuters", "afp.com": "AFP", "apnews.com": "AP",
    "nannews.ng": "NAN", "nanonline.ng": "NAN", "apanews.net": "APA", "panapress.com": "PANA",
    "xinhuanet.com": "Xinhua", "news.cn": "Xinhua", "tass.com": "TASS", "gna.org.gh": "GNA",
    "aps.sn": "APS", "aps.dz": "APS (Algeria)", "lusa.pt": "Lusa", "inforpress.cv": "Inforpress",
}  # fmt: skip
SITE = r"(?:https?://)?(?:www\.)?(?:" + "|".join(map(re.escape, DOMAINS)) + r")(?:/\S*)?"
LONGEST_NOTICE = 500  # characters: what is longer is prose

# Whole paragraphs that are a credit, or a condition of an agency's.
LEAD = (
    r"(?:Source|Sources|Fonte|Credit|Crédit|Agency|Agence|Agência|By|Par|Por|From|Text|Via|With|Avec|Com|"
    r"Read (?:more|the original(?: article)?) (?:on|at|from)|Lire (?:plus|l[’']article) sur|"
    r"This (?:article|story|report) (?:was )?(?:first|originally) "
    r"(?:published|appeared) (?:by|on|in)|"
    r"Originally published by|Published by|Copyright|©|\(c\))"
)
CREDIT = re.compile(
    rf"[\s(\[–—*/-]*(?:{LEAD}[\s:]*(?:the\s)?)*(?:©\s*)?(?:\d{{4}}\s*)?(?P<agency>{ANY})"
    rf"(?:\s*(?:&|and|et|e|with agencies|avec agences|/|,|\+|-)\s*(?:agencies|agences|(?:{ANY})))?"
    rf"(?:,?\s*(?:\d{{4}}|All rights reserved))?[\s)\].*/–—-]*(?:\(?{SITE}\)?)?\.?"
)
LINK = re.compile(rf"[\s(\[]*(?:{LEAD}[\s:]*)?(?P<site>{SITE})[\s)\].]*")
CONDITIONS = (
    ("Anadolu", r"Anadolu Agency(?:[’']s)? (?:web)?site \w+ .*\b(?:subscri|portion|stories)"),
    ("AP", r"(?:Copyright|©).{0,30}\bThe Associated Press\b.{0,20}All rights reserved"),
    ("Reuters", r"\(?(?:(?:Additional |Compiled )?[Rr]eporting|Writing) by .+; *[Ee]diting by "),
    ("Reuters", r"Our Standards: The Thomson Reuters Trust Principles"),
    ("AFP", r"©.{0,20}\bAgence France-Presse\b"),
)
# A credit behind the last sentence: "… he said. (NAN)", "(NAN)(www.nannews.ng)", "– AFP".
TAIL = re.compile(
    rf"(?<=[.!?”\"’»])\s*(?P<notice>(?:\(\s*(?P<bracket>{ANY})\s*\)|[–—-]{{1,2}}\s?(?P<dash>{ANY}))"
    rf"(?:\s*\(?{SITE}\)?)?)\s*\.?$"
)
BYLINE = re.compile(
    rf"(?:by|par|por)?\s*(?:the\s)?(?P<agency>{ANY})(?:\s*(?:[|/,–-]|and|et|with)\s.*)?",
    re.IGNORECASE,
)


class Credit(NamedTuple):
    """Whose copy it is, and the notice that says so; both may be empty."""

    agency: str
    notice: str


def named(spelt: str) -> str:
    """Return the agency a credit spells; empty for none.

    >>> named("Agence France-Presse"), named("Diplomatic Info")
    ('AFP', '')
    """
    return NAMES.get(spelt.strip(), "")


def by_names(authors: Iterable[str]) -> str:
    """Return the agency among those who wrote an article."""
    for author in authors:
        found = BYLINE.fullmatch(author.strip())
        if found and (name := _named_anyhow(found["agency"])):
            return name
    return ""


def part_notice(body: str) -> tuple[Credit, str]:
    """Return the credit at the end of a body, and the body without the notice.

    Several paragraphs may be notices: all of them are taken off, the first names the agency.
    """
    paragraphs = body.split("\n\n") if body else []
    agency, notices = "", []
    while paragraphs and (name := _credited(paragraphs[-1])):
        notices.append(paragraphs.pop())
        agency = name
    if paragraphs and (found := TAIL.search(paragraphs[-1])):
        agency = NAMES[found["bracket"] or found["dash"]]
        notices.append(found["notice"].strip())
        paragraphs[-1] = paragraphs[-1][: found.start("notice")].rstrip()
    return Credit(agency, "\n\n".join(reversed(notices))), "\n\n".join(paragraphs)


def _credited(paragraph: str) -> str:
    """Return the agency that a paragraph credits, where it does nothing else."""
    if len(paragraph) > LONGEST_NOTICE:
        return ""
    for name, condition in CONDITIONS:
        if re.match(condition, paragraph):
            return name
    found = CREDIT.fullmatch(paragraph)
    if found:
        return NAMES[found["agency"]]
    link = LINK.fullmatch(paragraph)
    return next((name for of, name in DOMAINS.items() if link and of in link["site"]), "")


def _named_anyhow(spelt: str) -> str:
    """Return an agency however its byline is capitalised; abbreviations only as they are."""
    exact = NAMES.get(spelt)
    if exact or len(spelt) < 5:
        return exact or ""
    return next((name for of, name in NAMES.items() if of.casefold() == spelt.casefold()), "")
