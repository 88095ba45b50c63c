"""History that shows tampering: rows chained by keyed digests, heads kept apart, heads sealed in batches.

Every chain (one a run, one an acting person) numbers its rows 1, 2, 3 … and links each to the one before with a key that is
not in the database. ``core_chain`` holds each chain's length and head; a job seals the heads that have moved, and the
last seal is also written to a file, so a removed tail shows even when the head was put back.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, String, bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as lite_insert
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base, fetch, is_sqlite
from app.core.secrets import seal_key


class Chain(Base):
    """Length and head of one chain of history rows, and how much of it has been sealed."""

    __tablename__ = "core_chain"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    n: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(String(64), default="")
    sealed_n: Mapped[int] = mapped_column(default=0)


@dataclass(frozen=True, slots=True)
class Link:
    """Where a new row stands in its chain: its number, the digest before it, and its own."""

    n: int
    previous: str
    digest: str


@dataclass(frozen=True, slots=True)
class ChainRow:
    """A stored row as verification reads it: chain key, number, what was digested, and the stored digests."""

    key: int
    n: int
    payload: Mapping[str, Any]
    previous: str
    digest: str


def canonical(payload: Mapping[str, Any]) -> bytes:
    """One byte form for equal payloads; only plain JSON values."""
    return json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def link(previous: str, payload: Mapping[str, Any]) -> str:
    """Keyed digest (64 hex digits) of ``payload`` after ``previous``."""
    return hmac.new(seal_key(), previous.encode() + b"\n" + canonical(payload), hashlib.sha256).hexdigest()


def value_digest(value: Any, salt: str) -> str:
    """Keyed, salted digest of a typed value, so that history can hold it while the value itself may be erased."""
    return hmac.new(seal_key(), salt.encode() + canonical({"value": value}), hashlib.sha256).hexdigest()


def new_salt() -> str:
    """A random salt for :func:`value_digest`; erased with the value, so the digest then tells nothing."""
    return secrets.token_hex(8)


_NEW_CHAINS = insert(Chain)
_KIND, _KEY = bindparam("_kind", type_=String()), bindparam("_key", type_=BigInteger)
_HEAD = select(Chain.n, Chain.head).where(Chain.kind == _KIND, Chain.key == _KEY).with_for_update()
_MOVE = update(Chain).where(Chain.kind == _KIND, Chain.key == _KEY)
_BEGIN: Mapping[bool, Any] = {
    True: lite_insert(Chain).on_conflict_do_nothing().returning(Chain.n),
    False: pg_insert(Chain).on_conflict_do_nothing().returning(Chain.n),
}
"""By whether the engine is SQLite; gives no row when somebody else was faster. All built once: every write appends."""


def append(kind: str, key: int, payloads: Sequence[Mapping[str, Any]]) -> list[Link]:
    """Reserve the next places of chain ``(kind, key)`` for ``payloads``, under the chain's row lock.

    The caller stores one row a link. A new chain is begun by itself.
    """
    if not payloads:
        return []
    here = {"_kind": kind, "_key": key}
    found = fetch(_HEAD, here).one_or_none()
    if found is None:
        links = _links(kind, key, 0, "", payloads)
        first = {"kind": kind, "key": key, "n": links[-1].n, "head": links[-1].digest, "sealed_n": 0}
        if fetch(_BEGIN[is_sqlite()], first).one_or_none() is not None:
            return links
        found = fetch(_HEAD, here).one()  # somebody else has begun it at this instant
    links = _links(kind, key, found.n, found.head, payloads)
    fetch(_MOVE, {**here, "n": links[-1].n, "head": links[-1].digest})
    return links


def begin_many(kind: str, payloads: Mapping[int, Sequence[Mapping[str, Any]]]) -> dict[int, list[Link]]:
    """Begin several chains of one kind in one statement: the links of each, by its key. None of them exists yet."""
    found = {key: _links(kind, key, 0, "", rows) for key, rows in payloads.items()}
    heads = [
        {"kind": kind, "key": key, "n": links[-1].n, "head": links[-1].digest, "sealed_n": 0}
        for key, links in found.items()
    ]
    if heads:
        fetch(_NEW_CHAINS, heads)
    return found


def _links(kind: str, key: int, n: int, head: str, payloads: Sequence[Mapping[str, Any]]) -> list[Link]:
    links = []
    for payload in payloads:
        n += 1
        digest = link(head, {"kind": kind, "key": key, "n": n, **payload})
        links.append(Link(n, head, digest))
        head = digest
    return links


_sources: dict[str, Callable[[], Iterator[ChainRow]]] = {}


def source(kind: str, rows: Callable[[], Iterator[ChainRow]]) -> None:
    """Say how the rows of a kind of chain are read back, streaming, ordered by key and number."""
    _sources[kind] = rows


def sources() -> Mapping[str, Callable[[], Iterator[ChainRow]]]:
    """Every registered kind of chain."""
    return dict(_sources)


def expected(kind: str, row: ChainRow, previous: str) -> str:
    """The digest that ``row`` must carry after ``previous``."""
    return link(previous, {"kind": kind, "key": row.key, "n": row.n, **row.payload})
