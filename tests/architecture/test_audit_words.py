"""What audit rows are about has a name in the reader's language: no key of ours stands on the auditor's page."""

import ast
import importlib
from pathlib import Path

from app.ops.views.words import KINDS

APP = Path(__file__).parents[2] / "app"


def targets():
    """Every kind of record that some call of ``audit.record`` names: written out, or by a constant of its module."""
    for path in APP.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            if not (isinstance(call.func, ast.Attribute) and ast.unparse(call.func) == "audit.record"):
                continue
            for keyword in call.keywords:
                if keyword.arg == "target" and isinstance(keyword.value, ast.Tuple):
                    yield path, keyword.value.elts[0]


def resolved(path, node):
    if isinstance(node, ast.Constant):
        return node.value
    module = importlib.import_module(".".join(("app", *path.relative_to(APP).with_suffix("").parts)))
    value = module
    for name in ast.unparse(node).split("."):
        value = getattr(value, name)
    return value


def test_every_kind_of_record_has_a_name(app):
    found = {resolved(path, node) for path, node in targets()}
    assert len(found) > 15
    assert sorted(found - set(KINDS)) == []
