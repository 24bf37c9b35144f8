"""The code is written in plain words (docs/glossary.md): names, parameters and sentences."""

import ast
import re
from pathlib import Path

from tests.support.source import FILES, PACKAGE, docstrings, names, tree

# Prepositions and participles, which say how something is related and not what it is.
VAGUE = frozenset({"by", "found", "known", "noted", "of", "ours", "own", "part", "same", "such"})
VAGUE |= {"told", "whose"}
MOST_PARAMETERS = 5
MOST_WORDS = 30  # of a sentence in a docstring


def place(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def test_names_say_what_they_hold() -> None:
    vague = [
        f"{place(path)}:{line}: {name}"
        for path in FILES
        for name, line in names(path)
        if name.strip("_").lower() in VAGUE
    ]

    assert vague == []


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    arguments = function.args
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    return [argument.arg for argument in every if argument.arg not in {"self", "cls"}]


def test_functions_have_few_parameters() -> None:
    long = [
        f"{place(path)}: {node.name} has {len(parameters(node))}"
        for path in FILES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if len(parameters(node)) > MOST_PARAMETERS
    ]

    assert long == []


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.:;!?])\s+|\n\s*\n", text)


def test_sentences_are_short() -> None:
    long = [
        f"{place(path)}: {name}: {sentence[:60]}…"
        for path in FILES
        for name, text in docstrings(path)
        for sentence in sentences(text)
        if len(sentence.split()) > MOST_WORDS
    ]

    assert long == []
