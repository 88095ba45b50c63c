"""Definitions: parsed once per digest (a published body never changes), versions, seeds and drafts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from app.core.actor import Actor
from app.core.database import fetch, session
from app.core.errors import NotFound
from app.workflow import registry
from app.workflow.models import Definition, DefinitionDraft, Run
from app.workflow.registry import SubjectRef
from app.workflow.rules import definition as shape
from app.workflow.rules.reading import read

_parsed: dict[str, shape.Definition] = {}


def parsed(digest: str) -> shape.Definition:
    """The definition of a digest; KeyError when no such body was ever published."""
    return parsed_all([digest])[digest]


def parsed_all(digests: Collection[str]) -> dict[str, shape.Definition]:
    """Several definitions at once; at most one statement, none when all are known already."""
    unknown = {digest for digest in digests if digest not in _parsed}
    if unknown:
        rows = session.execute(select(Definition.digest, Definition.body).where(Definition.digest.in_(sorted(unknown))))
        for digest, body in rows:
            _parsed[digest] = read(body)
    return {digest: _parsed[digest] for digest in digests}


def live(definition: shape.Definition, about: SubjectRef, steps: Iterable[str]) -> shape.Definition:
    """The definition with the options that other rooms keep filled in for these steps; itself where there are none."""
    found: dict[str, shape.Step] = {}
    for key in steps:
        step = definition.steps.get(key)
        if step and any(column.options_from for field in step.fields for column in (field, *field.columns)):
            found[key] = replace(step, fields=tuple(_filled(field, about) for field in step.fields))
    return replace(definition, steps={**definition.steps, **found}) if found else definition


def _filled(field: shape.Field, about: SubjectRef) -> shape.Field:
    columns = tuple(replace(column, options=_options(column, about)) for column in field.columns)
    return replace(field, options=_options(field, about), columns=columns)


def _options(column: shape.Column, about: SubjectRef) -> tuple[shape.Option, ...]:
    ask = registry.options_named(column.options_from) if column.options_from else None
    return tuple(shape.Option(key, title) for key, title in ask(about)) if ask else column.options


_LATEST = (
    select(Definition.digest)
    .where(Definition.process == bindparam("process"))
    .order_by(Definition.number.desc())
    .limit(1)
)


def latest_digest(process: str) -> str:
    """Digest of the newest version of a process; NotFound when it was never published."""
    digest: str | None = fetch(_LATEST, {"process": process}).scalar()
    if digest is None:
        raise NotFound()
    return digest


def latest(process: str) -> shape.Definition:
    """The newest version of a process."""
    return parsed(latest_digest(process))


@dataclass(frozen=True, slots=True)
class Version:
    """One published version in a list: who wrote it, who published it, how many open runs stand on it."""

    process: str
    number: int
    digest: str
    title: dict[str, str]
    origin: str
    edited_by: tuple[int, ...]
    published_by_id: int | None
    published_at: datetime
    open_runs: int


def _versions(*where: Any) -> list[Version]:
    counts = select(Run.digest, func.count().label("n")).where(Run.state == "open").group_by(Run.digest).subquery()
    rows = session.execute(
        select(
            Definition.process,
            Definition.number,
            Definition.digest,
            Definition.title,
            Definition.origin,
            Definition.edited_by,
            Definition.published_by_id,
            Definition.published_at,
            func.coalesce(counts.c.n, 0).label("open_runs"),
        )
        .outerjoin(counts, counts.c.digest == Definition.digest)
        .where(*where)
        .order_by(Definition.process, Definition.number.desc())
    )
    return [
        Version(
            row.process, row.number, row.digest, row.title, row.origin, tuple(row.edited_by), row.published_by_id,
            row.published_at, row.open_runs,
        )
        for row in rows
    ]  # fmt: skip


def versions(process: str) -> Sequence[Version]:
    """Every version of a process, newest first; NotFound when there is none."""
    found = _versions(Definition.process == process)
    if not found:
        raise NotFound()
    return found


@dataclass(frozen=True, slots=True)
class Process:
    """A process in the list: its newest version, all its open runs, and whether somebody is writing the next one."""

    newest: Version
    versions: int
    open_runs: int
    drafted: bool


def processes() -> list[Process]:
    """Every published process by key. Two statements."""
    drafted = set(session.scalars(select(DefinitionDraft.process)))
    by_process: dict[str, list[Version]] = {}
    for version in _versions():
        by_process.setdefault(version.process, []).append(version)
    return [
        Process(found[0], len(found), sum(version.open_runs for version in found), key in drafted)
        for key, found in by_process.items()
    ]


_TITLES = select(Definition.process, Definition.title).order_by(Definition.process, Definition.number)


def process_titles() -> dict[str, Mapping[str, str]]:
    """Title of each published process by its newest version, by key. One statement."""
    return {process: title for process, title in fetch(_TITLES).all()}


def body_of(digest: str) -> dict[str, Any]:
    """The stored body of a version; NotFound when there is none."""
    body: dict[str, Any] | None = session.scalar(select(Definition.body).where(Definition.digest == digest))
    if body is None:
        raise NotFound()
    return body


def version_numbers(digests: Collection[str]) -> dict[str, int]:
    """Number of each version, by digest."""
    if not digests:
        return {}
    rows = session.execute(select(Definition.digest, Definition.number).where(Definition.digest.in_(sorted(digests))))
    return {digest: number for digest, number in rows}


def drafts_of_others(actor: Actor, limit: int = 20) -> list[DefinitionDraft]:
    """Next versions that wait for somebody who did not write in them, the oldest first: those the actor may publish."""
    found = session.scalars(select(DefinitionDraft).order_by(DefinitionDraft.edited_at, DefinitionDraft.id))
    return [draft for draft in found if actor.id not in draft.edited_by][:limit]


def draft_of(process: str) -> DefinitionDraft | None:
    """What people are writing for the next version of a process."""
    return session.scalar(select(DefinitionDraft).where(DefinitionDraft.process == process))
