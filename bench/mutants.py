"""Whether the tests notice code that is wrong: small faults, one at a time, by cosmic-ray.

    python -m bench.mutants walks              40 of the part's mutants
    python -m bench.mutants walks --most 99 --seed 2

A part of ``mutants.toml`` names its modules and their tests. The sample is random over all of
them, the same one for the same seed. Each is made in a copy of the
project, never in the project itself. A mutant that no test notices is printed: it needs a test,
or nobody could ever see it. The status is 1 where more than one in twenty is not noticed.
"""

import argparse
import ast
import contextlib
import difflib
import os
import random
import shutil
import signal
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from cosmic_ray.commands.init import init
from cosmic_ray.mutating import use_mutation
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import WorkDB
from cosmic_ray.work_item import MutationSpec

PROJECT = Path(__file__).parent.parent
PARTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text())
TIMEOUT = 120  # seconds; a mutant that takes longer is noticed
MOST_SURVIVORS = 0.05
OPTIONS = ("-q", "-x", "-p", "no:cacheprovider", "-k", "not postgresql")

# What takes longest to import, and is not ours: the project is imported for each mutant anew.
for name in ("dateparser.search", "lxml.html", "scrapy.crawler", "sqlalchemy"):
    import_module(name)


def mutants(modules: list[str], most: int, seed: int) -> list[MutationSpec]:
    """Return up to *most* mutants of *modules* that change what the code does."""
    with tempfile.TemporaryDirectory() as folder:
        database = WorkDB(Path(folder) / "mutants.sqlite", WorkDB.Mode.create)
        init([Path(module) for module in modules], database, {})
        made = [mutant for item in database.work_items for mutant in item.mutations]
        database.close()
    types = {module: set(positions_of_types(Path(module))) for module in modules}
    chosen = [
        mutant for mutant in made if tuple(mutant.start_pos) not in types[str(mutant.module_path)]
    ]
    chosen.sort(key=lambda it: (str(it.module_path), it.operator_name, it.occurrence))
    return random.Random(seed).sample(chosen, min(most, len(chosen)))


def positions_of_types(module: Path) -> Iterator[tuple[int, int]]:
    """Yield each place inside an annotation: a mutant there says nothing of the tests."""
    lines = module.read_text().splitlines()
    for node in ast.walk(ast.parse(module.read_text())):
        for name in ("annotation", "returns"):
            if (part := getattr(node, name, None)) is not None:
                last = part.end_lineno or part.lineno
                for number in range(part.lineno, last + 1):
                    begin = part.col_offset if number == part.lineno else 0
                    end = part.end_col_offset if number == last else len(lines[number - 1])
                    yield from ((number, column) for column in range(begin, end or 0))


def try_all(chosen: list[MutationSpec], tests: list[str]) -> list[MutationSpec]:
    """Have the tests meet each mutant; print and return those that they do not notice."""
    survivors = []
    for number, mutant in enumerate(chosen, 1):
        operator = get_operator(mutant.operator_name)(**mutant.operator_args)
        with use_mutation(mutant.module_path, operator, mutant.occurrence) as (before, after):
            is_noticed = not do_pass(tests)
        if not is_noticed:
            survivors.append(mutant)
            print(f"{number} of {len(chosen)} in {mutant.module_path}: not noticed")
            lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=1, lineterm="")
            print("\n".join(list(lines)[2:]), flush=True)
    return survivors


def do_pass(tests: list[str]) -> bool:
    """Run tests in a fork of this process, which has imported what is slow to import."""
    if child := os.fork():
        _, status = os.waitpid(child, 0)
        return status == 0
    signal.alarm(TIMEOUT)
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    os._exit(pytest.main([*OPTIONS, *tests]))


def main() -> int:
    parser = argparse.ArgumentParser(description="Do the tests notice code that is wrong?")
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--most", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    part = PARTS[options.part]
    sys.dont_write_bytecode = True  # or a mutant could be met again
    sys.path.remove(str(PROJECT))
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for name in ("diplonews", "tests", "pyproject.toml", "scrapy.cfg"):
            copy(PROJECT / name, Path(folder) / name)
        if not do_pass(part["tests"]):
            sys.exit("expected the tests to pass without a mutant: run them in the project first")
        chosen = mutants(part["modules"], options.most, options.seed)
        survivors = try_all(chosen, part["tests"])
    print_counts(chosen, survivors)
    return int(len(survivors) > MOST_SURVIVORS * len(chosen))


def copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


def print_counts(chosen: list[MutationSpec], survivors: list[MutationSpec]) -> None:
    counts = Counter(str(mutant.module_path) for mutant in chosen)
    left = Counter(str(mutant.module_path) for mutant in survivors)
    for module, count in sorted(counts.items()):
        print(f"{module}: {count} mutants, {left[module]} not noticed")


if __name__ == "__main__":
    sys.exit(main())
