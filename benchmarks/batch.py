"""``python -m benchmarks.batch``: work for 5,000 people – the preview, the making of it in the background, and how long others wait
for their answers meanwhile, on SQLite."""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import insert, select

from app import create_app
from app.core import clock
from app.core.database import session
from app.people.models import Grant, Person, Placement, Posting, Unit
from app.workflow.models import Batch
from benchmarks import data
from benchmarks.cases import PREPARE, Visitor
from benchmarks.load import exchange
from benchmarks.servers import Server, serve

PEOPLE = 5_000
SENDER = "batch_head"
SETTLE = 60
"""Seconds in which the job runner works off what waits in data made in bulk: its deadlines, reminders, seals."""


def main() -> None:
    """Measure once and print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.batch", description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--folder", type=Path, help="keep the data here, and use it again when it is there")
    options = parser.parse_args()
    if options.folder:
        options.folder.mkdir(parents=True, exist_ok=True)
        measure(options.folder.absolute(), options.people)
    else:
        with tempfile.TemporaryDirectory(prefix="qiao-bench-") as folder:
            measure(Path(folder), options.people)


def measure(folder: Path, number: int) -> None:
    """Build if needed; then assign as a user does, with two workers and the job runner beside them."""
    environment = {"QIAO_INSTANCE": str(folder), "QIAO_LOG_LEVEL": "ERROR"}
    os.environ.update(environment)
    app = create_app()
    if not (folder / "ready").exists():
        with app.app_context():
            upgrade()
            data.build(20_000, 1_000)
        (folder / "ready").touch()
    with app.app_context():
        if session.scalar(select(Person.id).where(Person.username == SENDER)) is None:
            unit_of(number)
            session.commit()
        unit = session.scalars(select(Unit.id).where(Unit.code == "B5000")).one()
    runner = subprocess.Popen([sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "run"])
    try:
        with serve("wsgi:app", environment) as product:
            time.sleep(SETTLE)
            _measure(app, product, unit, number)
    finally:
        runner.terminate()
        runner.wait(timeout=60)


def unit_of(number: int) -> None:
    """A unit with so many people and the supervisor who assigns; made in bulk, for only their number counts."""
    root = session.scalars(select(Placement).where(Placement.parent_id.is_(None)).limit(1)).one()
    pattern = session.scalars(select(Person).where(Person.username == "manager")).one()
    unit = Unit(code="B5000")
    session.add(unit)
    session.flush()
    now, start = clock.now(), root.valid_from
    session.add(
        Placement(
            unit_id=unit.id,
            parent_id=root.unit_id,
            name="批量分行",
            level=root.level,
            valid_from=start,
            recorded_at=now,
        )
    )
    known = {"password_hash": pattern.password_hash, "password_changed_at": pattern.password_changed_at}
    people: list[dict[str, Any]] = [
        {"username": f"batch{n}", "name": f"批量{n:04}", "pinyin": f"piliang{n:04}", **known} for n in range(number)
    ]
    people.append({"username": SENDER, "name": "批量主管", "pinyin": "piliangzhuguan", **known})
    ids = session.scalars(insert(Person).returning(Person.id, sort_by_parameter_order=True), people).all()
    dated = {"unit_id": unit.id, "valid_from": start, "recorded_at": now}
    session.execute(
        insert(Posting), [{"person_id": person, "post": "customer_manager", **dated} for person in ids[:-1]]
    )
    session.add(Posting(person_id=ids[-1], post="supervisor", **dated))
    session.add(Grant(person_id=ids[-1], role="supervisor", **dated))


def _measure(app: Flask, product: Server, unit: int, number: int) -> None:
    head, manager = Visitor(product.port, SENDER), Visitor(product.port, "manager")
    with app.app_context():
        turns = iter(data.prepared(app).turns)
    fields: dict[str, object] = {
        "title": "核对客户联系方式", "kind": "work_task", "mode": "each", "priority": "normal", "audience.unit": unit,
        "audience.post": "customer_manager", "submission": str(time.time()),
    }  # fmt: skip
    began = time.perf_counter()
    answer = exchange(product.port, head.post("/work/assign", fields))
    found = re.search(rb"/work/assignments/(\d+)", answer)
    if found is None:
        raise RuntimeError(f"not assigned: {answer[:2000]!r}")
    address = found[0].decode()
    draft = exchange(product.port, head.get(address))
    print(f"preview of {number:,}: {time.perf_counter() - began:.2f} s", flush=True)
    version = re.search(rb'name="version" value="(\d+)"', draft)
    if version is None:
        raise RuntimeError("the draft has no form to send it")
    exchange(product.port, head.post(f"{address}/send", {"version": version[1].decode()}))
    began = time.perf_counter()
    reads: list[float] = []
    writes: list[float] = []
    while True:
        for times, request in (
            (reads, manager.get("/today")),
            (reads, head.get(f"{address}/progress")),
            (writes, _complete(manager, turns)),
        ):
            start = time.perf_counter()
            answer = exchange(product.port, request)
            times.append(time.perf_counter() - start)
            if answer[9:12] not in (b"200", b"303", b"409"):  # 409: the runner has moved that step meanwhile
                raise RuntimeError(f"answered {answer[:300]!r}")
        with app.app_context():
            state, made = session.execute(select(Batch.state, Batch.made).order_by(Batch.id.desc()).limit(1)).one()
        if state != "making":
            break
    took = time.perf_counter() - began
    print(f"made {made:,} in {took:.1f} s")
    for name, times in (("reads", reads), ("writes", writes)):
        times.sort()
        print(
            f"{name} meanwhile: {len(times)}, median {times[len(times) // 2] * 1000:.0f} ms, slowest {times[-1] * 1000:.0f} ms"
        )


def _complete(manager: Visitor, turns: Any) -> bytes:
    turn, version = next(turns)
    return manager.post(f"/turns/{turn}/complete", {**PREPARE, "version": version, "next": "/today"})


if __name__ == "__main__":
    main()
