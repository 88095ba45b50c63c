"""A program that knows nothing of any process: it reads what a step asks for, gives it, and moves on."""

from collections.abc import Sequence
from typing import Any

from tests.api.programs import Program

FILLING: dict[str, Any] = {
    "text": "文字", "longtext": "一段文字。", "integer": 1, "decimal": "1.5", "money": "100000.00", "date": "2026-12-01",
    "datetime": "2026-12-01T02:00:00Z", "boolean": True,
}  # fmt: skip


def value_of(field: dict[str, Any], person: int) -> Any:
    """A value that a field takes, by its description alone."""
    kind = field["type"]
    if kind == "choice":
        return field["options"][0]["key"]
    if kind == "choices":
        return [option["key"] for option in field["options"][: int(field["min"] or 1)]]
    if kind == "person":
        return person
    if kind == "table":
        row = {column["key"]: value_of(column, person) for column in field["columns"]}
        return [row] * int(field["min"] or 1)
    if kind in ("integer", "decimal", "money") and field["min"] is not None:
        return field["min"] if kind != "integer" else int(field["min"])
    if kind in ("text", "longtext") and field["max_length"]:
        return str(FILLING[kind])[: field["max_length"]]
    return FILLING[kind]


def hand_in(program: Program, turn: dict[str, Any], outcome: str | None = None) -> dict[str, Any]:
    """Give a turn all that it asks for and complete it; answers the run."""
    if turn["assignee"] is None:
        turn = program.post(f"/turns/{turn['id']}/claim", {"version": turn["version"]})
    for kind in turn["evidence"]:
        for _ in range(kind["required"] - kind["have"]):
            turn = program.post(f"/turns/{turn['id']}/evidence", {"kind": kind["kind"], "text": "说明"}, status=201)[
                "turn"
            ]
    way = next((o for o in turn["outcomes"] if o["key"] == outcome), turn["outcomes"][0])
    body = {
        "outcome": way["key"],
        "fields": {f["key"]: turn["values"].get(f["key"]) or value_of(f, program.id) for f in turn["form"]},
        "checklist": [item["key"] for item in turn["checklist"]],
        "reason": "依据情况" if way["needs_reason"] else "",
        "version": turn["version"],
    }
    completed: dict[str, Any] = program.post(f"/turns/{turn['id']}/complete", body)
    return completed


def carry(programs: Sequence[Program], run_id: int, most: int = 40) -> list[tuple[str, int]]:
    """Carry a run to its end, each program doing what waits for it; answers the steps done and by whom."""
    done: list[tuple[str, int]] = []
    for _ in range(most):
        waiting = [(p, line) for p in programs for line in p.everything("/turns", mine=1) if line["run_id"] == run_id]
        if not waiting:
            return done
        program, line = waiting[0]
        hand_in(program, program.get(f"/turns/{line['id']}"))
        done.append((line["step"], program.id))
    raise AssertionError(f"it goes on and on: {done}")
