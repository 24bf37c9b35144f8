"""The package's own source, read as a reader reads it: its names, sentences and messages."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

PACKAGE = Path(__file__).parents[2] / "diplonews"
FILES = sorted(PACKAGE.rglob("*.py"))

LOUD = {"warning", "error", "critical", "exception", "log"}
QUIET = {"info"}
# Wrong arguments and settings are sentences of their own kind: one message, exit 2, no run.
USAGE = {"SettingError", "UsageError"}
# A mistake in the code, not a message: a run reports it as `expected no exception, found …`.
MISTAKES = {"KeyError", "RuntimeError", "TypeError", "ValueError"}
HOLDS_A_REASON = re.compile(r"(?:^|_)(?:why|reasons?|message|sentence)(?:$|_)")
PLACEHOLDER = re.compile(r"%(?:\.\d+)?[sdr%]|…+")


class Message(NamedTuple):
    """A text that a run may log or report, with "…" for each value in it."""

    text: str
    path: Path
    line: int
    is_loud: bool  # at WARNING or above, or a reason in the report


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def docstrings(path: Path) -> Iterator[tuple[str, str]]:
    """Yield each docstring of a file with the name of what it describes."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module):
            text = ast.get_docstring(node)
            if text:
                yield getattr(node, "name", "module"), text


def names(path: Path) -> Iterator[tuple[str, int]]:
    """Yield each name that a file gives to something, with its line."""
    for node in ast.walk(tree(path)):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name, node.lineno
            case ast.arg():
                yield node.arg, node.lineno
            case ast.Name(ctx=ast.Store()):
                yield node.id, node.lineno
            case ast.Attribute(ctx=ast.Store()):
                yield node.attr, node.lineno
            case ast.ExceptHandler(name=str()) | ast.MatchAs(name=str()):
                yield str(node.name), node.lineno
            case ast.alias(asname=str()):
                yield str(node.asname), node.lineno


def template(node: ast.AST) -> str:
    """Return a text or f-string with "…" for each value; empty for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return PLACEHOLDER.sub("…", node.value)
    if isinstance(node, ast.JoinedStr):
        pieces = (v.value if isinstance(v, ast.Constant) else "…" for v in node.values)
        return re.sub("…+", "…", "".join(map(str, pieces)))
    return ""


@cache
def error_classes() -> frozenset[str]:
    """Return the names of all exceptions that carry a message for the report or the log."""
    classes = {"DiplonewsError", "IgnoreRequest", "DropItem"}
    nodes = [n for p in FILES for n in ast.walk(tree(p)) if isinstance(n, ast.ClassDef)]
    size = 0
    while size < len(classes):
        size = len(classes)
        classes |= {
            node.name
            for node in nodes
            if any(isinstance(base, ast.Name) and base.id in classes for base in node.bases)
        }
    return frozenset(classes - USAGE)


def messages(path: Path) -> Iterator[Message]:
    """Yield the messages of a file, each once."""
    nodes = list(ast.walk(tree(path)))
    skipped = {
        id(value) for node in nodes if isinstance(node, ast.JoinedStr) for value in node.values
    }
    skipped |= {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Call) and called_name(node) in USAGE | MISTAKES:
            skipped |= {id(child) for child in ast.walk(node)}
    for is_loud, root in _roots(nodes):
        for node in ast.walk(root):
            text = template(node)
            if id(node) not in skipped and is_sentence(text):
                skipped.add(id(node))
                yield Message(text, path, getattr(node, "lineno", 0), is_loud)


def is_sentence(text: str) -> bool:
    return len(re.findall(r"\w{2,}", text)) >= 3


def called_name(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _roots(nodes: list[ast.AST]) -> Iterator[tuple[bool, ast.AST]]:
    """Yield the parts of a file in which messages stand, and whether they are loud."""
    for node in nodes:
        match node:
            case ast.Call():
                name, function = called_name(node), ast.unparse(node.func)
                is_log = "logger." in function and name in LOUD | QUIET
                is_reason = name in error_classes() or name.endswith(("note_trouble", "reject"))
                if is_log or is_reason:
                    yield name not in QUIET, node
            case ast.Assign() if any(HOLDS_A_REASON.search(ast.unparse(t)) for t in node.targets):
                yield True, node.value
            case ast.keyword(arg=str()) if HOLDS_A_REASON.search(str(node.arg)):
                yield True, node.value
            case ast.FunctionDef() if HOLDS_A_REASON.search(node.name):
                for child in ast.walk(node):
                    if isinstance(child, ast.Return) and child.value:
                        yield True, child.value
            case ast.Constant() | ast.JoinedStr() if "expected " in template(node):
                yield True, node
