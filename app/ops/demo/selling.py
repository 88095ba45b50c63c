"""Six months of selling, played in the order of time: every step is done by somebody who may, at an hour people work."""

import heapq
import math
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from app.core import calendar, clock
from app.core.actor import SYSTEM, Actor
from app.core.database import session
from app.core.errors import Missing
from app.customers import operations as customers
from app.ops.demo.customers import Known
from app.ops.demo.entries import Sale, fields_of, plan
from app.ops.demo.institution import DemoTeam, Institution
from app.ops.demo.names import content
from app.people import operations as people_operations
from app.people import queries as people
from app.sales import operations as sales
from app.workflow import operations as workflow
from app.workflow.models import Turn, TurnCandidate
from app.workflow.queries import definitions
from app.workflow.rules.definition import Definition

STEPS = (
    "prepare", "plan_visit", "visit", "survey", "design", "discuss", "objections", "terms", "decide", "sign",
    "service_plan", "follow_up", "review",
)  # fmt: skip
EVERY = {"private": 15, "diamond": 30, "gold": 60, "silver": 90}
"""Days between two contacts with a customer of the tier; the others are served as they come."""
_CLOSING = {"won": 0.5, "lost": 0.36, "cancelled": 0.05, "stalled": 0.09}


class Selling:
    """The simulation: a heap of moments, and what each sale or person does next."""

    def __init__(
        self,
        rng: Random,
        institution: Institution,
        customers_of: dict[int, list[Known]],
        start: datetime,
        end: datetime,
        commit: Callable[[], None],
    ) -> None:
        self.rng, self.institution, self.customers_of = rng, institution, customers_of
        self.start, self.end, self.commit = start, end, commit
        self.heap: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self.count = 0
        self.due: list[tuple[datetime, int, Known]] = []
        self.stories = {story["industry"]: story for story in content("stories")}
        self.actors: dict[tuple[int, Any], Actor] = {}
        self.free = {team: iter(list(listed)) for team, listed in customers_of.items()}

    def at(self, moment: datetime, act: Callable[[datetime], None]) -> None:
        """Do ``act`` at ``moment``, if that is not in the future."""
        if moment < self.end:
            self.count += 1
            heapq.heappush(self.heap, (moment, self.count, act))

    def play(self) -> None:
        """Play everything that has been planned, committing at the end of each simulated day."""
        day = None
        while self.heap:
            moment, _number, act = heapq.heappop(self.heap)
            today = clock.local(moment).date()
            if today != day:
                self.commit()
                day = today
            with clock.at(moment):
                act(moment)
        self.commit()

    def working_moment(self, after: datetime, days: float) -> datetime:
        """A working hour about ``days`` working days after ``after``."""
        left, moment = days, clock.local(after)
        while left >= 1 or not calendar.is_working(moment.date()):
            moment += timedelta(days=1)
            left -= calendar.is_working(moment.date())
        moment = moment.replace(hour=9, minute=0, second=0, microsecond=0)
        moment += timedelta(minutes=self.rng.randrange(0, 510), seconds=self.rng.randrange(60))
        return moment if moment > after else after + timedelta(minutes=self.rng.randrange(3, 40))

    def actor(self, person_id: int) -> Actor:
        """The person with today's rights (teams and grants of the demonstration do not change within a day)."""
        key = (person_id, clock.today())
        if key not in self.actors:
            self.actors[key] = people.actor_for(person_id, "page", f"10.20.0.{person_id % 250 + 1}")
        return self.actors[key]

    # -- sales ---------------------------------------------------------------------------------------------------

    def plan_sales(self, per_team: int) -> None:
        """Spread ``per_team`` openings for each team over the time, with a fate for each."""
        span = (self.end - self.start).days
        for team in self.institution.teams:
            for number in range(per_team):
                day = self.start + timedelta(days=span * number / per_team + self.rng.random() * 3)
                self.at(self.working_moment(day, 0), self._opening(team))

    def park_sales(self, team: DemoTeam, steps: tuple[str, ...] = STEPS) -> None:
        """One sale of ``team`` that came to each of ``steps`` some days ago, so that every role finds work, little of it late.

        One was left lying, for the supervisor to find.
        """
        for step in steps:
            begun, left = self.end, 2 + math.ceil(0.55 * STEPS.index(step)) + (15 if step == "survey" else 0)
            while left:
                begun -= timedelta(days=1)
                left -= calendar.is_working(clock.local(begun).date())
            self.at(self.working_moment(begun, 0), self._opening(team, stop_at=step))

    def _opening(self, team: DemoTeam, stop_at: str | None = None) -> Callable[[datetime], None]:
        def act(now: datetime) -> None:
            customer = next(self.free[team.id], None)
            if customer is None:
                return
            owner = team.members["relationship" if stop_at or self.rng.random() < 0.8 else "leader"]
            sale = plan(self.rng, self.stories[customer.industry], customer, team.id, owner)
            sale.stop_at = stop_at
            if stop_at is None:
                self._decide_fate(sale, now)
            opened = sales.open_opportunity(
                self.actor(owner),
                customer_id=sale.customer_id,
                title=sale.words(sale.story["titles"], self.rng),
                amount=sale.amount,
                expected_on=(clock.today() + timedelta(days=self.rng.randrange(40, 90))).isoformat(),
                source=self.rng.choice(sale.story["source"]),
                team_id=team.id,
            )
            sale.opportunity_id, sale.run_id = opened.id, opened.run_id or 0
            self._next(sale, now, 1.5 if stop_at else 2.0)

        return act

    def _decide_fate(self, sale: Sale, now: datetime) -> None:
        sale.fate = self.rng.choices(list(_CLOSING), list(_CLOSING.values()))[0]
        if sale.fate == "stalled" and (self.end - now).days > 60:
            sale.fate = "lost"  # nobody leaves a sale lying for months
        sale.fate_step = self.rng.choice(STEPS[2:10])
        sale.detours = self.rng.choice([0, 0, 0, 1, 1, 2])

    def _next(self, sale: Sale, now: datetime, days: float) -> None:
        self.at(self.working_moment(now, self.rng.uniform(0.2, days)), lambda moment: self._step(sale, moment))

    def _step(self, sale: Sale, now: datetime) -> None:
        turn = self._waiting(sale)
        if turn is None or turn.step == sale.stop_at:
            return
        if sale.fate != "won" and turn.step == sale.fate_step:
            if sale.fate != "stalled":
                self._close(sale)
            return
        actor = self.actor(self._who(turn))
        if turn.assignee_id is None:
            workflow.claim(actor, turn.id)
        outcome = self._detour(sale, turn) or self._ordinary(turn)
        self._evidence(actor, turn, sale)
        self._complete(actor, turn, outcome, sale)
        # most steps are done in time, some are not
        self._next(sale, now, 1.5 if sale.stop_at else 5.0 if self.rng.random() < 0.15 else 2.4)

    def _waiting(self, sale: Sale) -> Turn | None:
        stmt = select(Turn).where(Turn.run_id == sale.run_id, Turn.state == "waiting").order_by(Turn.number)
        return session.scalars(stmt.limit(1)).one_or_none()

    def _who(self, turn: Turn) -> int:
        if turn.assignee_id is not None:
            return turn.assignee_id
        offered = select(TurnCandidate.person_id).where(
            TurnCandidate.turn_id == turn.id, TurnCandidate.escalated.is_(False)
        )
        return session.scalars(offered.order_by(TurnCandidate.person_id)).all()[0]

    def _ordinary(self, turn: Turn) -> str:
        return self._definition().step(turn.step).outcomes[0].key

    def _definition(self) -> Definition:
        return definitions.latest("sale")

    def _detour(self, sale: Sale, turn: Turn) -> str | None:
        """Now and then the work goes a step back, with a reason."""
        if not sale.detours or self.rng.random() > 0.3:
            return None
        ways = [o.key for o in self._definition().step(turn.step).outcomes if o.needs_reason and o.end is None]
        if not ways:
            return None
        sale.detours -= 1
        return ways[0]

    def _evidence(self, actor: Actor, turn: Turn, sale: Sale) -> None:
        for kind in self._definition().step(turn.step).evidence:
            if kind.min and "text" in kind.accepts and not (turn.evidence or {}).get(kind.kind):
                told = sale.words(sale.story["benefit" if turn.step == "design" else "conditions"], self.rng)
                workflow.add_evidence(actor, turn.id, kind=kind.kind, text=told)

    def _complete(self, actor: Actor, turn: Turn, outcome: str, sale: Sale) -> None:
        step = self._definition().step(turn.step)
        way = step.outcome(outcome)
        words = content("names")
        reason = ""
        if way is not None and way.needs_reason:
            reason = self.rng.choice(words["refusals" if turn.step.startswith("decide") else "return_reasons"])
        entry: dict[str, Any] = {
            "fields": fields_of(turn.step, sale, self.rng, clock.today()),
            "checklist": [item.key for item in step.checklist if item.required or self.rng.random() < 0.6],
            "reason": reason,
        }
        try:
            with session.begin_nested():
                workflow.complete(actor, turn.id, outcome=outcome, **entry)
        except Missing:
            if turn.step != "decide":
                raise
            workflow.complete(actor, turn.id, outcome="pass_on", **entry)

    def _close(self, sale: Sale) -> None:
        _top, below, told = sale.story["lost"]
        if sale.fate == "lost":
            sales.close_opportunity(
                self.actor(sale.owner_id), sale.opportunity_id, result="lost", reason_key=below, reason=told
            )
        else:
            sales.close_opportunity(
                self.actor(sale.owner_id), sale.opportunity_id, result="cancelled", reason_key="duplicate", reason=""
            )

    # -- care ----------------------------------------------------------------------------------------------------

    def plan_care(self, per_day: int) -> None:
        """Calls, visits and notes with customers that are not being sold to, ``per_day`` a working day."""
        day = self.start
        while day < self.end:
            if calendar.is_working(clock.local(day).date()):
                for _number in range(per_day):
                    self.at(self.working_moment(day, 0), self._care)
            day += timedelta(days=1)

    def _due_customer(self, now: datetime) -> Known:
        """Mostly the one whose contact is due next, by tier; now and then anybody."""
        if not self.due:
            for listed in self.customers_of.values():
                self.due += [
                    (now + timedelta(days=self.rng.random() * EVERY[c.tier]), c.id, c)
                    for c in listed
                    if c.tier in EVERY
                ]
            heapq.heapify(self.due)
        if self.rng.random() < 0.1 or not self.due:
            return self.rng.choice(self.rng.choice([listed for listed in self.customers_of.values() if listed]))
        _when, number, customer = heapq.heappop(self.due)
        heapq.heappush(
            self.due, (now + timedelta(days=EVERY[customer.tier] * self.rng.uniform(0.6, 1.1)), number, customer)
        )
        return customer

    def _care(self, now: datetime) -> None:
        customer = self._due_customer(now)
        customer_id, actor = customer.id, self.actor(customer.holder_id)
        words = content("names")
        kind = self.rng.random()
        if kind < 0.55:
            customers.record_call(actor, customer_id, said=self.rng.choice(words["calls"]))
        else:
            place = self.rng.choice(words["streets"])
            customers.record_visit(actor, customer_id, said=self.rng.choice(words["visits"]), place=place)
        if kind >= 0.9:
            customers.add_note(actor, customer_id, self.rng.choice(words["notes"]))


def absences(institution: Institution, today: Any) -> None:
    """One relationship manager is away this week; the leader stands in."""
    team = institution.teams[1]
    people_operations.record_absence(
        SYSTEM,
        team.members["relationship"],
        deputy_id=team.members["leader"],
        first=today,
        last=today + timedelta(days=4),
    )
