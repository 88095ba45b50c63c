"""Appending events to a run's chain, and what people typed beside them."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import insert

from app.core import chain
from app.core.actor import Actor
from app.core.audit import plain
from app.core.database import fetch
from app.workflow.models import Event, Value
from app.workflow.queries.history import CHAIN
from app.workflow.rules import events as e

_EVENTS, _VALUES = insert(Event), insert(Value)


def append(actor: Actor, run_id: int, events: Sequence[e.Event]) -> dict[int, int]:
    """Store events with their values, chained to those before; under the run's lock.

    Returns the ids of value rows that later rows refer to (comments, texts as evidence), by the event's place.
    """
    prepared = [_prepared(event) for event in events]
    payloads = [_payload(actor, event, typed) for event, typed in zip(events, prepared, strict=True)]
    links = chain.append(CHAIN, run_id, payloads)
    fetch(_EVENTS, list(_rows(actor, run_id, events, payloads, links)))
    values = [
        {**item, "run_id": run_id, "sequence": link.n, "written_at": event.at}
        for event, typed, link in zip(events, prepared, links, strict=True)
        for item in typed
    ]
    return _store(values) if values else {}


def begin_many(actor: Actor, events: Mapping[int, Sequence[e.Event]]) -> None:
    """Store the first events of several new runs, by run id, at which nobody has typed anything yet."""
    payloads = {run_id: [_payload(actor, event, ()) for event in found] for run_id, found in events.items()}
    links = chain.begin_many(CHAIN, payloads)
    rows = [
        row for run_id, found in events.items() for row in _rows(actor, run_id, found, payloads[run_id], links[run_id])
    ]
    if rows:
        fetch(_EVENTS, rows)


def _payload(actor: Actor, event: e.Event, typed: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "event": event.kind,
        "actor": event.actor,
        "behalf": event.behalf,
        "channel": actor.channel,
        "address": actor.address,
        "at": event.at.isoformat(),
        "body": {
            # through text, so that keys are what the database will give back
            "data": json.loads(json.dumps(plain(event.data))),
            "digests": {f"{item['kind']}:{item['key']}": item["digest"] for item in typed},
        },
    }


def _rows(
    actor: Actor,
    run_id: int,
    events: Sequence[e.Event],
    payloads: Sequence[Mapping[str, Any]],
    links: Sequence[chain.Link],
) -> Iterator[dict[str, Any]]:
    for event, payload, link in zip(events, payloads, links, strict=True):
        yield {
            "run_id": run_id,
            "sequence": link.n,
            "kind": event.kind,
            "actor_id": event.actor,
            "behalf_id": event.behalf,
            "channel": actor.channel,
            "address": actor.address,
            "at": event.at,
            "body": payload["body"],
            "previous": link.previous,
            "digest": link.digest,
        }


def _store(values: list[dict[str, Any]]) -> dict[int, int]:
    if not any(item["kind"] in ("comment", "evidence") for item in values):
        fetch(_VALUES, values)
        return {}
    rows = fetch(_VALUES.returning(Value.id, Value.sequence), values)
    return {row.sequence: row.id for row in rows}


def _prepared(event: e.Event) -> list[dict[str, Any]]:
    """What was typed at an event, as value rows with their salted digests."""
    rows = []
    turn = event.data.get("turn")
    number = turn if isinstance(turn, int) else 0
    for kind, key, content in _typed(event):
        salt, value = chain.new_salt(), plain(content)
        rows.append(
            {
                "turn_number": number,
                "kind": kind,
                "key": key,
                "content": value,
                "salt": salt,
                "digest": chain.value_digest(value, salt),
            }
        )
    return rows


def _typed(event: e.Event) -> Iterator[tuple[str, str, Any]]:
    values: Mapping[str, Any] = event.values
    for key, content in (values.get("fields") or {}).items():
        if content is not None:
            yield "field", key, content
    if values.get("reason"):
        yield "reason", "reason", values["reason"]
    if values.get("text"):
        yield "evidence" if event.kind == e.EVIDENCE_ADDED else "comment", "text", values["text"]
