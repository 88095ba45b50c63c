"""Goals of the demonstration bank: a quarter that was reached, agreed, evaluated and taken further, and what runs now."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import select

from app.core import clock
from app.core.actor import Actor
from app.core.database import session
from app.ops.demo.institution import DemoTeam, Institution
from app.ops.demo.names import content
from app.people import queries as people
from app.people.rules.audiences import of_persons
from app.work.models.goals import Goal
from app.work.operations import branch as figures
from app.work.operations import contests, goal_entries, goal_following
from app.work.operations import goals as operations
from app.work.operations.goal_parts import hand_out
from app.work.queries.contests import ranking
from app.work.queries.goal_parts import candidates
from app.work.queries.progress import progress_of
from app.work.rules.goals import period_of, previous_period, split
from app.workflow import operations as workflow
from app.workflow.models import Turn

UNIT = "BJ"
AMOUNT, VISITS = "sales.amount_won", "customers.visits_made"


class Goals:
    """Plays the goals of one sub-branch, each act at its moment."""

    def __init__(self, rng: Random, institution: Institution, end: datetime) -> None:
        self.rng, self.institution, self.end = rng, institution, end
        self.this = period_of("quarter", clock.local(end).date())
        self.last = previous_period("quarter", *self.this)
        self.head = people.heads_of_unit(institution.units["DJ"])[0]
        self.supervisor = institution.supervisors[UNIT]
        self.words: dict[str, Any] = content("goals")["goals"]
        self.teams = [team for team in institution.teams if team.unit == UNIT][:4]

    def play(self) -> None:
        """Everything, in the order of time."""
        self._last_quarter()
        self._this_quarter()
        self._by_hand()
        self._plans()
        self._contests()

    def at(self, day: date, hour: int = 9) -> Any:
        """A moment of a day, not later than a minute before the end."""
        moment = datetime.combine(day, time(hour, self.rng.randrange(60)), clock.ZONE)
        return clock.at(min(moment, self.end - timedelta(minutes=1)))

    def actor(self, person: int) -> Actor:
        """A person with the rights of the moment."""
        return people.actor_for(person, "page", f"10.20.0.{person % 250 + 1}")

    def do(self, goal: Goal, outcome: str, reason: str = "", **fields: Any) -> None:
        """Let whoever the waiting step of a goal waits for do it."""
        turn = session.execute(
            select(Turn.id, Turn.step, Turn.assignee_id).where(Turn.run_id == goal.run_id, Turn.state == "waiting")
        ).one()
        ticked = ["talked"] if turn.step == "joint_evaluation" else []
        workflow.complete(
            self.actor(turn.assignee_id), turn.id, outcome=outcome, fields=fields, checklist=ticked, reason=reason
        )

    def _set(self, by: int, **given: Any) -> Goal:
        return operations.set_goal(self.actor(by), **given)

    def _last_quarter(self) -> None:
        first, last = self.last
        amount, visits_words = self.words["amount"], self.words["visits"]
        with self.at(first + timedelta(days=2)):
            whole = self._set(
                self.head, **amount, target="1", period="quarter", level="unit",
                owner_id=self.institution.units[UNIT], measure=AMOUNT,
            )  # fmt: skip
            visits = self._set(
                self.supervisor, **visits_words, target="1", period="quarter", level="person",
                owner_id=self.teams[0].members["relationship"], measure=VISITS,
            )  # fmt: skip
        # the figures are set as people of that time would have: somewhat below or above what came of it
        for goal, share, least in ((whole, Decimal("0.96"), 1_000_000), (visits, Decimal("1.2"), 1)):
            goal.target = _round(max(progress_of([goal])[goal.id].actual * share, Decimal(least)))
        with self.at(first + timedelta(days=3)):
            self.do(whole, "accept")
            self.do(visits, "accept")
        with self.at(last + timedelta(days=1), 1):
            goal_following.end_periods()
        for goal, verdict in ((whole, "reached"), (visits, "partly")):
            said = content("goals")["evaluations"][verdict]
            cause = "" if verdict == "reached" else said["joint"]
            with self.at(last + timedelta(days=3)):
                self.do(goal, "done", own_result=verdict, own_words=said["own"], own_causes=cause)
            with self.at(last + timedelta(days=5)):
                step = Decimal("1.1") if verdict == "reached" else Decimal("0.9")
                self.do(
                    goal, verdict, joint_words=said["joint"], cause=cause, adjustment=content("goals")["adjustment"],
                    consequence=said["consequence"], next_target=str(_round(goal.target * step)),
                )  # fmt: skip
        self.whole, self.visits = whole, visits

    def _this_quarter(self) -> None:
        first = self.this[0]
        with self.at(first + timedelta(days=6)):
            whole = operations.next_cycle(self.actor(self.head), self.whole.id)
            visits = operations.next_cycle(self.actor(self.supervisor), self.visits.id)
        with self.at(first + timedelta(days=7)):
            self.do(whole, "accept")
            self.do(visits, "accept")
        with self.at(first + timedelta(days=8)):
            hand_out(self.actor(self.supervisor), whole.id, _parts(whole))
        with self.at(first + timedelta(days=9)):
            self._answer(whole, self.teams[0])
        with self.at(clock.local(self.end).date() - timedelta(days=1), 16):
            calls = self._set(
                self.supervisor, title=self.words["calls"]["title"], target="60", period="quarter", level="person",
                owner_id=self.teams[0].members["relationship"], measure="customers.calls_made",
            )  # fmt: skip
            self._set(
                self.supervisor, title=self.words["parks"]["title"], target="36", period="quarter", level="person",
                owner_id=self.teams[0].members["leader"], measure=VISITS,
            )  # fmt: skip
        with self.at(clock.local(self.end).date(), 0):
            self.do(calls, "propose", reason=self.words["calls"]["proposed"], proposed="45")

    def _answer(self, whole: Goal, team: DemoTeam) -> None:
        """Everybody accepts their part but for the business manager, whose part still waits."""
        parts = session.scalars(select(Goal).where(Goal.parent_id == whole.id)).all()
        below = session.scalars(select(Goal).where(Goal.parent_id.in_([part.id for part in parts]))).all()
        for goal in [*parts, *below]:
            if goal.person_id != team.members["business"]:
                self.do(goal, "accept")

    def _by_hand(self) -> None:
        first = self.this[0]
        trainee = people.person_by_username("trainee") or self.teams[0].members["support"]
        for person, key, target in ((trainee, "exams", "3"), (self.teams[0].members["business"], "papers", "8")):
            words = self.words[key]
            with self.at(first + timedelta(days=10)):
                goal = self._set(
                    person, title=words["title"], target=target, period="quarter", level="person", owner_id=person,
                    counted_in=words["unit"], counts=words["counts"],
                )  # fmt: skip
            with self.at(first + timedelta(days=11)):
                self.do(goal, "accept")
            for number, note in enumerate(words["reached"]):
                with self.at(first + timedelta(days=14 + 9 * number), 17):
                    goal_entries.enter_progress(self.actor(person), goal.id, day=clock.today(), amount="1", note=note)

    def _plans(self) -> None:
        """Plans of the months of this quarter and costs since last quarter, for the sub-branch."""
        unit, notes = self.institution.units[UNIT], content("goals")["costs"]["notes"]
        month = self.last[0]
        for number in range(6):
            if month > clock.local(self.end).date():
                break
            with self.at(month + timedelta(days=2)):
                head = self.actor(self.supervisor)
                plan = {
                    "amount_won": str(35_000_000 + 1_000_000 * number), "activity": "80", "retention": "95", "attrition": "5",
                    "headcount": "6", "productivity": "6000000", "cost": "260000", "cost_ratio": "1",
                }  # fmt: skip
                figures.plan_figures(head, unit, f"{month.year}-{month.month:02d}", plan, {})
            with self.at((month + timedelta(days=32)).replace(day=1) - timedelta(days=1), 17):
                spent = str(210_000 + self.rng.randrange(80) * 1000)
                figures.enter_cost(self.actor(self.supervisor), unit, month, spent, notes[number % len(notes)])
            month = (month + timedelta(days=32)).replace(day=1)

    def _contests(self) -> None:
        """One contest that was closed with awards a few days ago, and one that runs."""
        unit, words = self.institution.units[UNIT], content("goals")["contests"]
        rule = of_persons([person for team in self.teams for person in team.members.values()])
        first, last = self.last
        with self.at(first + timedelta(days=4)):
            done = contests.open_contest(
                self.actor(self.supervisor), unit_id=unit, title=words["closed"]["title"], rules=words["closed"]["rules"],
                measure=AMOUNT, starts_on=first, ends_on=last, rule=rule,
            )  # fmt: skip
        with self.at(self.this[0] + timedelta(days=6)):
            contests.open_contest(
                self.actor(self.supervisor), unit_id=unit, title=words["running"]["title"], rules=words["running"]["rules"],
                measure=VISITS, starts_on=self.this[0], ends_on=self.this[1], rule=rule,
            )  # fmt: skip
        with self.at(max(clock.local(self.end).date() - timedelta(days=2), last + timedelta(days=1)), 10):
            best = [place for place in ranking(done) if place.figure][:3]
            given = {
                place.person_id: (award["prize"], award["citation"])
                for place, award in zip(best, words["closed"]["awards"], strict=False)
            }
            contests.close_contest(self.actor(self.supervisor), done.id, done.version, given)


def _parts(whole: Goal) -> dict[str, Decimal | None]:
    """The unit's figure to its teams as they did last quarter, and each team's to its people by their part in a sale."""
    rows = candidates(whole)
    teams = [row for row in rows if row.level == "team"][:4]
    found: dict[str, Decimal | None] = {}
    for team, figure in zip(teams, split(whole.target, [row.last or 0 for row in teams]), strict=True):
        found[team.key] = figure or None
        below = [row for row in rows if row.above == team.key]
        # leader, relationship manager, business manager; the support has no amount of their own
        for row, part in zip(below, split(figure, [3, 5, 2, *[0] * len(below)][: len(below)]), strict=True):
            found[row.key] = part or None
    return found


def _round(figure: Decimal) -> Decimal:
    """A figure as people set one: tens of thousands, or whole pieces; never nothing."""
    step = Decimal(10_000) if figure >= 100_000 else Decimal(1)
    return max((figure / step).to_integral_value(), Decimal(1)) * step


def load(rng: Random, institution: Institution, end: datetime) -> None:
    """Play the goals of the accounts' own sub-branch."""
    Goals(rng, institution, end).play()
