"""Hundreds of random runs of random processes on each database: folding the events gives the rows, whatever people do.

`TEST_DATABASE_RUNS` sets how many (200 without it).
"""

import os
import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.database import session
from app.core.errors import DomainError
from app.workflow import operations, queries, registry
from app.workflow.models import Run, StageVisit, TurnCandidate
from app.workflow.queries.definitions import parsed
from app.workflow.registry import SubjectRef
from app.workflow.rules.going_back import returnable
from app.workflow.rules.state import RunState
from tests.factories import people, workflow
from tests.workflow.inventing import ATTRIBUTES, invented

PARTS = 4
RUNS = int(os.environ.get("TEST_DATABASE_RUNS", "200")) // PARTS
COMMANDS = 9


@pytest.fixture
def crowd(database):
    """Nine people of one team and their head; lanes and sets resolve to some of them, now and then to nobody."""
    unit = people.create_unit(parent=people.root())
    team = people.create_team(unit=unit)
    ids = [people.create_person(unit=unit, role="support", team=team).id for _ in range(9)]
    head = people.create_person(unit=unit, role="supervisor").id
    for name in ("red", "green", "blue", "spare"):
        registry._lanes[name] = lambda subject, args, name=name: workflow.scenery.cast.get(name, ())
    registry._sets["crowd"] = lambda subject, args: workflow.scenery.cast.get("crowd", ())
    registry.subject_kind(
        "thing",
        describe=workflow._describe,
        bound={name: (workflow._read(name), workflow._write(name)) for name in ATTRIBUTES},
    )
    workflow.publish("errand", key="other")
    yield unit.id, team.id, ids, head
    for name in ("red", "green", "blue", "spare"):
        registry._lanes.pop(name)
    registry._sets.pop("crowd")
    workflow.set_up()


def shuffle(chance: random.Random, ids: list[int]) -> None:
    """Other people in the lanes than before."""
    least = 0 if chance.random() < 0.1 else 2
    names = ("red", "green", "blue", "spare", "crowd")
    workflow.cast(trainees=ids[:2], **{name: chance.sample(ids, chance.randint(least, 4)) for name in names})


def do_something(chance: random.Random, run_id: int, ids: list[int], head: int) -> None:
    """One command, mostly a sensible one."""
    found = workflow.waiting(run_id)
    row = chance.choice(found)
    offered = list(session.scalars(select(TurnCandidate.person_id).where(TurnCandidate.turn_id == row.id)))
    who = row.assignee_id or (chance.choice(offered) if offered else chance.choice(ids))
    if chance.random() < 0.05:
        who = chance.choice(ids)
    actor, boss = people.actor(who), people.actor(head)
    body = session.execute(select(Run.state_body, Run.digest).where(Run.id == run_id)).one()
    definition, state = parsed(body.digest), RunState.from_data(body.state_body)
    step = definition.steps[row.step]
    version = row.version if chance.random() < 0.9 else row.version + 1
    draw = chance.random()
    if draw < 0.65:
        outcome = chance.choice(step.outcomes) if chance.random() < 0.4 else step.outcomes[0]
        fields = {"value": chance.randint(0, 10)} if step.fields and chance.random() < 0.6 else {}
        operations.complete(actor, row.id, outcome=outcome.key, fields=fields, reason="因为", version=version)
    elif draw < 0.75:
        targets = returnable(definition, state, row.number) or [row.step]
        operations.return_to(actor, row.id, to=chance.choice(targets), reason="重来", version=version)
    else:
        chance.choice(lesser(chance, run_id, row, actor, boss, ids))()


def lesser(chance: random.Random, run_id: int, row: Any, actor: Any, boss: Any, ids: list[int]) -> list[Any]:
    """The commands that are given less often."""
    until = clock.now() + timedelta(hours=chance.randint(-2, 90))
    person = chance.choice(ids)
    return [
        lambda: operations.claim(actor, row.id),
        lambda: operations.give_back(actor, row.id),
        lambda: operations.reassign(boss, row.id, person, "换人"),
        lambda: operations.comment(actor, row.id, "看看"),
        lambda: operations.nudge(boss, row.id, "催一催"),
        lambda: operations.ask_for_time(actor, row.id, until, "来不及"),
        lambda: operations.change_owner(boss, run_id, person),
        lambda: operations.erase_values(workflow.SYSTEM, run_id, ground="request"),
        operations.sweep_deadlines,
        lambda: operations.report_blocked(actor, row.id, "卡住"),
        lambda: operations.extend(boss, row.id, until, "宽限"),
        lambda: operations.subject_changed(boss, run_id, dict.fromkeys(chance.sample(ATTRIBUTES, 2), 1)),
        lambda: operations.pause(boss, run_id, "等一等"),
        lambda: operations.resume(boss, run_id),
        lambda: operations.add_member(boss, run_id, row.round, person),
        lambda: operations.remove_member(boss, run_id, row.round, row.member_id, "不用"),
        lambda: operations.close_early(boss, run_id, row.round, "够了"),
        lambda: operations.person_left(person),
        lambda: operations.refresh_lanes(run_id),
        lambda: operations.save_draft(actor, row.id, {"value": "7"}),
        lambda: operations.close(boss, run_id, end="lost", reason="不做了") if chance.random() < 0.2 else None,
    ]


@pytest.mark.parametrize("part", range(PARTS))
def test_folding_the_events_gives_the_rows(part, crowd, frozen_clock):
    unit_id, team_id, ids, head = crowd
    chance = random.Random(20261121 + part)
    started = 0
    for number in range(RUNS):
        if number % 5 == 0:
            body = {**invented(chance), "key": f"invented{number}"}
            operations.publish(workflow.SYSTEM, body)
        shuffle(chance, ids)
        subject = SubjectRef("thing", number + 1, f"Thing {number}")
        try:
            run = operations.start(workflow.SYSTEM, body["key"], subject, unit_id, team_id, owner_id=chance.choice(ids))
        except DomainError:
            continue
        started += 1
        play(chance, run.id, ids, head, frozen_clock)
        verdict = queries.verify(run.id)
        assert verdict.broken is None, (number, verdict.broken)
        seconds_sum_to_the_elapsed_time(run.id)
        if number % 10 == 0:
            session.commit()
    assert started > RUNS * 0.7
    assert list(queries.verify_all()) == []


def play(chance: random.Random, run_id: int, ids: list[int], head: int, frozen_clock: Any) -> None:
    """Let people do things until the run ends or they have had enough."""
    for _ in range(chance.randint(2, COMMANDS)):
        if not workflow.waiting(run_id):
            return
        frozen_clock.move(minutes=chance.randint(1, 600))
        if chance.random() < 0.15:
            shuffle(chance, ids)
        try:
            with session.begin_nested():
                do_something(chance, run_id, ids, head)
        except DomainError:
            continue


def seconds_sum_to_the_elapsed_time(run_id: int) -> None:
    """The stays in stages touch each other and cover the run from its opening to its end, or to now."""
    row = session.execute(select(Run.opened_at, Run.closed_at).where(Run.id == run_id)).one()
    visits = session.execute(
        select(StageVisit.entered_at, StageVisit.left_at).where(StageVisit.run_id == run_id).order_by(StageVisit.number)
    ).all()
    assert visits[0].entered_at == row.opened_at and visits[-1].left_at == row.closed_at
    assert all(before.left_at == after.entered_at for before, after in zip(visits, visits[1:], strict=False))
    elapsed = ((row.closed_at or clock.now()) - row.opened_at).total_seconds()
    assert abs(sum(item.seconds for item in queries.stage_times(run_id)) - elapsed) < 0.001
