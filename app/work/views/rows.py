"""Turns as the day page prints them: everything looked up and written out beforehand, nothing per cell."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from app.core import clock
from app.core.actor import Actor
from app.core.texts import _, text
from app.web import filters
from app.web.deadlines import Deadlines
from app.web.render import component
from app.workflow.queries.desk import Waiting


def stage_and_step(t: Waiting) -> str:
    """Stage and step in words, once when they are called the same."""
    stage, step = text(t.stage_title), text(t.title)
    return step if stage == step else f"{stage} · {step}"


class TurnRow(NamedTuple):
    """A turn that the reader may act on."""

    href: str
    subject: str
    step: str
    missing: str
    note: str
    due: str
    button: str
    act: str


class OtherRow(NamedTuple):
    """A turn that waits for somebody else; ``who`` is their chip, "" while nobody has taken it."""

    href: str
    subject: str
    step: str
    who: str
    since: str
    due: str


class Writer:
    """Writes the lists of one day page; words, people and deadlines are looked up once."""

    def __init__(self, reader: Actor, names: Mapping[int, str]) -> None:
        self._reader = reader
        self._names = names
        self._weights = {1: _("important"), 2: _("urgent")}
        self._due = Deadlines()
        self._steps: dict[tuple[int, int], tuple[str, str]] = {}
        self._chips: dict[int | None, Any] = {None: ""}
        self._ready, self._go_on, self._take, self._blocked = _("Ready to hand in"), _("Go on"), _("Take"), _("Blocked")
        self._returned = _("Returned")

    def mine(self, turns: Iterable[Waiting], *, offered: bool = False, back: str = "/today") -> list[TurnRow]:
        """Turns of the reader's own, or of somebody they stand in for; ``offered``: that they may take."""
        rows = []
        for t in turns:
            step, ordinary = self._step(t)
            note = self._blocked if t.blocked else self._returned if t.again else self._weights.get(t.priority, "")
            if t.assignee_id and t.assignee_id != self._reader.id:
                note = _("for %(name)s", name=self._names.get(t.assignee_id, ""))
            button = self._take if offered else self._go_on if t.missing_count else ordinary
            missing = self._missing(t)
            act = f"{t.url}?turn={t.id}&next={back}" if t.url else f"/turns/{t.id}?next={back}"
            rows.append(TurnRow(_href(t), t.subject, step, missing, note, self._due(t.due_at), button, act))
        return rows

    def others(self, turns: Iterable[Waiting]) -> list[OtherRow]:
        """Turns that wait for others."""
        now = clock.now()
        return [
            OtherRow(
                _href(t), t.subject, text(t.title), self._chip(t.assignee_id),
                _("handed over %(when)s", when=filters.ago(t.opened_at, now)), self._due(t.due_at),
            )
            for t in turns
        ]  # fmt: skip

    def _missing(self, t: Waiting) -> str:
        """What is missing in words: the first things by name, and how many more."""
        if not t.missing_count:
            return str(self._ready) if t.asks else ""
        if not t.missing:
            return str(_("%(n)s still missing", n=t.missing_count))
        named = _(", ").join(text(title) for title in t.missing)
        more = t.missing_count - len(t.missing)
        if more > 0:
            return str(_("Still missing: %(named)s and %(n)s more", named=named, n=more))
        return str(_("Still missing: %(named)s", named=named))

    def _step(self, t: Waiting) -> tuple[str, str]:
        """Stage and step in words, and its ordinary way on."""
        key = (id(t.title), id(t.outcome_title))  # titles of one version of a process are the same objects
        if key not in self._steps:
            self._steps[key] = (stage_and_step(t), text(t.outcome_title))
        return self._steps[key]

    def _chip(self, person: int | None) -> Any:
        if person not in self._chips:
            self._chips[person] = component("person_chip")(self._names.get(person or 0, ""), person)
        return self._chips[person]


def _href(t: Waiting) -> str:
    return t.url or f"/turns/{t.id}"
