"""Where things of the house lie, for the tests that walk it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
APP = ROOT / "app"


@cache
def python_files() -> tuple[Path, ...]:
    """Every Python file that is ours."""
    folders = ("app", "tests", "scripts", "migrations", "benchmarks")
    return tuple(sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py")))


@cache
def templates() -> tuple[Path, ...]:
    """Every template."""
    return tuple(sorted((ROOT / "templates").rglob("*.html")))


def name(path: Path) -> str:
    """The file's name from the top of the checkout."""
    return str(path.relative_to(ROOT))


def calls(path: Path) -> Iterator[tuple[int, str]]:
    """Line and name of every call in a file: ``session.commit`` gives "commit"."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Call):
            target = node.func
            if isinstance(target, ast.Attribute):
                yield node.lineno, target.attr
            elif isinstance(target, ast.Name):
                yield node.lineno, target.id
