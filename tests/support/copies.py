"""Many rows from one: a record with all that belongs to it, copied in bulk, for pages that have to bear hundreds.

What belongs to a record is what refers to it, and what that refers to one to one (the run of an opportunity, the file of
an attachment). Copies share everything else: people, customers, units.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Column, Integer, String, Table, UniqueConstraint, func, insert, select

from app.core.database import Base, session

KINDS = {
    "goal": "work_goal", "meeting": "work_meeting", "notice": "work_notice", "work_item": "work_item", "work_log": "work_log",
    "opportunity": "sales_opportunity", "accompanied_visit": "sales_accompanied_visit",
}  # fmt: skip
"""Which table holds the subject of a run."""
Row = dict[str, Any]
Owned = dict[tuple[Table, tuple[Any, ...]], Row]
Vary = Mapping[str, Callable[[int], Any]]


def copy(record: Any, times: int, *, alone: bool = False, **vary: Callable[[int], Any]) -> None:
    """Copy a record so often. ``vary`` gives columns of the record by the copy's number; ``alone``: without what refers to it."""
    session.flush()
    table = type(record).__table__
    key = tuple(getattr(record, column.name) for column in table.primary_key)
    owned: Owned = {}
    _collect(owned, table, _row(table, key), follow=not alone)
    rows: dict[Table, list[Row]] = {}
    following = {found: session.scalar(select(func.max(_id(found)))) or 0 for found, _key in owned if _numbered(found)}
    for number in range(1, times + 1):
        ids = {}
        for found, old in owned:
            if _numbered(found):
                following[found] += 1
                ids[found, old] = (following[found],)
        for (found, old), row in owned.items():
            mapped = _mapped(found, row, ids, ids.get((found, old)))
            if found is table and old == key:
                mapped |= {name: value(number) for name, value in vary.items()}
            if _told_apart(found, row, mapped, number):
                rows.setdefault(found, []).append(mapped)
    for found in Base.metadata.sorted_tables:
        if found in rows:
            session.execute(insert(found), rows[found])
    session.commit()


def _row(table: Table, key: tuple[Any, ...]) -> Row:
    stmt = select(table).where(*(column == part for column, part in zip(table.primary_key, key, strict=True)))
    return dict(session.execute(stmt).mappings().one())


def _collect(owned: Owned, table: Table, row: Row, *, follow: bool = True) -> None:
    key = tuple(row[column.name] for column in table.primary_key)
    if (table, key) in owned:
        return
    owned[table, key] = row
    for foreign in table.foreign_keys:
        one = foreign.parent
        if row[one.name] is not None and _alone_unique(table, one) and not one.primary_key:
            target = foreign.column.table
            found = session.execute(select(target).where(foreign.column == row[one.name])).mappings().one()
            _collect(owned, target, dict(found), follow=follow or target.name == "workflow_run")
    if not follow:
        return
    for other in Base.metadata.sorted_tables:
        for foreign in other.foreign_keys:
            if foreign.column.table is table:
                stmt = select(other).where(foreign.parent == row[foreign.column.name])
                for child in session.execute(stmt).mappings().all():
                    _collect(owned, other, dict(child))


def _mapped(table: Table, row: Row, ids: Mapping[Any, tuple[int, ...]], own: tuple[int, ...] | None) -> Row:
    """The row with the numbers of the copy in place of those of what was copied."""
    mapped = dict(row)
    for foreign in table.foreign_keys:
        at = foreign.parent.name
        if (foreign.column.table, (row[at],)) in ids:
            mapped[at] = ids[foreign.column.table, (row[at],)][0]
    if table.name == "workflow_run" and row["subject_kind"] in KINDS:
        subject = Base.metadata.tables[KINDS[row["subject_kind"]]]
        mapped["subject_id"] = ids.get((subject, (row["subject_id"],)), (row["subject_id"],))[0]
    if own is not None:
        mapped[_id(table).name] = own[0]
    return mapped


def _told_apart(table: Table, row: Row, mapped: Row, number: int) -> bool:
    """Let differ from copy to copy what must be there only once; False where nothing can."""
    for constraint in table.constraints:
        if not isinstance(constraint, UniqueConstraint) or any(mapped[c.name] is None for c in constraint.columns):
            continue
        if any(mapped[c.name] != row[c.name] for c in constraint.columns):
            continue
        loose = next((c for c in constraint.columns if c.nullable), None)
        text = next((c for c in constraint.columns if isinstance(c.type, String) and not c.foreign_keys), None)
        if loose is not None:
            mapped[loose.name] = None
        elif text is not None:
            long = text.type.length or 80
            mapped[text.name] = f"{row[text.name][: long - 8]}-{mapped[_id(table).name]}"
        else:
            return False
    return True


def _alone_unique(table: Table, column: Column[Any]) -> bool:
    return bool(column.unique) or any(
        isinstance(constraint, UniqueConstraint) and list(constraint.columns) == [column]
        for constraint in table.constraints
    )


def _numbered(table: Table) -> bool:
    keys = list(table.primary_key)
    return len(keys) == 1 and isinstance(keys[0].type, Integer) and not keys[0].foreign_keys


def _id(table: Table) -> Column[Any]:
    return next(iter(table.primary_key))
