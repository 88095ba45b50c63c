"""Work items of the demonstration bank: assigned, done, late, returned, declined, waiting for review, not yet begun."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select

from app.core import calendar, clock
from app.core.actor import Actor
from app.core.database import session
from app.ops.demo.institution import Institution
from app.ops.demo.names import content
from app.people import queries as people
from app.people.rules.audiences import Part, Rule, of_persons
from app.work import operations as work
from app.work.models import Assignment, WorkItem
from app.work.operations.items import comment_item
from app.work.rules.recurring import Pattern
from app.workflow import operations as workflow
from app.workflow.models import Turn

TASK = "work_task"


@dataclass(frozen=True, slots=True)
class Story:
    """What was asked so many working days ago, due so many working days after, and what becomes of it for each person."""

    ago: int
    within: int
    title: str
    text: str
    fates: str
    results: Sequence[str]
    priority: str = "normal"


class Playing:
    """Plays what people did with their items, in the order of time within each item."""

    def __init__(self, rng: Random, end: datetime, commit: Callable[[], None]) -> None:
        self.rng, self.end, self.commit = rng, end, commit

    def moment(self, ago: float, hour: int = 9) -> datetime:
        """A working hour so many working days before the end, never after it."""
        day = clock.local(self.end).date()
        left = ago
        while left >= 1 or not calendar.is_working(day):
            left -= calendar.is_working(day)
            day -= timedelta(days=1)
        at = calendar.start_of_day(day) + timedelta(hours=hour, minutes=self.rng.randrange(50))
        return min(at, self.end - timedelta(minutes=5))

    def play(self, story: Story, sender: int, persons: Sequence[int]) -> None:
        """Assign a story to these people and let each of them do as it says."""
        with clock.at(self.moment(story.ago)):
            made = work.assign(
                people.actor_for(sender),
                TASK,
                story.title,
                rule=of_persons(persons),
                text=story.text,
                due_on=_working_days_on(clock.today(), story.within),
                priority=story.priority,
            )
        for number, (person, fate) in enumerate(zip(persons, story.fates, strict=False)):
            self._live(made, person, fate, story, number)
        self.commit()

    def _live(self, made: Assignment, person: int, fate: str, story: Story, number: int) -> None:
        item = item_of(made.id, person)
        if fate == "n":
            return
        began = story.ago - 0.4
        if fate in "xc":
            self._act(person, item, began, "decline", reason=content("workitems")["declined"])
            if fate == "c":
                self._act(made.sender_id, item, began - 1, "close")
            return
        self._act(person, item, began, "accept")
        if fate in "do":
            if fate == "o":
                with clock.at(self.moment(1, 16)):
                    comment_item(people.actor_for(person), item, content("workitems")["comment"])
            return
        handed: float = story.ago - (story.within + 2 if fate == "l" else max(story.within - 1, 1))
        result = story.results[number % len(story.results)]
        self._hand_in(person, item, handed, result[: len(result) // 2] if fate == "r" else result)
        if fate == "v":
            return
        if fate == "r":
            self._act(made.sender_id, item, handed - 0.6, "return", reason=content("workitems")["returned"])
            self._hand_in(person, item, handed - 1.6, result)
            handed -= 1.6
        self._act(
            made.sender_id,
            item,
            handed - 0.6,
            "accept",
            fields={"remark": self.rng.choice(content("workitems")["remarks"])},
        )

    def _hand_in(self, person: int, item: int, ago: float, result: str) -> None:
        self._act(person, item, ago, "hand_in", fields={"result": result}, checklist=["complete"])

    def _act(self, person: int, item: int, ago: float, outcome: str, **more: object) -> None:
        turn = session.execute(
            select(Turn.id, Turn.opened_at)
            .join(WorkItem, WorkItem.run_id == Turn.run_id)
            .where(WorkItem.id == item, Turn.state == "waiting")
        ).one()
        at = max(self.moment(max(ago, 0), 10 + self.rng.randrange(7)), turn.opened_at + timedelta(minutes=4))
        with clock.at(min(at, self.end)):
            workflow.complete(people.actor_for(person), turn.id, outcome=outcome, **more)  # type: ignore[arg-type]


def item_of(assignment_id: int, person_id: int) -> int:
    """The item of a person."""
    stmt = select(WorkItem.id).where(WorkItem.assignment_id == assignment_id, WorkItem.for_id == person_id)
    return session.execute(stmt).scalar_one()


def _working_days_on(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= calendar.is_working(day)
    return day


def play(rng: Random, institution: Institution, end: datetime, commit: Callable[[], None]) -> None:
    """Everything: the supervisor's and two leaders' assignments, one that a group shares, newcomers, again and again, a draft."""
    playing = Playing(rng, end, commit)
    members = institution.teams[0].members
    supervisor = institution.supervisors["BJ"]
    named = [members[role] for role in ("relationship", "leader", "business", "support")]
    trainee = people.person_by_username("trainee")
    stories = [Story(**story) for story in content("workitems")["stories"]]
    for number, story in enumerate(stories):
        persons = named if number % 2 == 0 or trainee is None else [named[0], trainee, named[2], named[3]]
        playing.play(story, supervisor, persons[: len(story.fates)])
    for team in institution.teams[1:4]:
        playing.play(
            stories[2], team.members["leader"], [team.members[r] for r in ("relationship", "business", "support")]
        )
    _others(playing, people.actor_for(supervisor), institution.units["BJ"], () if trainee is None else (trainee,))
    commit()


def _others(playing: Playing, sender: Actor, unit_id: int, newcomers: tuple[int, ...]) -> None:
    unit, words = Part("unit", (str(unit_id),)), content("workitems")
    with clock.at(playing.moment(3)):
        work.assign(
            sender, TASK, words["shared_title"], rule=Rule((unit, Part("post", ("customer_manager",)))), mode="shared",
            text=words["shared_text"], due_on=_working_days_on(clock.today(), 6),
        )  # fmt: skip
        work.assign(
            sender, TASK, words["standing_title"], rule=Rule((unit, Part("hired", ("newer:12",))), also=newcomers),
            text=words["standing_text"], due_on=_working_days_on(clock.today(), 10), standing=True,
        )  # fmt: skip
    with clock.at(playing.moment(1)):
        weekly = work.draft(
            sender,
            TASK,
            words["weekly_title"],
            rule=Rule((unit, Part("team_role", ("leader",)))),
            text=words["weekly_text"],
        )
        work.plan(
            sender, weekly, Pattern("WEEKLY", weekdays=("MO",)), starts_on=clock.today(), shift="next", due_days=1
        )
        work.send_planned(sender, weekly, weekly.version)
        work.draft(
            sender,
            TASK,
            words["draft_title"],
            rule=Rule((unit,)),
            due_on=_working_days_on(clock.today(), 12),
            priority="high",
        )
