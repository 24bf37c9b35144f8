"""Which agency, broadcaster or other paper wrote an article.

The byline, the dateline or a notice after the text say it. Only what is set apart as a credit
counts, never prose: "The president told Reuters" does not make an article Reuters's copy.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from diplonews.infer.data_tables import parts, rows, words

PAPER = "paper"
LONGEST_NOTICE = 500  # characters; a longer paragraph is prose
LONGEST_TAIL = 160  # characters at the end of a last paragraph where a credit may stand
SHORTEST_NAME = 5  # letters; in a shorter name, capitals matter in a byline too
MOST_LEADS = 3  # "Source: By the AFP"

# The feeds' name for every spelling. Abbreviations count only in brackets, after a dateline's
# comma, beside a name in a byline, or alone in the byline or the last line.
AGENCIES = tuple(row["agency"] for row in rows("agencies"))
NAMES = {
    spelling: row["agency"]
    for row in rows("agencies")
    for spelling in parts(row["spellings"], ";")
}
ANY_CASE = {spelling.casefold(): name for spelling, name in NAMES.items()}
DOMAINS = {
    domain: row["agency"] for row in rows("agencies") for domain in parts(row["domains"], ",")
}
DATELINE_SPELLINGS = {
    spelling
    for row in rows("agencies")
    if row["kind"] != PAPER
    for spelling in parts(row["spellings"], ";")
}
APOSTROPHES = re.compile("[’‘`´′ʼ]")
SITE = r"(?:https?://)?(?:www\.)?(?P<host>[\w-]{1,60}(?:\.[\w-]{1,20}){1,3})(?:/\S{0,200})?"
# The words before a credit that is a paragraph by itself: "Source:", "Culled from", "Com".
LEAD_WORDS = (
    # A label.
    r"Sources?|SOURCE|FONTE|Fontes?|Credits?|Crédits?|Créditos?|Agency|Agence|Agência",
    r"By|Par|Por|From|Text|Texte|Texto|Via|With|Avec|Com",
    # Editors who used an agency's text.
    r"(?:La )?[Rr]édaction avec|(?:A )?[Rr]eda[cç]?ção com",
    r"(?:Culled|Adapted|Excerpted|Republished) from",
    r"(?:Story|Report|Reported|Distributed|Copyright) by",
    r"Tiré d[eu]|Repris d[eu]|D[’']après|Article (?:repris )?d[eu]|Retirado d[eoa]",
    # Where it was published first, or goes on.
    r"Publicado (?:por|em|n[oa])|Leia mais em",
    r"Read (?:more|the (?:original|full)|original)(?: article| story)? (?:on|at|from|in)",
    r"Lire (?:plus|la suite|l[’']article)(?: original)? sur",
    r"This (?:article|story|report|piece) (?:was |is )?(?:first |originally )?"
    r"(?:published |republished |appeared |culled )?(?:by|on|in|from|with permission from)",
    r"(?:(?:Originally|First) )?(?:[Pp]ublished|appeared) (?:by|on|in)",
    r"Copyright|©|\(c\)",  # last: "Copyright by" is a longer lead
)
LEAD = re.compile(
    rf"(?:{'|'.join(LEAD_WORDS)})(?=[\s:]|$)[\s:]{{0,4}}(?:(?:the|la|le|o|a)\s)?",
)
YEAR = re.compile(r"(?:©\s?)?\d{4}\s")
TRAILER = re.compile(
    rf"(?:,?\s?(?:\d{{4}}|All rights reserved|Tous droits réservés))?[\s)\].*/–—-]{{0,6}}"
    rf"(?:\(?{SITE}\)?)?\.?$"
)
LINK = re.compile(rf"\(?{SITE}\)?\.?")
SEPARATOR = re.compile(
    r"\s?[|/,+&;]\s?|\s[–—-]\s|\s(?:and|et|e|with|avec|com|for|pour|of the|in|à|em)\s|\sde l[’']"
)
CONDITIONS = (
    (
        "Anadolu",
        r"Anadolu Agency(?:[’']s)? (?:web)?site \w+ .{0,300}\b(?:subscri|portion|stories)",
    ),
    ("AP", r"(?:Copyright|©).{0,30}\bThe Associated Press\b.{0,20}All rights reserved"),
    (
        "Reuters",
        r"\(?(?:(?:Additional |Compiled )?[Rr]eporting|Writing) by .{1,300}; ?[Ee]diting by ",
    ),
    ("Reuters", r"Our Standards: The Thomson Reuters Trust Principles"),
    (
        "AP",
        r"(?:The )?(?:AP|Associated Press) (?:\w+ )?(?:writer|journalist|reporter|correspondent)s? "
        r".{1,300} contributed(?: to this (?:report|story))?(?: from [\w ,]{1,60})?\.",
    ),
    ("AFP", r"©.{0,20}\bAgence France-Presse\b"),
    ("APO", r"(?:Distributed|Distribué|Distribuído) (?:by|par|por) (?:the |o )?APO Group\b"),
    ("AMA", r"Distributed by African Media Agency\b"),
    ("PANA", r"-0-\sPANA\b[\sA-Za-z0-9/]{0,60}$"),
)
# How desks sign at the end of an agency's copy: "TE/fss/APA", "ANG/JD//SG", "Lusa/Fim".
INITIALS = re.compile(r"[A-ZÀ-Þa-zß-ÿ]{1,4}")
SLASHES = re.compile(r"\s?/{1,2}\s?")
FIM = "fim"  # Portuguese for "end"; Lusa also prints it alone
MOST_INITIALS = 8
# Paragraphs beside an agency's notice that name no agency: a ruler, the editors.
DESKS = re.compile(
    r"={3,60}|-{3,60}|Enditem|Ends?\.?|ENDS?|Fim|FIM"
    r"|(?:Edited|Edição|Edited and vetted)(?: by|:) ?.{2,80}"
)
# A credit after the last sentence: "… he said. (NAN)", "(NAN)(www.nannews.ng)", "– AFP".
IN_BRACKETS = r"[(\[]\s?(?P<bracket>[^()\[\]]{2,60}?)\s?[)\]]"
BEHIND_DASH = r"[–—-]{1,2}\s?(?P<dash>[^–—()]{2,40}?)"
SIGNED = r"(?P<signed>(?:[\w-]{2,12}\s?)?/\s?[Ff]im)"
BEHIND_LABEL = r"(?:Source|Fonte)\s?:\s?(?P<source>[^()]{2,40}?)"
TAIL = re.compile(
    rf"(?<=[.!?”\"’»])\s?"
    rf"(?P<notice>(?:{IN_BRACKETS}|{BEHIND_DASH}|{SIGNED}|{BEHIND_LABEL})(?:\s?\(?{SITE}\)?)?)"
    rf"\s?\.?$"
)
BRACKET = re.compile(r"[(\[]\s?([^()\[\]]{2,60}?)\s?[)\]]$")
BYLINE_LEAD = re.compile(
    r"(?:by|par|por|from|source|fonte)(?:\s?:\s?|\s)(?:the\s)?|the\s", re.IGNORECASE
)
EMOJI_STYLE = "\ufe0f"  # after "©"
PLACE = re.compile(r"[A-ZÀ-Þ][\w’'-]+(?:\s[A-ZÀ-Þ][\w’'-]+)?")


class Credit(NamedTuple):
    """An agency, and the notice that credits it; both may be empty."""

    agency: str
    notice: str


def alternatives(spellings: Iterable[str]) -> str:
    """Return a pattern that matches any of the spellings, the longest first, any apostrophe."""
    escaped = (re.escape(spelling).replace("'", "['’‘`]") for spelling in spellings)
    return "|".join(sorted(escaped, key=len, reverse=True))


def agency_named(spelling: str) -> str:
    """Return the agency that a credit spells; empty for none.

    >>> agency_named("Agence France-Presse"), agency_named("Diplomatic Info")
    ('AFP', '')
    """
    return NAMES.get(APOSTROPHES.sub("'", spelling.strip()), "")


def agency_of_authors(authors: Iterable[str]) -> str:
    """Return the agency that the names of an article's authors give.

    >>> agency_of_authors(["Ama Boateng (NAN)"]), agency_of_authors(["Ana Reuters"])
    ('NAN', '')
    """
    for author in authors:
        line = BYLINE_LEAD.sub("", " ".join(author[:LONGEST_NOTICE].split()), count=1)
        if agency := _agency_of_byline(line):
            return agency
    return ""


def split_notice(body: str) -> tuple[Credit, str]:
    """Return the credit at the end of a body, and the body without the notice.

    Several paragraphs may be notices, the desk's initials among them. All of them are removed;
    the first credit names the agency.
    """
    paragraphs = body.split("\n\n") if body else []
    first = len(paragraphs)
    while first and (
        _credited_agency(paragraphs[first - 1]) or _is_desk_line(paragraphs[first - 1])
    ):
        first -= 1
    prose, notices = paragraphs[:first], paragraphs[first:]
    tail = _tail(prose[-1]) if prose else None
    if tail is not None:
        prose[-1] = prose[-1][: prose[-1].rindex(tail.notice)].rstrip()
        notices.insert(0, tail.notice)
    agencies = (
        [tail.agency] if tail is not None else [*filter(None, map(_credited_agency, notices))]
    )
    if not agencies:
        return Credit("", ""), body
    return Credit(agencies[0], "\n\n".join(notices)), "\n\n".join(prose)


def _agency_of_byline(line: str) -> str:
    """Return the agency of a byline: alone, first, in brackets, or beside a person's name."""
    if agency := _agency_in_any_case(line.strip("()[] ")):
        return agency
    pieces = SEPARATOR.split(line)
    if len(pieces) > 1 and (agency := _agency_in_any_case(pieces[0])):
        return agency
    bracket = BRACKET.search(line)
    beside = [*pieces[1:], *(SEPARATOR.split(bracket[1]) if bracket else ())]
    return next(filter(None, map(agency_named, beside)), "")


def _is_desk_line(paragraph: str) -> bool:
    """Tell whether agencies' desks left a paragraph behind: initials, a ruler, "Ends"."""
    if len(paragraph) > LONGEST_TAIL:
        return False
    return DESKS.fullmatch(paragraph) is not None or len(_initials(paragraph)) > 1


def _initials(paragraph: str) -> list[str]:
    """Return the pieces of a desk's signature; none if the paragraph is not a signature."""
    signed = SLASHES.split(paragraph.strip("().- "))
    is_signature = all(INITIALS.fullmatch(p) or p in DATELINE_SPELLINGS for p in signed)
    return signed if is_signature and 1 < len(signed) <= MOST_INITIALS else []


def _tail(paragraph: str) -> Credit | None:
    """Return the credit that stands after a paragraph's last sentence."""
    tail = TAIL.search(paragraph[-LONGEST_TAIL:])
    if tail is None:
        return None
    printed = next(filter(None, tail.group("bracket", "dash", "signed", "source")))
    agency = _agency_of_signature(printed) if tail["signed"] else _agency_of_credit(printed)
    return Credit(agency, tail["notice"].strip()) if agency else None


def _credited_agency(paragraph: str) -> str:
    """Return the agency that a paragraph credits, if it does nothing else."""
    if len(paragraph) > LONGEST_NOTICE:
        return ""
    for name, condition in CONDITIONS:
        if re.match(condition, paragraph):
            return name
    return _agency_of_credit(paragraph) or _agency_of_signature(paragraph)


def _agency_of_credit(printed: str) -> str:
    """Return the agency of "Source: Reuters", "© 2025 AFP and agencies", "www.punchng.com"."""
    if agency := agency_named(printed):
        return agency
    bare = printed.replace(EMOJI_STYLE, "").strip(" ([–—*/-)]")
    for _ in range(MOST_LEADS):
        lead = LEAD.match(bare)
        if lead is None or agency_named(bare):
            break
        bare = bare[lead.end() :]
    bare = YEAR.sub("", bare, count=1) if YEAR.match(bare) else bare
    if agency := agency_named(bare) or agency_named(bare.rstrip(".")):
        return agency
    if link := LINK.fullmatch(bare):
        return _agency_of_host(link["host"])
    trailer = TRAILER.search(bare)
    first, *others = SEPARATOR.split(bare[: trailer.start()] if trailer else bare)
    is_credit = all(
        agency_named(o) or o in words("agencies") or PLACE.fullmatch(o) for o in others
    )
    return agency_named(first) if is_credit else ""


def _agency_of_signature(paragraph: str) -> str:
    """Return the agency that signs "TE/fss/APA" or "Lusa/Fim"; "/Fim" alone is Lusa's."""
    if paragraph.strip(" .").casefold() == f"/{FIM}":
        return "Lusa"
    signed = _initials(paragraph)
    ends = [p for p in (signed[:1] + signed[-1:]) if p in DATELINE_SPELLINGS]
    return agency_named(ends[0]) if ends else ""


def _agency_of_host(host: str) -> str:
    """Return the agency to whose domain a host belongs."""
    labels = host.casefold().removeprefix("www.").split(".")
    ends = (".".join(labels[start:]) for start in range(len(labels) - 1))
    return next((DOMAINS[end] for end in ends if end in DOMAINS), "")


def _agency_in_any_case(spelling: str) -> str:
    """Return an agency in any capitals; an abbreviation only in its own."""
    exact = agency_named(spelling)
    if exact or len(spelling) < SHORTEST_NAME:
        return exact
    return ANY_CASE.get(APOSTROPHES.sub("'", spelling.strip().casefold()), "")
