"""Taking in spreadsheets of customers: uploaded, checked, confirmed, imported piece by piece, resumed where it stopped."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any

from sqlalchemy import delete, insert, select, update

from app.core import audit, clock, files
from app.core.actor import Actor
from app.core.database import changed_one, session, unit_of_work
from app.core.errors import Conflict, DomainError, Invalid, NotFound
from app.core.texts import _l
from app.customers import permissions
from app.customers.models import Import, ImportFault
from app.customers.operations.bulk import PIECE, Imported, Row, add_rows
from app.customers.queries import sheets
from app.customers.rules import masking
from app.people import queries as people

IMPORT = "customers.import"
"""Purpose of stored spreadsheets."""
STARTED = audit.declare("customers.import_started", _l("Import of customers confirmed"), keys=("import_id", "total"))
CANCELLED = audit.declare("customers.import_cancelled", _l("Import of customers cancelled"), keys=("import_id",))
AT_ONCE = 500
"""Lists up to this length are dealt with while the person waits; longer ones by the job, with progress."""
MOST_FAULTS = 1000
"""Faults that are kept for reading; further ones are only counted."""
PREVIEW = 8


def import_customers(
    actor: Actor, rows: Sequence[Row], *, piece: int = PIECE, between: Callable[[], None] = lambda: None
) -> Imported:
    """Add customers from rows (see ``bulk.add_rows``), ``piece`` at a time; ``between`` is called after each piece.

    For seeds and benchmarks, which commit in ``between``; line numbers in the faults count from 1.
    """
    total, seen = Imported(), set[str]()
    for start in range(0, len(rows), piece):
        done = add_rows(actor, rows[start : start + piece], first_line=start + 1, seen=seen)
        total.created += done.created
        total.faults += done.faults
        total.ids += done.ids
        between()
    return total


def begin_import(actor: Actor, stream: IO[bytes], filename: str) -> Import:
    """Keep a spreadsheet and look at its headings; a short list is checked at once, a long one by the job.

    Raises ``Invalid`` (``file``) for what is not a spreadsheet of customers.
    """
    actor.require(permissions.IMPORT)
    content = sheets.as_utf8(stream, files.MAX_SIZE)
    stored = files.store(content, filename, actor, IMPORT, only=sheets.TYPES)
    _row, path = files.open_for(actor, stored.id)
    made = sheets.rows(path, stored.content_type)
    keys = sheets.field_keys(next(made, []))
    first = list(islice(_records(made, keys), AT_ONCE + 1))
    if not first:
        raise Invalid("file", "empty", _l("There are no rows under the headings."))
    job = Import(
        person_id=actor.id, file_id=stored.id, filename=stored.name, columns=keys, total=0,
        preview=[_hidden(row) for row in first[:PREVIEW]],
    )  # fmt: skip
    session.add(job)
    session.flush()
    if len(first) <= AT_ONCE:
        done = add_rows(actor, first, dry=True)
        _keep_faults(job.id, done, 0)
        job.total, job.good, job.bad, job.state = len(first), done.created, len(done.bad_lines), "ready"
        session.flush()
    return job


def _records(rows: Iterator[list[str]], keys: Sequence[str | None]) -> Iterator[dict[str, Any]]:
    """Rows by field; wholly empty ones stay, so that line numbers are those of the sheet."""
    for row in rows:
        yield {key: cell for key, cell in zip(keys, row, strict=False) if key is not None}


def _hidden(row: dict[str, Any]) -> dict[str, str]:
    shown = {key: str(value)[:80] for key, value in row.items() if value != sheets.AS_NUMBER}
    if "phone" in shown:
        shown["phone"] = masking.mask_phone(shown["phone"])
    if "identity" in shown:
        shown["identity"] = masking.mask_identity(shown["identity"])
    return shown


def _keep_faults(import_id: int, done: Imported, kept: int) -> None:
    rows = [
        {"import_id": import_id, "line": line, "field": name, "code": code}
        for line, name, code in done.faults[: max(0, MOST_FAULTS - kept)]
    ]
    if rows:
        session.execute(insert(ImportFault), rows)


def import_for(actor: Actor, import_id: int) -> Import:
    """One's own import; ``NotFound`` otherwise."""
    job = session.get(Import, import_id) if 0 < import_id < 2**63 else None
    if job is None or job.person_id != actor.id:
        raise NotFound()
    return job


def owns_file(actor: Actor, file_id: int) -> bool:
    """Whether a stored spreadsheet is the actor's own."""
    return session.scalar(select(files.StoredFile.owner_id).where(files.StoredFile.id == file_id)) == actor.id


def confirm_import(actor: Actor, import_id: int) -> Import:
    """Begin to add the good rows; the others stay out. Raises ``Conflict`` when it is not (or no longer) ready."""
    actor.require(permissions.IMPORT)
    job = import_for(actor, import_id)
    if not _turn(job, "ready", "running"):
        raise Conflict()
    session.execute(delete(ImportFault).where(ImportFault.import_id == job.id))
    audit.record(actor, STARTED, import_id=job.id, total=job.total)
    if job.total <= AT_ONCE:
        stored, path = files.open_for(actor, job.file_id)
        for rows in _pieces(path, stored.content_type, job.columns, 0):
            if not _piece(actor, job, rows) or job.state != "running":
                break
    return job


def cancel_import(actor: Actor, import_id: int) -> Import:
    """Stop an import: rows already added stay, the rest is left out."""
    job = import_for(actor, import_id)
    if not any(_turn(job, state, "cancelled") for state in ("checking", "ready", "running")):
        raise Conflict()
    audit.record(actor, CANCELLED, import_id=job.id)
    return job


def _turn(job: Import, from_state: str, to_state: str) -> bool:
    ended = to_state in ("done", "cancelled", "failed")
    columns: dict[str, Any] = {"state": to_state, "finished_at": clock.now() if ended else None}
    if to_state == "running":
        columns |= {"position": 0, "good": 0, "bad": 0}
    if ended:
        columns["preview"] = []
    turned = changed_one(update(Import).where(Import.id == job.id, Import.state == from_state).values(**columns))
    session.refresh(job)
    return turned


def _pieces(path: Path, content_type: str, keys: Sequence[str | None], start: int) -> Iterator[list[dict[str, Any]]]:
    """The rows from ``start`` on, piece by piece; an empty one at the end."""
    made = sheets.rows(path, content_type)
    next(made, None)
    records = _records(made, keys)
    next(islice(records, start, start), None)
    while piece := list(islice(records, PIECE)):
        yield piece
    yield []


def _piece(actor: Actor, job: Import, rows: Sequence[Row], seen: set[str] | None = None) -> bool:
    """Deal with one piece; False when somebody else has moved the import meanwhile."""
    dry = job.state == "checking"
    here = update(Import).where(Import.id == job.id, Import.state == job.state, Import.position == job.position)
    if not changed_one(here.values(position=job.position + len(rows))):
        return False
    done = add_rows(actor, rows, first_line=job.position + 2, dry=dry, seen=seen)
    _keep_faults(job.id, done, job.bad)
    last = len(rows) < PIECE
    columns: dict[str, Any] = {"good": Import.good + done.created, "bad": Import.bad + len(done.bad_lines)}
    if dry:
        columns["total"] = Import.total + len(rows)
    if last:
        columns["state"] = "ready" if dry else "done"
        if not dry:
            columns |= {"finished_at": clock.now(), "preview": []}
    session.execute(
        update(Import).where(Import.id == job.id).values(**columns), execution_options={"synchronize_session": False}
    )
    session.refresh(job)
    return True


def run_imports() -> int:
    """Job: check and import what waits, piece by piece, each in its own transaction; returns how many rows."""
    done = 0
    with unit_of_work():
        waiting = session.scalars(
            select(Import.id).where(Import.state.in_(("checking", "running"))).order_by(Import.id)
        ).all()
    for import_id in waiting:
        done += _run(import_id)
    return done


def _run(import_id: int) -> int:
    done = 0
    with unit_of_work():
        job = session.get_one(Import, import_id)
        actor = people.actor_for(job.person_id, "job")
        start, state, keys, file_id = job.position, job.state, job.columns, job.file_id
    try:
        with unit_of_work():
            stored, path = files.open_for(actor, file_id)
            content_type = stored.content_type
        seen: set[str] = set()
        for rows in _pieces(path, content_type, keys, start):
            with unit_of_work():
                job = session.get_one(Import, import_id, populate_existing=True)
                if job.state != state or job.position != start or not _piece(actor, job, rows, seen):
                    return done
                start, done = job.position, done + len(rows)
                if job.state != state:
                    return done
    except DomainError as error:
        code = error.errors[0].code if isinstance(error, Invalid) else error.code
        with unit_of_work():
            job = session.get_one(Import, import_id, populate_existing=True)
            job.failure = code[:32]
            _turn(job, state, "failed")
    return done
