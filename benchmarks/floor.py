"""The floor of a page: its own SQL by the raw driver, and its own template with the same values, nothing else.

The product answers once while its statements and its template's values are written down; the floor then runs just those.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask, template_rendered
from sqlalchemy import Engine, event

from app.core.database import db, session


@dataclass
class Recording:
    """What one answer needed: statements with their parameters, and templates with their values."""

    statements: list[tuple[str, Any]] = field(default_factory=list)
    templates: list[tuple[Any, dict[str, Any]]] = field(default_factory=list)
    milliseconds: float = 0.0


def operation(app: Flask, request: bytes) -> Callable[[], Any]:
    """The raw HTTP request as a call of the application within this process."""
    head, _gap, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, path, _version = first.split(" ")
    headers = [tuple(line.split(": ", 1)) for line in lines]
    client = app.test_client(use_cookies=False)
    return lambda: client.open(path, method=method, headers=headers, data=body or None)


def record(app: Flask, operation: Callable[[], Any]) -> Recording:
    """Carry out ``operation`` once and write down what it needed."""
    recording = Recording()

    def on_statement(
        _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool
    ) -> None:
        recording.statements += [(statement, p) for p in parameters] if many else [(statement, parameters)]

    def on_template(_sender: Any, template: Any, context: dict[str, Any], **_extra: Any) -> None:
        session.expunge_all()  # rows keep their values when the request ends
        recording.templates.append((template, dict(context)))

    event.listen(Engine, "before_cursor_execute", on_statement)
    with template_rendered.connected_to(on_template, app):
        start = time.perf_counter()
        operation()
        recording.milliseconds = (time.perf_counter() - start) * 1000
    event.remove(Engine, "before_cursor_execute", on_statement)
    return recording


def count(recording: Recording) -> int:
    """Statements that ask or change something."""
    return sum(
        not s.startswith(("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")) for s, _p in recording.statements
    )


def milliseconds(operation: Callable[[], Any], times: int) -> float:
    """Median of several runs."""
    operation()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        operation()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def snapshot(app: Flask, path: Path) -> Any:
    """A raw connection to a copy of the database as it is now, set up as the product's own."""
    path.unlink(missing_ok=True)
    with app.app_context():
        raw: Any = db.engine.raw_connection()
        copy = db.engine.dialect.connect(str(path), isolation_level=None)
        raw.driver_connection.backup(copy)
        raw.close()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-32000"):
        copy.execute(f"PRAGMA {pragma}")
    return copy


def floor(app: Flask, recording: Recording, copy: Any, times: int) -> float:
    """Milliseconds of the recorded statements by the raw driver plus the recorded templates.

    They run on a copy made before the recording. Changes are rolled back so that they can run again; one small commit
    stands for theirs.
    """
    with app.test_request_context("/"):
        cursor = copy.cursor()
        plain = [(s, p) for s, p in recording.statements if not s.startswith(("BEGIN", "COMMIT", "ROLLBACK"))]
        changes = any(s.startswith(("INSERT", "UPDATE", "DELETE")) for s, _p in plain)

        def run() -> None:
            cursor.execute("BEGIN IMMEDIATE" if changes else "BEGIN")
            for statement, parameters in plain:
                cursor.execute(statement, parameters)
                if cursor.description:
                    cursor.fetchall()
            cursor.execute("ROLLBACK")
            if changes:
                cursor.execute("CREATE TABLE IF NOT EXISTS benchmark_commit (n integer)")
                cursor.execute("INSERT INTO benchmark_commit VALUES (1)")
            for template, context in recording.templates:
                template.render(context)

        return milliseconds(run, times)
