"""What whoever decides has to see on one screen: what is asked, by whom, the key figures, what changed since last time."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.core.texts import text
from app.people import queries as people
from app.sales import queries
from app.sales.queries import products, runs
from app.sales.queries.timeline import changed_since
from app.sales.subjects import authority
from app.sales.views.happenings import Words, change_line
from app.workflow.queries.known import Done
from app.workflow.queries.opened import Opened


def facts(
    view: queries.OpportunityView, turn: Opened, done: Sequence[Done], names: Mapping[int, str], plan: Sequence[Any]
) -> dict[str, Any]:
    """The proposal that stands before the deciding person, and what became of it since it was last decided on."""
    proposing = runs.proposing_steps(turn.definition)
    proposal = next((item for item in done if item.step.key in proposing), None)
    earlier = [item for item in done if runs.is_decision(item.step)]
    last = _last_decided(turn)
    changed = changed_since(view.opportunity.id, last) if last else {}
    owners = [value for pair in [changed.get("owner_id") or ()] for value in pair if isinstance(value, int)]
    names = {**names, **people.names(owners)}
    words = Words(names, {row.code: products.shown_name(row) for row in plan})
    return {
        "by": names.get(proposal.person_id or 0, "") if proposal else "",
        "by_id": proposal.person_id if proposal else None,
        "at": proposal.closed_at if proposal else None,
        "case": _case(proposal),
        "terms": view.opportunity.terms,
        "again": last is not None,
        "changed": [change_line(key, pair, words) for key, pair in changed.items()],
        "decided": [
            {
                "who": names.get(item.person_id or 0, ""),
                "title": text(item.step.title),
                "opinion": item.values.get("opinion") or "",
            }
            for item in earlier
        ],
        "above": view.opportunity.amount is not None and view.opportunity.amount > authority(),
        "limit": authority(),
    }


def _case(proposal: Done | None) -> list[tuple[str, str]]:
    """What the proposer wrote beside the bound facts, which stand above it."""
    if proposal is None:
        return []
    return [
        (text(field.title), str(proposal.values[field.key]))
        for field in proposal.step.fields
        if field.bind is None and proposal.values.get(field.key) and field.type in ("text", "longtext")
    ]


def _last_decided(turn: Opened) -> Any:
    """When a decision of this sale was last taken, refused or voided; None the first time."""
    closed = [
        item.closed_at
        for item in turn.state.turns.values()
        if item.number < turn.number
        and item.closed_at is not None
        and item.state in ("done", "returned")
        and item.step in turn.definition.steps
        and runs.is_decision(turn.definition.steps[item.step])
        and not turn.state.rounds[item.round].in_force
    ]
    return max(closed) if closed else None
