"""A run's history in the reader's words."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from app.core.actor import Actor
from app.core.texts import _, text
from app.web import filters
from app.workflow import queries
from app.workflow.queries import SeenEvent
from app.workflow.rules.definition import Definition

SHOWN = frozenset(
    {
        "started", "claimed", "given_back", "reassigned", "completed", "returned", "voided", "ended", "member_added",
        "member_removed", "closed_early", "paused", "resumed", "due_changed", "time_asked", "blocked", "commented",
        "nudged", "rung_fired", "owner_changed", "erased", "evidence_added", "evidence_removed", "child_started", "child_ended",
        "version_moved",
    }
)  # fmt: skip
"""Kinds that people want to read of; the rest is the machine's own book-keeping."""
TONES = {"returned": "warn", "voided": "warn", "blocked": "bad", "rung_fired": "bad", "completed": "good"}
ICONS = {
    "started": "plus", "completed": "check", "returned": "return", "voided": "alert", "ended": "flag", "blocked": "alert",
    "commented": "note", "nudged": "nudge", "rung_fired": "alarm", "evidence_added": "file", "reassigned": "swap", "paused": "clock-pause",
}  # fmt: skip


def timeline_of(reader: Actor, run_id: int, limit: int = 60) -> list[dict[str, Any]]:
    """The latest happenings of a run, newest first, for the timeline part."""
    opened = queries.open_run(reader, run_id)
    events = [
        event
        for event in queries.events_page(reader, run_id, limit=200, newest_first=True).items
        if event.kind in SHOWN
    ]
    events = events[:limit]
    names = queries.names_in(events)
    steps = {number: turn.step for number, turn in opened.state.turns.items()}
    return [_line(event, opened.definition, steps, names) for event in events]


def _line(
    event: SeenEvent, definition: Definition, steps: Mapping[int, str], names: Mapping[int, str]
) -> dict[str, Any]:
    who = names.get(event.actor_id or 0, _("Qiao") if event.actor_id == 0 else _("Somebody"))
    return {
        "at": event.at,
        "title": _title(event, definition, steps, names),
        "who": who,
        "seed": event.actor_id,
        "behalf": names.get(event.behalf_id or 0, "") if event.behalf_id != event.actor_id else "",
        "text": event.texts.get("reason") or event.texts.get("text") or "",
        "icon": ICONS.get(event.kind, "clock"),
        "tone": TONES.get(event.kind),
    }


def _title(event: SeenEvent, definition: Definition, steps: Mapping[int, str], names: Mapping[int, str]) -> str:
    data = event.data
    number = data.get("turn")
    key = data.get("step") or (steps.get(number, "") if isinstance(number, int) else "")
    step = definition.steps.get(key)
    title = text(step.title) if step else key
    if event.sealed:
        return str(_("%(step)s: sealed for now", step=title))
    match event.kind:
        case "completed":
            outcome = step.outcome(data.get("outcome", "")) if step else None
            return str(
                _("%(step)s: %(way)s", step=title, way=text(outcome.title) if outcome else data.get("outcome", ""))
            )
        case "returned":
            target = definition.steps.get(data.get("to", ""))
            return str(_("Returned to “%(step)s”", step=text(target.title) if target else data.get("to", "")))
        case "ended":
            end = definition.ends.get(data.get("end", ""))
            reason = end.reason(data["reason_key"]) if end and data.get("reason_key") else None
            name = text(end.title) if end else data.get("end", "")
            return _("%(end)s: %(reason)s", end=name, reason=text(reason.title)) if reason else name
        case "reassigned":
            return str(
                _("“%(step)s” handed to %(name)s", step=title, name=names.get(data.get("to") or 0, _("somebody")))
            )
        case "due_changed" | "time_asked":
            return _when(event, title)
        case "rung_fired" if data.get("people"):
            return str(_("“%(step)s” is overdue: %(names)s told", step=title, names=_people(data["people"], names)))
        case "nudged":
            return str(_("“%(step)s”: %(names)s nudged", step=title, names=_people(data.get("people", ()), names)))
        case "owner_changed":
            return str(_("%(name)s is accountable now", name=names.get(data["to"], _("somebody"))))
    words = _words().get(event.kind, event.kind)
    return words % {"step": title} if title and "%(step)s" in words else words.replace("%(step)s", "").strip()


def _people(ids: Iterable[int], names: Mapping[int, str]) -> str:
    return _(", ").join(names.get(number, _("somebody")) for number in ids)


def _when(event: SeenEvent, title: str) -> str:
    raw = event.data.get("due_at") or event.data.get("until")
    when = filters.due_moment(datetime.fromisoformat(raw)) if raw else ""
    if event.kind == "time_asked":
        return str(_("“%(step)s”: more time asked, until %(when)s", step=title, when=when))
    return str(_("“%(step)s”: due %(when)s now", step=title, when=when))


def _words() -> dict[str, str]:
    return {
        "started": _("Workflow started"),
        "claimed": _("“%(step)s” taken", step="%(step)s"),
        "given_back": _("“%(step)s” given back", step="%(step)s"),
        "voided": _("“%(step)s” no longer holds", step="%(step)s"),
        "member_added": _("One more person asked"),
        "member_removed": _("One person less asked"),
        "closed_early": _("Answers closed early"),
        "paused": _("Paused"),
        "resumed": _("Resumed"),
        "blocked": _("“%(step)s”: blocked", step="%(step)s"),
        "commented": _("Comment on “%(step)s”", step="%(step)s"),
        "rung_fired": _("“%(step)s” is overdue: the next level was told", step="%(step)s"),
        "evidence_added": _("Evidence for “%(step)s” added", step="%(step)s"),
        "evidence_removed": _("Evidence for “%(step)s” taken back", step="%(step)s"),
        "erased": _("Typed texts erased as the law asks"),
        "child_started": _("Started a workflow of its own"),
        "child_ended": _("A workflow started from here has ended"),
        "version_moved": _("Moved to another version of the process"),
    }
