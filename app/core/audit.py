"""Who did what, when, to what, old and new, from which address: append-only, one chain an acting person.

Rows hold ids, keys and keyed digests. Old and new values stand in ``core_audit_value``, which the law may empty; the
digest stays. Every action declares the keys it may carry, and an undeclared one is refused.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import g, has_request_context
from sqlalchemy import BigInteger, ForeignKey, Index, RowMapping, String, UniqueConstraint, event, select
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from app.core import chain, clock, triggers
from app.core.actor import Actor
from app.core.database import Base, Id, session
from app.core.types import Json, UtcDateTime


class AuditRow(Base):
    """One thing that somebody did."""

    __tablename__ = "core_audit"
    __table_args__ = (
        UniqueConstraint("actor_id", "n"),
        Index("ix_core_audit_target", "target_kind", "target_id", "id"),
        Index("ix_core_audit_action", "action", "id"),
        Index("ix_core_audit_at", "at", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    actor_id: Mapped[int] = mapped_column(BigInteger)
    n: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    behalf_id: Mapped[int | None] = mapped_column(BigInteger)
    action: Mapped[str] = mapped_column(String(60))
    target_kind: Mapped[str] = mapped_column(String(40), default="")
    target_id: Mapped[int | None] = mapped_column(BigInteger)
    channel: Mapped[str] = mapped_column(String(10))
    address: Mapped[str | None] = mapped_column(String(45))
    request_id: Mapped[str | None] = mapped_column(String(36))
    data: Mapped[dict[str, Any]] = mapped_column(Json)
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class AuditValue(Base):
    """Old and new of one changed attribute; may be erased, leaving the digest in its audit row."""

    __tablename__ = "core_audit_value"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("core_audit.id"), index=True)
    key: Mapped[str] = mapped_column(String(60))
    value: Mapped[Any | None] = mapped_column(Json)
    salt: Mapped[str | None] = mapped_column(String(16))
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


triggers.append_only(AuditRow)
triggers.append_only(AuditValue, erasable=("value", "salt", "erased_at"))


@dataclass(frozen=True, slots=True)
class Action:
    """A declared kind of audit row: its name, its title, and the plain keys it may carry beside changes."""

    name: str
    title: Any
    keys: frozenset[str]


_actions: dict[str, Action] = {}


def declare(name: str, title: Any, keys: tuple[str, ...] = ()) -> str:
    """Declare an action (``room.past_tense``) with its reader's title and the keys it may carry; returns its name."""
    _actions[name] = Action(name, title, frozenset(keys))
    return name


def actions() -> Mapping[str, Action]:
    """Every declared action."""
    return dict(sorted(_actions.items()))


def record(
    actor: Actor,
    action: str,
    *,
    target: tuple[str, int] | None = None,
    changes: Mapping[str, tuple[Any, Any] | list[Any]] | None = None,
    **keys: Any,
) -> None:
    """Note what ``actor`` does; it is written when the transaction commits, and only then.

    ``changes`` maps an attribute to its (old, new); ``keys`` are ids, enumerations and numbers, never typed text.
    """
    declared = _actions[action]
    undeclared = set(keys) - declared.keys
    if undeclared:
        raise ValueError(f"audit action {action} does not declare {sorted(undeclared)}")
    kept = {name: [plain(old), plain(new)] for name, (old, new) in (changes or {}).items() if plain(old) != plain(new)}
    entry = {
        "actor_id": actor.id,
        "behalf_id": actor.behalf,
        "at": clock.now(),
        "action": action,
        "target_kind": target[0] if target else "",
        "target_id": target[1] if target else None,
        "channel": actor.channel,
        "address": actor.address,
        "request_id": g.get("request_id") if has_request_context() else None,
        "keys": {name: plain(value) for name, value in keys.items()},
        "changes": kept,
    }
    current = session()
    if not current.in_transaction():
        current.begin()
    current.info.setdefault("audit", []).append((current.get_nested_transaction(), entry))


def plain(value: Any) -> Any:
    """A value as plain JSON: times in ISO 8601, amounts as strings."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, set | frozenset):
        return sorted(plain(v) for v in value)
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)


def _payload(row: Mapping[str, Any] | RowMapping) -> dict[str, Any]:
    names = ("actor_id", "behalf_id", "action", "target_kind", "target_id", "channel", "address", "request_id", "data")
    return {"at": row["at"].isoformat(), **{name: row[name] for name in names}}


def write_pending(current: Session) -> None:
    """Write what :func:`record` has gathered; called before each commit."""
    pending: list[tuple[SessionTransaction | None, dict[str, Any]]] = current.info.pop("audit", [])
    by_actor: dict[int, list[dict[str, Any]]] = {}
    for _within, entry in pending:
        by_actor.setdefault(entry["actor_id"], []).append(entry)
    for actor_id, entries in sorted(by_actor.items()):
        rows = []
        for entry in entries:
            keys, changes = entry.pop("keys"), entry.pop("changes")
            salts = {name: chain.new_salt() for name in changes}
            digests = {name: chain.value_digest(pair, salts[name]) for name, pair in changes.items()}
            rows.append(({**entry, "data": {**keys, **({"changes": digests} if digests else {})}}, changes, salts))
        links = chain.append("audit", actor_id, [_payload(row) for row, _c, _s in rows])
        for (row, changes, salts), place in zip(rows, links, strict=True):
            audit_id = current.execute(
                AuditRow.__table__.insert().returning(AuditRow.id),
                {**row, "n": place.n, "previous": place.previous, "digest": place.digest},
            ).scalar_one()
            if changes:
                current.execute(
                    AuditValue.__table__.insert(),
                    [
                        {"audit_id": audit_id, "key": name, "value": pair, "salt": salts[name]}
                        for name, pair in changes.items()
                    ],
                )


@event.listens_for(Session, "before_commit")
def _before_commit(current: Session) -> None:
    if current.info.get("audit") and not current.in_nested_transaction():
        write_pending(current)


@event.listens_for(Session, "after_soft_rollback")
def _after_rollback(current: Session, undone: SessionTransaction) -> None:
    """Forget what was recorded inside the transaction or savepoint that was undone."""
    if not undone.nested:
        current.info.pop("audit", None)
    elif "audit" in current.info:
        current.info["audit"] = [(within, e) for within, e in current.info["audit"] if not _inside(within, undone)]


def _inside(within: SessionTransaction | None, undone: SessionTransaction) -> bool:
    while within is not None:
        if within is undone:
            return True
        within = within.parent
    return False


def chain_rows() -> Iterator[chain.ChainRow]:
    """Stored audit rows, for verification; a value that no longer fits its digest shows as changed content."""
    values: dict[int, dict[str, tuple[Any, str | None, Any]]] = {}
    for v in session.execute(
        select(AuditValue.audit_id, AuditValue.key, AuditValue.value, AuditValue.salt, AuditValue.erased_at)
    ).yield_per(2000):
        values.setdefault(v.audit_id, {})[v.key] = (v.value, v.salt, v.erased_at)
    for row in (
        session.execute(select(AuditRow.__table__).order_by(AuditRow.actor_id, AuditRow.n)).mappings().yield_per(1000)
    ):
        payload = _payload(row)
        digests = row["data"].get("changes", {})
        stored = values.get(row["id"], {})
        if set(stored) != set(digests) or any(
            erased is None and (salt is None or chain.value_digest(value, salt) != digests[name])
            for name, (value, salt, erased) in stored.items()
        ):
            payload["data"] = {"values": "do not fit"}
        yield chain.ChainRow(row["actor_id"], row["n"], payload, row["previous"], row["digest"])


chain.source("audit", chain_rows)
