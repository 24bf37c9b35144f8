"""Imports go one way, and files say what they are for (docs/architecture.md)."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PACKAGE = TESTS.parent / "diplonews"

KNOWN = {"errors", "items", "site"}
MAY_IMPORT: dict[str, set[str]] = {
    # What is known.
    "errors": set(),
    "items": set(),
    "site": set(),
    "clock": set(),
    "printing": {"errors"},
    "refusals": set(),
    # What is worked out: same input, same output.
    "lines": {"items", "normalise"},
    "file_owners": set(),
    "output_files": {"errors"},
    "outside": set(),
    "normalise": {"errors", "items"},
    "infer": {"errors", "items", "normalise"},
    "pages": {"errors", "items", "normalise"},
    # What is kept.
    "archive": {"clock", "errors", "items", "lines", "normalise", "file_owners", "printing"},
    "feeds": {
        *("archive", "clock", "errors", "items", "lines", "normalise", "file_owners", "printing"),
        "site",
    },
    "backups": {"archive", "clock", "errors", "feeds", "file_owners", "printing"},
    # What runs.
    "bundle": {"errors", "feeds", "items", "output_files", "printing"},
    "courtesy": {"errors", "site"},
    "logs": {"errors", "printing"},
    "exporters": {"exports", "items", "lines"},
    "extras": {"errors"},
    "browse": {"errors", "exports", "lines", "normalise", "printing", "site"},
    "editions": {"exports", "extras", "feeds", "site"},
    "overview": {"archive", "exports", "lines", "printing", "site"},
    "exports": {"extras", "archive", "errors", "feeds", "infer", "items", "lines", "normalise"}
    | {"printing", "site"},
    "edit_lines": {"items", "lines", "normalise"},
    "happenings": {"archive", "lines", "edit_lines", "normalise"},
    "middlewares": {"archive", "clock", "errors", "lines", "refusals", "runs", "site"},
    "last_words": {"printing"},
    "settings": {"last_words", "setting_table", "streams"},
    "streams": set(),
    "setting_kinds": {"archive", "site"},
    "setting_table": {"setting_kinds", "site"},
    "setting_checks": {"archive", "setting_kinds", "setting_table"},
    "forgetting": {"archive", "clock", "errors", "feeds", "file_owners", "printing"},
    "runs": {
        "archive",
        "clock",
        "editions",
        "errors",
        "feeds",
        "forgetting",
        "lines",
        "file_owners",
        "printing",
    },
    "extensions": {"errors", "runs"},
    "notices": {"clock", "errors", "feeds", "lines", "printing", "runs", "setting_kinds"},
    "inferring": {"infer", "items", "normalise", "site"},
    "pipelines": {
        *KNOWN,
        "clock",
        "feeds",
        "inferring",
        "lines",
        "normalise",
        "rereading",
        "runs",
        "values",
    },
    "rereading": {"archive", "crawling", "errors", "items", "runs"},
    "pruning": {"archive", "errors", "file_owners"},
    "values": {"items", "runs"},
    "workers": {"errors", "extras", "last_words", "streams"},
    "reading_ahead": {
        *("archive", "crawling", "errors", "inferring", "items", "normalise", "pages"),
        *("pipelines", "runs", "workers"),
    },
    "diagnosis": {"items", "pages", "site"},
    "crawling": {*KNOWN, "archive", "clock", "lines", "normalise", "pages", "refusals", "runs"},
    "spiders": {
        *(*KNOWN, "archive", "clock", "crawling", "diagnosis", "normalise", "pages", "runs"),
        *("reading_ahead", "workers"),
    },
    "archive_commands": {"archive", "errors", "printing", "runs", "setting_checks"},
    "spider_help": set(),
    "unread_commands": {
        "archive",
        "archive_commands",
        "clock",
        "errors",
        "lines",
        "normalise",
        "printing",
        "runs",
    },
    "commands": {
        *KNOWN,
        "archive",
        "archive_commands",
        "browse",
        "backups",
        "bundle",
        "clock",
        "courtesy",
        "demo",
        "diagnosis",
        "feeds",
    }
    | {
        "exports",
        "extras",
        "notices",
        "overview",
        "setting_kinds",
        "spider_help",
        "spiders",
        "unread_commands",
        "workers",
    }
    | {"clock", "editions", "forgetting", "edit_lines", "happenings", "output_files", "pruning"}
    | {"lines", "logs", "normalise", "printing", "runs", "setting_checks"},
    # The judge of all that: it knows the site's facts and none of the readers.
    "demo": {"clock", "site"},
}
# What is worked out is a function of its arguments, so nothing that reaches outside of them.
WORKED_OUT = {"infer", "lines", "normalise", "pages"}
REACHING = {"asyncio", "http", "io", "os", "pathlib", "random", "scrapy", "shutil", "socket"}
REACHING |= {
    "sqlalchemy",
    "sqlite3",
    "subprocess",
    "tempfile",
    "time",
    "twisted",
    "urllib.request",
}
IN_MEMORY = {"BytesIO", "StringIO"}  # of io: files that are no files
CLOCKS = {"now", "today", "utcnow"}
ASK_A_CLOCK = {"time.time", "time.time_ns", "date.today"}
ASK_A_CLOCK |= {f"datetime.{name}" for name in ("now", "utcnow", "today")}
MODULES = sorted(PACKAGE.rglob("*.py"))


def part(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imported_names(path: Path) -> set[str]:
    """Return the modules that a file imports, and the names that it takes from them."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def imported_parts(path: Path) -> set[str]:
    """Return the parts of diplonews that a file imports."""
    names = imported_names(path)
    ours = (name.split(".") for name in names if name.startswith("diplonews."))
    return {parts[1] for parts in ours if parts[1] != "__version__"}


def test_imports_point_one_way() -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path in MODULES
        if part(path) != "__init__"
        for name in sorted(imported_parts(path) - {part(path)} - MAY_IMPORT[part(path)])
    ]

    assert wrong == []


def test_tests_share_what_is_in_support_alone() -> None:
    """So a test file can be moved, split or deleted, and no other one breaks."""
    wrong = [
        f"{path.relative_to(TESTS)} imports {name}"
        for path in sorted(TESTS.rglob("*.py"))
        for name in sorted(imported_names(path))
        if name.partition(".")[0] in {"bench", "tests"}
        if not name.startswith("tests.support.")
    ]

    assert wrong == []


def reaches(path: Path) -> set[str]:
    """Return what in a file asks a clock, a disk, the network or Scrapy."""
    tree = ast.parse(path.read_text())
    asked = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} & CLOCKS
    asked |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} & {"open"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            asked |= {alias.name for alias in node.names if is_reaching(alias.name)}
        elif isinstance(node, ast.ImportFrom):
            is_memory = {alias.name for alias in node.names} <= IN_MEMORY
            if node.module and is_reaching(node.module) and not is_memory:
                asked.add(node.module)
    return asked


def test_one_function_is_asked_for_the_time() -> None:
    """So that a year can be simulated; measuring how long something takes is another matter."""
    wrong = [
        f"{path.relative_to(PACKAGE)}:{node.lineno} asks {ast.unparse(node)}"
        for path in MODULES
        if path.name != "clock.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        if ast.unparse(node) in ASK_A_CLOCK
    ]

    assert wrong == []


def is_reaching(module: str) -> bool:
    return module in REACHING or module.partition(".")[0] in REACHING


def test_what_is_worked_out_depends_on_its_arguments_alone() -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)} uses {name}"
        for path in MODULES
        if part(path) in WORKED_OUT
        for name in sorted(reaches(path))
    ]

    assert wrong == []


def test_the_demo_command_alone_knows_the_replica() -> None:
    knowing = {path.name for path in MODULES if "demo" in imported_parts(path)}
    outside = {name for name in knowing if not (PACKAGE / "demo" / name).exists()}

    assert outside - {path.name for path in (PACKAGE / "demo").rglob("*.py")} <= {"demo.py"}


def test_one_file_alone_knows_what_is_inferred() -> None:
    """So it cannot reach the digest, which is of the printed words (docs/decisions/0009).

    Exports only ask the tables how people call a country, an organisation or an agency.
    """
    knowing = {part(path) for path in MODULES if "infer" in imported_parts(path)}

    assert knowing - {"infer"} == {"exports", "inferring"}


def test_only_one_file_names_the_parser() -> None:
    naming = [p.relative_to(PACKAGE) for p in MODULES if "from selectolax" in p.read_text()]

    assert list(map(str, naming)) == ["pages/select.py"]


# How the names begin that a theme gives, of the site's theme and of WordPress's own; and one that
# is also what JNews's plugin for JSON-LD is called.
THEME_STEMS = re.compile(
    r"jeg[_-]|jnews|(?<![\w-])(?:entry-|cat-links|comments-link|tags-links|page-links|page-title"
    r"|post-thumbnail|nav-links|nav-previous|no-results|site-footer|widget|byline\b(?!_)"
    r"|custom_category|custom_archive|content-inner|split-wrapper)"
)
PLUGIN_OF_JNEWS = ("linked_data.py", "jnews")


def texts_of(path: Path) -> Iterator[str]:
    """Yield the texts in a file that are no docstrings."""
    tree = ast.parse(path.read_text())
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare:
            yield node.value


def test_a_themes_markup_stands_in_its_file_alone() -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)} has {found!r}"
        for path in MODULES
        if part(path) in {"crawling", "diagnosis", "pages", "spiders"}
        if path.parent.name != "themes"
        for found in texts_of(path)
        if THEME_STEMS.search(found) and (path.name, found) != PLUGIN_OF_JNEWS
    ]

    assert wrong == []


def test_only_jnewss_files_have_its_names() -> None:
    naming = {
        path.name
        for path in (PACKAGE / "pages/themes").glob("*.py")
        for found in texts_of(path)
        if re.search("jeg_|jnews_", found)
    }

    assert "jnews.py" in naming
    assert [name for name in naming if not re.fullmatch(r"jnews(_\d{4})?\.py", name)] == []


def test_files_that_hold_different_things_have_different_names() -> None:
    # A command has the name of its subject; a theme is printed by the replica and read by us.
    shared = {"__init__", *(path.stem for path in (PACKAGE / "commands").glob("*.py")), "jnews"}
    names = Counter(path.stem for path in PACKAGE.rglob("*.py"))

    assert [name for name, count in names.items() if count > 1 and name not in shared] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_says_what_it_is_for_and_is_not_long(path: Path) -> None:
    tree = ast.parse(path.read_text())
    functions = [
        n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    long = [n.name for n in functions if (n.end_lineno or 0) - n.lineno >= 45]

    assert ast.get_docstring(tree)
    assert long == []
    assert len(path.read_text().splitlines()) <= 400
