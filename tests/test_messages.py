"""Every message that an operator can meet stands in docs/operations.md, and no other does."""

import ast
import re
from functools import cache
from pathlib import Path

from tests.support.source import FILES, PACKAGE, Message, is_sentence, messages, template, tree

OPERATIONS = Path(__file__).parents[1] / "docs" / "operations.md"
# The replica is no part of a run, reasons.py has patterns, all messages of settings are alike, and
# the overview is a page for analysts.
LEFT_OUT = (
    "commands/demo.py",
    "demo/",
    "overview/",
    "runs/reasons.py",
    "setting_checks.py",
    "setting_table.py",
)
LEAST_SHARE = 0.5  # of a message's first sentence that a documented one has to quote


@cache
def all_messages() -> tuple[Message, ...]:
    paths = [p for p in FILES if not str(p.relative_to(PACKAGE)).startswith(LEFT_OUT)]
    return tuple(message for path in paths for message in messages(path))


def documented() -> list[str]:
    """Return the messages that the document describes: in bold, or first in a table's row."""
    text = OPERATIONS.read_text()
    section = text[text.index("\n## Messages\n") :]
    bold = re.findall(r"\*\*`([^`]+)`\*\*", section)
    rows = re.findall(r"^\| ((?:`[^`]+`(?:, )?)+)(?: \(\w+\))? \|", section, re.MULTILINE)
    cells = [quote for row in rows for quote in re.findall(r"`([^`]+)`", row)]
    return [" ".join(quote.split()) for quote in (*bold, *cells) if is_sentence(quote)]


def letters(text: str) -> int:
    return len(re.sub(r"\W", "", text))


def quotes(quote: str, text: str) -> bool:
    """Tell whether *quote*, with "…" for anything, is in a message and says what it says."""
    pattern = ".*".join(map(re.escape, quote.split("…")))
    sentence = text.split(". ")[0]
    is_long_enough = letters(quote) >= LEAST_SHARE * letters(sentence)
    return is_long_enough and re.search(pattern, text) is not None


def test_messages_are_found() -> None:
    """Otherwise the next test would pass on nothing."""
    texts = {message.text for message in all_messages() if message.is_loud}

    assert len(texts) > 100
    assert "not asked for: robots.txt forbids it" in texts
    assert "…: expected a capture of it, found none" in texts


def test_every_message_is_described() -> None:
    described = documented()

    # A text that begins with a value and "found" goes on from another one, which is described.
    missing = [
        f"{message.path.relative_to(PACKAGE)}:{message.line}: {message.text}"
        for message in all_messages()
        if message.is_loud and not message.text.startswith("…, found")
        if not any(quotes(quote, message.text) for quote in described)
    ]
    assert missing == []


def test_every_described_message_is_in_the_code() -> None:
    texts = {template(node) for path in FILES for node in ast.walk(tree(path))}

    gone = [
        quote
        for quote in documented()
        if not any(re.search(".*".join(map(re.escape, quote.split("…"))), t) for t in texts)
    ]
    assert gone == []
