"""The house keeps its plan: import directions, sizes, one place for commits, everything written through operations."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.house import APP, ROOT, calls, name, python_files, templates

LONGEST = 400
COMMITS = {
    "app/core/database.py",
    "app/web/transaction.py",
    "app/ops/commands/demo.py",  # six months of work, committed piece by piece
}
ROOMS = sorted(path.parent for path in APP.glob("*/__init__.py"))


def test_imports_run_as_setup_cfg_says():
    """The table of rooms and of what lies above what inside a room stands in setup.cfg, section importlinter."""
    # in a process of its own: it sets logging up anew and silences every logger of ours
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache", "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_room_is_imported_by_its_name_as_text():
    """Nothing is hidden from the contract: by text the factory imports wiring, and a room modules of its own."""
    hidden = [
        f"{name(path)}:{node.lineno}"
        for path in python_files()
        if path.is_relative_to(APP) and name(path) != "app/__init__.py"
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).split(".")[-1] in {"import_module", "__import__"}
        and f"app.{path.relative_to(APP).parts[0]}." not in ast.unparse(node.args[0])
    ]
    assert hidden == []


@pytest.mark.parametrize(
    "path",
    [
        *(p for p in python_files() if p.parent.name != "versions"),
        *templates(),
        *sorted((ROOT / "static").glob("[cj]s*/*.[cj]s*")),
    ],
    ids=name,
)
def test_no_file_grows_past_one_thing(path: Path):
    if path.suffix in {".gz", ".br"}:
        return
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST, f"{lines} lines: look for the two things it is"


def test_only_the_transaction_commits():
    commits = [
        f"{name(path)}:{node.lineno}"
        for path in python_files()
        if path.is_relative_to(APP) and name(path) not in COMMITS
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Attribute) and re.search(r"\bsession(\(\))?\.commit$", ast.unparse(node))
    ]
    assert commits == []


def test_reading_never_writes():
    """Queries and rules neither add nor delete nor flush."""
    writes = [
        f"{name(path)}:{line} {called}"
        for room in ROOMS
        for layer in ("queries", "rules", "permissions")
        for path in [room / f"{layer}.py", *room.glob(f"{layer}/**/*.py")]
        if path.exists()
        for line, called in calls(path)
        if called in {"add_all", "flush", "merge", "bulk_save_objects"}
        or (called in {"insert", "delete"} and _is_statement(path, line))
    ]
    assert writes == []


def _is_statement(path: Path, line: int) -> bool:
    """Whether the call on ``line`` is SQLAlchemy's ``insert(...)`` or ``delete(...)`` and not a list's or a set's."""
    return any(
        isinstance(node, ast.Call) and node.lineno == line and isinstance(node.func, ast.Name)
        for node in ast.walk(ast.parse(path.read_bytes()))
    )


def test_nobody_reads_the_clock_but_the_clock():
    """Time comes from app.core.clock, so that tests and the demonstration institution can move it."""
    reads = [
        f"{name(path)}:{node.lineno}"
        for path in python_files()
        if path.is_relative_to(APP) and name(path) != "app/core/clock.py"
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"now", "utcnow", "today"}
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"datetime", "date"}
    ]
    assert reads == []


@pytest.mark.parametrize("room", ROOMS, ids=lambda path: path.name)
def test_tables_are_named_after_their_room(room: Path):
    for path in room.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Assign) and any(
                isinstance(t, ast.Name) and t.id == "__tablename__" for t in node.targets
            ):
                table = ast.literal_eval(node.value)
                assert table.startswith(f"{room.name}_"), f"{name(path)}:{node.lineno} {table}"


def test_every_room_registers_itself():
    """A room below the two lowest has wiring; without it nothing of it would be there."""
    assert [room.name for room in ROOMS if not ((room / "wiring.py").exists() or (room / "wiring").is_dir())] == []
