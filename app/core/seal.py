"""Sealing chain heads in batches, and verifying the whole of history: names the first broken place."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import BigInteger, ForeignKey, String, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.core import chain, clock, triggers
from app.core.chain import Chain
from app.core.database import Base, Id, session
from app.core.types import UtcDateTime

BATCH = 2000


class Seal(Base):
    """A batch of sealed heads, linked to the batch before."""

    __tablename__ = "core_seal"

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    heads: Mapped[int]
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class SealedHead(Base):
    """How long a chain was, and its head, when its batch was sealed."""

    __tablename__ = "core_seal_head"

    seal_id: Mapped[int] = mapped_column(ForeignKey("core_seal.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    n: Mapped[int]
    head: Mapped[str] = mapped_column(String(64))


triggers.append_only(Seal)
triggers.append_only(SealedHead)


@dataclass(frozen=True, slots=True)
class Broken:
    """The first place where history does not hold: kind of chain, its key, the row's number, and what is wrong."""

    kind: str
    key: int
    n: int
    what: str

    def __str__(self) -> str:
        return f"{self.kind} {self.key}, row {self.n}: {self.what}"


def seal() -> int:
    """Seal the heads that have moved since the last seal (one batch); returns how many. Runs in the caller's unit."""
    moved = session.execute(
        select(Chain.kind, Chain.key, Chain.n, Chain.head)
        .where(Chain.n > Chain.sealed_n)
        .order_by(Chain.kind, Chain.key)
        .limit(BATCH)
        .with_for_update()
    ).all()
    if not moved:
        return 0
    last = session.execute(select(Seal.id, Seal.digest).order_by(Seal.id.desc()).limit(1)).one_or_none()
    number, previous = (last.id + 1, last.digest) if last else (1, "")
    heads = [[r.kind, r.key, r.n, r.head] for r in moved]
    digest = chain.link(previous, {"id": number, "heads": heads})
    session.add(Seal(id=number, at=clock.now(), heads=len(heads), previous=previous, digest=digest))
    session.flush()
    session.execute(
        SealedHead.__table__.insert(),
        [{"seal_id": number, "kind": k, "key": key, "n": n, "head": head} for k, key, n, head in heads],
    )
    session.execute(update(Chain), [{"kind": kind, "key": key, "sealed_n": n} for kind, key, n, _head in heads])
    return len(heads)


def export_head() -> dict[str, Any] | None:
    """Number and digest of the last seal, to be kept outside the database; None before the first."""
    row = session.execute(select(Seal.id, Seal.digest, Seal.at).order_by(Seal.id.desc()).limit(1)).one_or_none()
    return None if row is None else {"seal": row.id, "digest": row.digest, "at": row.at.isoformat()}


def head_file() -> Path:
    """The file beside the database that remembers the last seal."""
    return Path(current_app.instance_path) / "seal-head.json"


def remember_head() -> None:
    """Write the last seal's number and digest to :func:`head_file` (after the sealing unit has committed)."""
    head = export_head()
    if head is not None:
        path = head_file()
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(head))
        fresh.replace(path)


def verify(head: dict[str, Any] | None = None) -> Iterator[Broken]:
    """Every broken place, in order; nothing when history holds. ``head``: an exported last seal to hold it against."""
    yield from _verify_seals(head)
    for kind in sorted(chain.sources()):
        yield from _verify_kind(kind)


def _verify_seals(head: dict[str, Any] | None) -> Iterator[Broken]:
    previous = ""
    found_head = head is None
    for number, row in enumerate(session.execute(select(Seal).order_by(Seal.id)).scalars().yield_per(500), start=1):
        heads = [
            [h.kind, h.key, h.n, h.head]
            for h in session.execute(
                select(SealedHead.kind, SealedHead.key, SealedHead.n, SealedHead.head)
                .where(SealedHead.seal_id == row.id)
                .order_by(SealedHead.kind, SealedHead.key)
            )
        ]
        if row.id != number:
            yield Broken("seal", number, 0, "a seal is missing")
            return
        if row.previous != previous or chain.link(previous, {"id": row.id, "heads": heads}) != row.digest:
            yield Broken("seal", row.id, 0, "the seal does not fit its heads or the seal before it")
            return
        previous = row.digest
        if head is not None and row.id == head["seal"]:
            found_head = row.digest == head["digest"]
    if not found_head:
        yield Broken("seal", int(head["seal"]) if head else 0, 0, "the last known seal is missing or another")


def _verify_kind(kind: str) -> Iterator[Broken]:
    sealed = _by_key(
        select(SealedHead.key, SealedHead.n, SealedHead.head)
        .where(SealedHead.kind == kind)
        .order_by(SealedHead.key, SealedHead.n)
    )
    lengths = {
        key: (n, head)
        for key, n, head in session.execute(select(Chain.key, Chain.n, Chain.head).where(Chain.kind == kind))
    }
    key, n, digest, broken = None, 0, "", False
    for row in chain.sources()[kind]():
        if row.key != key:
            if key is not None and not broken:
                yield from _ends_well(kind, key, n, digest, lengths.pop(key, None), sealed.pop(key, {}))
            elif key is not None:
                lengths.pop(key, None), sealed.pop(key, None)
            key, n, digest, broken = row.key, 0, "", False
        if broken:
            continue
        n += 1
        fault = None
        if row.n != n:
            fault = "a row is missing before it" if row.n > n else "a row was inserted"
        elif row.previous != digest:
            fault = "it does not follow the row before it"
        elif chain.expected(kind, row, digest) != row.digest:
            fault = "its content was changed"
        elif sealed.get(row.key, {}).get(n, row.digest) != row.digest:
            fault = "it differs from its seal"
        if fault:
            broken = True
            yield Broken(kind, row.key, n if row.n > n else row.n, fault)
        digest = row.digest
    if key is not None and not broken:
        yield from _ends_well(kind, key, n, digest, lengths.pop(key, None), sealed.pop(key, {}))
    elif key is not None:
        lengths.pop(key, None), sealed.pop(key, None)
    for gone, (length, _head) in sorted(lengths.items()):
        if length:
            yield Broken(kind, gone, 1, "the whole chain is missing")
    for gone in sorted(set(sealed) - set(lengths)):
        yield Broken(kind, gone, 1, "a sealed chain is missing")


def _ends_well(
    kind: str, key: int, n: int, digest: str, length: tuple[int, str] | None, sealed: dict[int, str]
) -> Iterator[Broken]:
    furthest = max(sealed, default=0)
    if length is None:
        yield Broken(kind, key, n, "nothing is known of this chain")
    elif length[0] > n or furthest > n:
        yield Broken(kind, key, n + 1, "the end of the chain was removed")
    elif length != (n, digest):
        yield Broken(kind, key, n, "the chain does not end where its head says")


def _by_key(query: Any) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {}
    for key, n, head in session.execute(query):
        found.setdefault(key, {})[n] = head
    return found


def unsealed() -> int:
    """How many chains have moved since they were last sealed."""
    return session.scalar(select(func.count()).select_from(Chain).where(Chain.n > Chain.sealed_n)) or 0
