"""What the partial `workflow/_step_form.html` shows: used by the generic page of a turn and by other rooms' pages.

context = step_form.context(opened, next_url=url)      # opened = workflow.queries.open_turn(actor, turn_id)
page("sales/opportunity/page.html", sf=context, ...)   # the template includes workflow/_step_form.html
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import url_for

from app.core import clock
from app.core.errors import DomainError, Invalid, Missing, MissingItem
from app.core.files import IMAGES
from app.core.search import reading_words
from app.core.texts import text
from app.people import queries as people
from app.workflow import queries
from app.workflow.queries import EvidenceItem, Opened, Typed
from app.workflow.queries.gathering import Gatherer
from app.workflow.queries.subjects import subject_of
from app.workflow.rules.assigning import lane_and_fallbacks
from app.workflow.views.ladder import ladder_of


def context(
    opened: Opened,
    *,
    next_url: str = "",
    error: DomainError | None = None,
    fields: Mapping[str, Any] | None = None,
    checklist: Collection[str] | None = None,
    reason: str | None = None,
    outcome: str | None = None,
) -> dict[str, Any]:
    """Everything the partial shows, as `sf`.

    `fields`, `checklist`, `reason`: what was just typed, when a refusal shows the form again (else the draft and what is
    known). `error`: that refusal; its field errors and missing items are shown in their places. `outcome`: the way that
    was tried. `next_url`: where to go once the step is done.
    """
    typed = queries.typed_so_far(opened, _attributes(opened))
    if fields is not None:
        typed = Typed({**typed.fields, **fields}, tuple(checklist or ()), reason or "", typed.saved_at)
    form = queries.turn_form(opened, typed)
    missing: Sequence[MissingItem] | None = error.items if isinstance(error, Missing) else None
    mine = queries.may_act(opened)
    step = opened.definition.steps.get(opened.turn.step)
    see = opened.sight()
    behalf = queries.on_behalf_of(opened) if mine else None
    asked = opened.row.asked_until if see.content else None
    names = people.names({behalf}) if behalf else {}
    now, earlier = queries.all_evidence(opened)
    claimable = opened.turn.waiting and opened.turn.assignee is None
    return {
        "turn": form,
        "next": next_url,
        "mine": mine,
        "claimable": claimable and mine,
        "editable": mine and opened.state.paused_at is None,
        "brief": opened.turn.waiting and not mine and fields is None,
        "waits_for": "",
        "paused": opened.state.paused,
        "sealed": not see.content,
        "behalf": names.get(behalf or 0, ""),
        "oversees": opened.oversees and not mine,
        "may_return": opened.turn.waiting
        and (mine or opened.oversees)
        and bool(form["returns"])
        and not opened.state.paused,
        "may_hand_over": opened.turn.waiting and (opened.oversees or (mine and not claimable)),
        "may_give_back": mine and opened.turn.assignee is not None and opened.turn.member is None,
        "may_extend": opened.oversees and opened.turn.waiting and not opened.state.paused,
        "asked_until": asked,
        "asked_day": clock.local(asked - timedelta(seconds=1)).date() if asked else None,
        "blocked_at": opened.row.blocked_at if see.content else None,
        "ladder": ladder_of(opened) if opened.turn.waiting else [],
        "late": bool(opened.turn.due_at and opened.turn.due_at < clock.now()),
        "values": form["values"] if fields is None else {key: typed.fields.get(key) for key in form["values"]},
        "reason": typed.reason,
        "saved_at": typed.saved_at,
        "errors": _errors(error),
        "error": error.message if error is not None and not isinstance(error, Missing | Invalid) else None,
        "refused": missing is not None,
        "missing": [{"kind": item.kind, "key": item.key, "message": item.message} for item in missing]
        if missing is not None
        else form["missing"],
        "tried": outcome,
        "people": _people(opened) if mine or opened.oversees else [],
        "successors": _successors(opened) if mine or opened.oversees else [],
        "evidence": [_shown(item, mine) for item in now],
        "earlier": _reusable(earlier, now) if mine else [],
        "remove_url": lambda number: url_for("workflow.remove_evidence", turn_id=opened.turn_id, evidence_id=number),
        "card": step.card if step else None,
        "today": clock.today(),
    }


def _attributes(opened: Opened) -> dict[str, Any]:
    step = opened.definition.steps.get(opened.turn.step)
    if step is None or not opened.turn.waiting:
        return {}
    names = [field.bind for field in step.fields if field.bind]
    return Gatherer(opened.definition, subject_of(opened.run)).attributes(names)


def _errors(error: DomainError | None) -> dict[str, Any]:
    if isinstance(error, Missing):
        return {item.key: item.message for item in error.items if item.kind == "field"}
    if not isinstance(error, Invalid):
        return {}
    found: dict[str, Any] = {}
    for fault in error.errors:
        found.setdefault(fault.field, fault.message)
    return found


def _people(opened: Opened) -> list[dict[str, Any]]:
    """Whom person fields offer: the run's team and those who take part."""
    step = opened.definition.steps.get(opened.turn.step)
    columns = [column for field in (step.fields if step else ()) for column in (field, *field.columns)]
    if all(column.type != "person" for column in columns):
        return []
    return _named(_around(opened))


def _around(opened: Opened) -> set[int]:
    ids = {turn.assignee for turn in opened.state.turns.values() if turn.assignee}
    ids |= {opened.run.owner_id, opened.actor.id} - {None}
    if opened.run.team_id:
        ids |= {member.person_id for member in people.team_members(opened.run.team_id)}
    return {number for number in ids if number}


def _successors(opened: Opened) -> list[dict[str, Any]]:
    """Whom the turn may be handed to: its lane, and for overseers the whole team."""
    turn = opened.turn
    if not turn.waiting:
        return []
    ids: set[int] = set()
    if turn.member is None and turn.lane:
        names = lane_and_fallbacks(opened.definition, turn.lane)
        found = Gatherer(opened.definition, subject_of(opened.run)).lanes(names)
        ids = {person for lane in found.values() for person in lane}
    if opened.oversees:
        ids |= _around(opened)
    return _named(ids - {turn.assignee or 0})


def _named(ids: set[int]) -> list[dict[str, Any]]:
    names = people.names(people.active_ids(ids))
    away = people.away_words(names)
    return [
        {"id": number, "name": name, "note": away.get(number, ""), "words": reading_words(name)}
        for number, name in sorted(names.items(), key=lambda item: item[1])
    ]


def _shown(item: EvidenceItem, mine: bool) -> dict[str, Any]:
    return {
        "id": item.id,
        "kind": item.kind,
        "title": item.name,
        "href": url_for("files.download", file_id=item.file_id) if item.file_id else None,
        "who": item.added_by,
        "at": item.added_at,
        "text": item.text,
        "erased": item.erased,
        "image": item.content_type in IMAGES,
        "removable": mine,
        "superseded": item.superseded,
    }


def _reusable(earlier: list[EvidenceItem], now: list[EvidenceItem]) -> list[dict[str, Any]]:
    """What was handed in before and could be handed in again: each file and text once, not what is there already."""
    there = {(item.kind, item.file_id, item.text) for item in now}
    found: dict[Any, EvidenceItem] = {}
    for item in earlier:
        key = (item.kind, item.file_id, item.text)
        if key not in there and not item.erased:
            found[key] = item
    return [_shown(item, False) for item in found.values()]


def title_of(opened: Opened) -> str:
    """The step's title in the reader's language."""
    step = opened.definition.steps.get(opened.turn.step)
    return text(step.title) if step else opened.turn.step
