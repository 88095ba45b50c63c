"""Meetings of the demonstration: held every morning and every week, with decisions that are done or still open."""

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from app.core import calendar, clock
from app.core.database import session
from app.ops.demo.institution import Institution
from app.ops.demo.names import content
from app.people import queries as people
from app.people.rules.audiences import Part, Rule, of_persons
from app.work.models import Decision, Meeting, WorkItem
from app.work.operations import meeting_series, meetings, minutes
from app.work.queries import meetings as reading
from app.workflow import operations as workflow
from app.workflow import queries as processes


class Secretary:
    """Calls and holds the meetings of one sub-branch and its first team."""

    def __init__(self, rng: Random, institution: Institution, now: datetime) -> None:
        self.rng, self.now = rng, now
        self.team = institution.teams[0]
        self.head = institution.supervisors[self.team.unit]
        self.unit = institution.units[self.team.unit]
        self.words = content("meetings")
        self.today = clock.local(now).date()

    def meet(self) -> None:
        """The team's weekly meetings, the unit's morning meetings, and single ones in every state."""
        members = self.team.members
        self._weekly(members)
        self._mornings()
        last = self._past_working_day(6)
        held = self._call("managers", last, time(17, 30), self.head, members["leader"], self._unit_rule(), 60)
        self._hold(held, self.words["managers"]["minutes"], self.words["managers"]["decisions"])
        self._work(held, "", 1)
        market = self._call(
            "market",
            self._past_working_day(1),
            time(8, 0),
            members["leader"],
            members["support"],
            self._team_rule(),
            15,
        )
        self._hold(market, None)
        evening = self._call(
            "evening", self._past_working_day(2), time(17, 40), self.head, members["leader"], self._team_rule(), 20
        )
        self._hold(
            evening, [self.words["morning"]["minutes"][0][0], self.words["morning"]["minutes"][1][2]], confirm=False
        )

    def _weekly(self, members: dict[str, int]) -> None:
        words, previous = self.words["weekly"], None
        monday = self.today - timedelta(days=self.today.weekday())
        days = [day for n in range(6, 0, -1) if calendar.is_working(day := monday - timedelta(days=7 * n))]
        for number, day in enumerate(days):
            meeting = self._call(
                "weekly",
                day,
                time(16, 30),
                members["leader"],
                members["support"],
                self._team_rule(),
                45,
                previous=previous,
            )
            decided = words["decisions"][number : number + 1]
            self._hold(meeting, words["minutes"][number % len(words["minutes"])], decided)
            self._work(
                meeting, self.words["results"][number % len(self.words["results"])], 3 if number < len(days) - 2 else 1
            )
            previous = meeting
        ahead = monday + timedelta(days=7)
        self._call(
            "weekly", ahead, time(16, 30), members["leader"], members["support"], self._team_rule(), 45, previous=previous,
            weekdays=[0],
        )  # fmt: skip

    def _mornings(self) -> None:
        words = self.words["morning"]
        begun = self._past_working_day(8)
        self._call(
            "morning",
            begun,
            time(8, 20),
            self.head,
            self.team.members["leader"],
            self._unit_rule(),
            20,
            weekdays=[0, 1, 2, 3, 4],
        )
        with clock.at(self._moment(begun, time(10, 0))):
            meeting_series.make_meetings()
        ahead = session.scalars(
            select(Meeting).where(Meeting.kind == "morning", Meeting.starts_at < self.now).order_by(Meeting.starts_at)
        ).all()
        for number, meeting in enumerate(ahead):
            self._hold(meeting, words["minutes"][number % len(words["minutes"])])

    def _call(
        self, key: str, day: date, at: time, chair: int, taker: int, rule: Rule, lasts: int, *,
        previous: Meeting | None = None, weekdays: list[int] | None = None,
    ) -> Meeting:  # fmt: skip
        words = self.words[key]
        starts_at = self._moment(day, at)
        with clock.at(min(starts_at, self.now) - timedelta(hours=20)):
            return meetings.plan_meeting(
                people.actor_for(chair), kind=key, title=words["title"], purpose=words["purpose"], place=words["place"],
                starts_at=starts_at, minutes=lasts, rule=rule, chair_id=chair, taker_id=taker, agenda=words["agenda"],
                weekdays=weekdays or [], previous_id=previous.id if previous else None,
            )  # fmt: skip

    def _hold(
        self,
        meeting: Meeting,
        came: list[str] | None,
        decisions: list[list[Any]] | None = None,
        *,
        confirm: bool = True,
    ) -> None:
        taker = people.actor_for(meeting.taker_id)
        with clock.at(min(meeting.starts_at + timedelta(minutes=2), self.now)):
            marks = {place.person_id: self._mark(place.person_id, meeting) for place in reading.people_of(meeting.id)}
            minutes.mark_attendance(taker, meeting.id, marks)
            minutes.move_on(taker, meeting.id, "hold", "held")
        if came is None:
            return
        with clock.at(min(meeting.starts_at + timedelta(minutes=meeting.minutes + 20), self.now)):
            points = [point.title for point in reading.points_of(meeting.id)]
            minutes.write_minutes(taker, meeting.id, meeting.version, list(zip(points, came, strict=False)))
            for number, (text, days) in enumerate(decisions or ()):
                owner = [m for m in self.team.members.values() if m != meeting.chair_id][number % 3]
                due = clock.today() + timedelta(days=days)
                minutes.decide(taker, meeting.id, text=text, owner_id=owner, due_on=due, submission=f"demo-{number}")
            minutes.move_on(taker, meeting.id, "write", "done")
        if confirm:
            with clock.at(min(meeting.starts_at + timedelta(hours=4), self.now)):
                minutes.move_on(people.actor_for(meeting.chair_id), meeting.id, "confirm", "confirm")

    def _mark(self, person: int, meeting: Meeting) -> tuple[str, str]:
        if person in (meeting.chair_id, meeting.taker_id) or self.rng.random() < 0.86:
            return "present", ""
        if self.rng.random() < 0.3:
            return "late", self.rng.choice(self.words["late"])
        return "excused", self.rng.choice(self.words["excused"])

    def _work(self, meeting: Meeting, result: str, far: int) -> None:
        """How far what was decided has come: accepted, handed in, archived."""
        rows = session.execute(
            select(WorkItem.run_id, WorkItem.person_id)
            .join(Decision, Decision.assignment_id == WorkItem.assignment_id)
            .where(Decision.meeting_id == meeting.id)
        ).all()
        steps: list[tuple[str, dict[str, Any]]] = [
            ("accept", {}), ("hand_in", {"fields": {"result": result}, "checklist": ["complete"]}), ("accept", {}),
        ]  # fmt: skip
        for run_id, person in rows:
            if run_id is None or person is None:
                continue
            for number, (outcome, given) in enumerate(steps[:far]):
                actor = people.actor_for(meeting.chair_id if number == 2 else person)
                with clock.at(min(meeting.starts_at + timedelta(days=1 + number, hours=1), self.now)):
                    turn = processes.open_waiting(actor, run_id)
                    if turn is not None:
                        workflow.complete(actor, turn.turn_id, outcome=outcome, **given)

    def _team_rule(self) -> Rule:
        return of_persons(sorted(self.team.members.values()))

    def _unit_rule(self) -> Rule:
        return Rule((Part("unit", (str(self.unit),)),))

    def _past_working_day(self, number: int) -> date:
        day = self.today
        while number:
            day -= timedelta(days=1)
            number -= calendar.is_working(day)
        return day

    def _moment(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, clock.ZONE)


def meet(rng: Random, institution: Institution, now: datetime) -> None:
    """Meetings of the demonstration accounts' own team and sub-branch."""
    Secretary(rng, institution, now).meet()
