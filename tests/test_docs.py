"""What the documents describe is what there is, in both directions."""

import re
from dataclasses import fields
from pathlib import Path

from diplonews.feeds.schema import CHANGE_KEYS
from diplonews.items import (
    Article,
    Author,
    CategoryName,
    CountryMention,
    Embed,
    Image,
    OrganisationMention,
)
from diplonews.runs.verdict import EXIT_STATUS

PROJECT = Path(__file__).parent.parent


def described(document: str) -> list[str]:
    """Return what stands in back quotes in the first column of a document's tables."""
    text = (PROJECT / "docs" / document).read_text()
    return re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)


def test_every_key_of_a_line_is_described_in_its_order() -> None:
    before, behind = (
        ["seq", *CHANGE_KEYS],
        ["withdrawn_at"],
    )

    keys = [name for name in described("feeds.md") if "/" not in name and "." not in name]

    assert keys == [*before, *(field.name for field in fields(Article)), *behind]


def test_the_keys_of_lists_are_described() -> None:
    text = (PROJECT / "docs/feeds.md").read_text()

    lists = {"authors": Author, "categories": CategoryName, "images": Image, "embeds": Embed}
    lists |= {"countries": CountryMention, "organisations": OrganisationMention}
    for name, item in lists.items():
        keys = ", ".join(f"`{field.name}`" for field in fields(item))
        assert f"Of `{name}`: {keys}." in text


def test_every_verdict_is_described_with_its_exit_status() -> None:
    text = (PROJECT / "docs/operations.md").read_text()

    found = dict(re.findall(r"^\| `(\w+)` \| (\d+) \|", text, re.MULTILINE))
    assert found == {name: str(status) for name, status in EXIT_STATUS.items()}


def test_links_between_documents_lead_somewhere() -> None:
    documents = [*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")]

    dead = [
        f"{document.name}: {link}"
        for document in documents
        for link in re.findall(r"\]\((?!http)([^)#]+)\)", document.read_text())
        if not (document.parent / link).exists()
    ]
    assert dead == []
