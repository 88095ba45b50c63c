"""Notices and reports of the demonstration: published, read by most, and by some not yet."""

import io
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from app.core import clock
from app.core.actor import Actor
from app.core.database import session
from app.ops.demo.institution import Institution
from app.ops.demo.names import content
from app.people import queries as people
from app.people.rules.audiences import Part, Rule
from app.work.models import Notice, Receipt
from app.work.operations import notice_delivering, notice_publishing, notice_reading, notices
from app.workflow import operations as workflow
from app.workflow import queries as processes


class Press:
    """Publishes what stands in the content file, and lets people read."""

    def __init__(self, rng: Random, institution: Institution, now: datetime) -> None:
        self.rng, self.institution, self.now = rng, institution, now

    def publish(self) -> None:
        """Everything: published ones in the order of their days, then drafts and a withdrawn one."""
        written = content("notices")
        for entry in sorted(written["notices"], key=lambda one: -one["days"]):
            self._published(entry)
        self._withdrawn(written["withdrawn"])
        for entry in written["drafts"]:
            with clock.at(self.now - timedelta(hours=6)):
                made = self._write(entry, self.now)
                if entry.get("check"):
                    turn = processes.open_waiting(self._author(entry), made.run_id or 0)
                    workflow.complete(self._author(entry), turn.turn_id if turn else 0, outcome="submit")

    def _published(self, entry: dict[str, Any]) -> None:
        begun = self._working_hour(self.now - timedelta(days=entry["days"]))
        with clock.at(begun):
            notice = self._write(entry, begun)
            if entry["category"] == "bought_research":
                notices.add_file(
                    self._author(entry), notice.id, io.BytesIO(entry["body"].encode()), f"{entry['title']}.txt"
                )
            session.refresh(notice)
            notice_publishing.hand_in(self._author(entry), notice.id, notice.version)
            notice_delivering.deliver_notices()
        self._read(entry, notice, begun)
        if entry.get("again"):
            self._again(entry, notice)

    def _write(self, entry: dict[str, Any], begun: datetime) -> Notice:
        within = entry.get("read_within")
        return notices.write_notice(
            self._author(entry), title=entry["title"], body=entry["body"], category=entry["category"],
            rule=self._rule(entry["audience"]), required=bool(within or entry.get("required")), sign=bool(entry.get("sign")),
            read_by=clock.local(begun + timedelta(days=within)).date() if within else None,
            standing=bool(entry.get("sign")), questions=entry.get("questions", ()),
            expires_on=clock.local(begun + timedelta(days=entry["expires"])).date() if entry.get("expires") else None,
        )  # fmt: skip

    def _read(self, entry: dict[str, Any], notice: Notice, begun: datetime) -> None:
        unread = {self._account(name) for name in entry.get("keep_unread", ())}
        readers = session.scalars(select(Receipt.person_id).where(Receipt.notice_id == notice.id)).all()
        for person in readers:
            if person in unread or self.rng.random() < entry["shirk"]:
                continue
            span = (self.now - begun) * self.rng.random() ** 2
            with clock.at(min(self._working_hour(begun + span), self.now - timedelta(minutes=5))):
                self._one(notice, person)

    def _one(self, notice: Notice, person: int) -> None:
        reader = people.actor_for(person)
        right: list[int | None] = [question["right"] for question in notice.questions]
        if right and self.rng.random() < 0.3:
            self._confirm(reader, notice, [None, *right[1:]])
        self._confirm(reader, notice, right)

    def _confirm(self, reader: Actor, notice: Notice, answers: list[int | None]) -> None:
        notice_reading.read_notice(reader, notice.id, revision=notice.revision, answers=answers, name=reader.name)

    def _again(self, entry: dict[str, Any], notice: Notice) -> None:
        with clock.at(self.now - timedelta(hours=20)):
            session.refresh(notice)
            notices.change_notice(
                self._author(entry), notice.id, notice.version, title=notice.title,
                body=f"{notice.body}\n\n**{entry['again']}**", category=notice.category, rule=self._rule(entry["audience"]),
                required=True, read_by=notice.read_by, again=True,
            )  # fmt: skip

    def _withdrawn(self, entry: dict[str, Any]) -> None:
        with clock.at(self.now - timedelta(days=entry["days"])):
            notice = self._write(entry, self.now)
            notice_publishing.hand_in(self._author(entry), notice.id, notice.version)
            notice_delivering.deliver_notices()
            notice_publishing.withdraw(self._author(entry), notice.id, entry["reason"])

    def _author(self, entry: dict[str, Any]) -> Actor:
        name = {"pd": "hr"}.get(entry["author"], entry["author"])
        return people.actor_for(self._account(name))

    def _account(self, username: str) -> int:
        return people.person_by_username(username) or 0

    def _rule(self, audience: str) -> Rule:
        units = self.institution.units
        if audience == "managers":
            return Rule((Part("post", ("customer_manager", "assistant", "branch_manager")),))
        return Rule((Part("unit", (str(units["HO" if audience == "all" else audience]),)),))

    def _working_hour(self, moment: datetime) -> datetime:
        local = clock.local(moment).replace(hour=8 + self.rng.randrange(9), minute=self.rng.randrange(60))
        return min(local, self.now - timedelta(minutes=30))


def publish(rng: Random, institution: Institution, now: datetime) -> None:
    """Notices, reports and their readers."""
    Press(rng, institution, now).publish()
