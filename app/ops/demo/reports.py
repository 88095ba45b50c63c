"""What the demonstration bank raises and how it is answered; one kind of its own, with its next version waiting."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from app.core import calendar, clock
from app.core.actor import Actor
from app.core.database import session
from app.ops.demo.institution import Institution
from app.ops.demo.names import content
from app.people import queries as people
from app.work.models import WorkItem
from app.work.operations import kinds as keeping
from app.work.operations.raising import raise_report
from app.work.rules import kinds as k
from app.work.rules.kind_keys import keyed
from app.work.rules.kind_texts import Words
from app.workflow import operations as workflow
from app.workflow.models import Turn, TurnCandidate

ACCOUNTS = {"manager": "relationship", "leader": "leader", "business": "business", "support": "support"}
UNIT_FIELDS = frozenset({"units", "unit", "lead_unit"})


class Reports:
    """Plays what was raised in the months before ``end``, each act at its moment."""

    def __init__(self, rng: Random, institution: Institution, end: datetime) -> None:
        self.rng, self.institution, self.end = rng, institution, end
        self.words: dict[str, Any] = content("reports")

    def play(self) -> None:
        """Routes, the kind of its own, then everything that was raised, oldest first."""
        self._keep_kinds()
        for entry in sorted(self.words["raised"], key=lambda entry: -entry["ago"]):
            self._raise(entry)

    def _moment(self, ago: int) -> datetime:
        day = clock.local(self.end).date() - timedelta(days=ago)
        while not calendar.is_working(day):
            day -= timedelta(days=1)
        moment = datetime.combine(day, time(self.rng.randrange(9, 17), self.rng.randrange(60)), clock.ZONE)
        return min(moment, self.end - timedelta(minutes=1))

    def _actor(self, person: int) -> Actor:
        return people.actor_for(person, "page", f"10.20.0.{person % 250 + 1}")

    def _person(self, name: str) -> int:
        """An account of the first team, or the relationship manager of a unit's first team."""
        teams = self.institution.teams
        if name in ACCOUNTS:
            return teams[0].members[ACCOUNTS[name]]
        return next(team for team in teams if team.unit == name).members["relationship"]

    def _account(self, username: str) -> int:
        found = people.person_by_username(username)
        assert found is not None
        return found

    def _keep_kinds(self) -> None:
        words, units = self.words["own_kind"], self.institution.units
        with clock.at(self._moment(90)):
            writer, second = self._actor(self._account("hr")), self._actor(self._account("sysadmin"))
            for process, route in self.words["routes"].items():
                keeping.set_route(writer, process, 0, unit_id=units[route["unit"]], receivers=route["receivers"])
            kind = _own_kind(words)
            draft = keeping.begin_kind(writer, kind)
            keeping.publish_kind(second, kind.key, draft.version)
        with clock.at(self._moment(3)):
            count = k.Field(type="integer", title=Words(**words["count"]), required=True, min="1", max="50")
            first = replace(kind.steps[0], fields=(*kind.steps[0].fields, count))
            keeping.save_kind(self._actor(writer.id), keyed(replace(kind, steps=(first, *kind.steps[1:]))), None)

    def _raise(self, entry: dict[str, Any]) -> None:
        sender = self._person(entry["by"])
        unit = entry.get("unit") or self.words["routes"][entry["kind"]]["unit"]
        moment = self._moment(entry["ago"])
        with clock.at(moment):
            item = raise_report(
                self._actor(sender), entry["kind"], entry["title"], self.institution.units[unit],
                fields=self._fields(entry["first"], moment),
            )  # fmt: skip
        for step in entry.get("then", ()):
            moment = self._later(moment, step["after"])
            with clock.at(moment):
                self._do(item, step, moment)

    def _later(self, moment: datetime, days: int) -> datetime:
        """So many working days later, at some hour; never after the end."""
        day = clock.local(moment).date()
        while days > 0:
            day += timedelta(days=1)
            days -= calendar.is_working(day)
        hour = time(self.rng.randrange(9, 17), self.rng.randrange(60))
        return min(datetime.combine(day, hour, clock.ZONE), self.end - timedelta(minutes=1))

    def _do(self, item: WorkItem, step: dict[str, Any], moment: datetime) -> None:
        turn = session.execute(
            select(Turn.id, Turn.assignee_id).where(Turn.run_id == item.run_id, Turn.state == "waiting")
        ).one()
        person = turn.assignee_id or session.scalar(
            select(TurnCandidate.person_id).where(TurnCandidate.turn_id == turn.id).order_by(TurnCandidate.person_id)
        )
        workflow.complete(
            self._actor(person or 0), turn.id, outcome=step["way"], fields=self._fields(step.get("fields", {}), moment),
            checklist=step.get("ticks", ()), reason=step.get("reason", ""),
        )  # fmt: skip

    def _fields(self, given: dict[str, Any], moment: datetime) -> dict[str, Any]:
        """The fields with days counted from the moment and units by their code."""
        return {key: self._value(key, value, clock.local(moment).date()) for key, value in given.items()}

    def _value(self, key: str, value: Any, day: date) -> Any:
        if isinstance(value, list):
            return [
                {name: self._value(name, cell, day) for name, cell in row.items()}
                if isinstance(row, dict)
                else self._value(key, row, day)
                for row in value
            ]
        if key in UNIT_FIELDS:
            return str(self.institution.units[value])
        if isinstance(value, str) and value[:2] in ("d+", "d-"):
            return (day + timedelta(days=int(value[1:]))).isoformat()
        return value


def _own_kind(words: dict[str, Any]) -> k.Kind:
    kind = k.new_kind("kind_borrow_materials", Words(**words["title"]), k.RAISED)
    asked = (
        k.Field(type="text", title=Words(**words["what"]), required=True, max_length=200),
        k.Field(type="date", title=Words(**words["until"]), required=True),
    )
    steps = (replace(kind.steps[0], fields=asked), *kind.steps[1:])
    return keyed(replace(kind, summary=Words(**words["summary"]), steps=steps))
