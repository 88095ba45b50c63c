"""Tens of thousands of random runs of random processes: what must always hold, holds after every command.

`TEST_RUNS` sets how many (20,000 without it), `TEST_SEED` where they begin.
"""

import os
import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.core.errors import DomainError
from app.workflow.rules import commands as c
from app.workflow.rules.decide import decide
from app.workflow.rules.definition import Definition
from app.workflow.rules.events import KINDS
from app.workflow.rules.facts import Due
from app.workflow.rules.going_back import returnable
from app.workflow.rules.lint import check as lint_check
from app.workflow.rules.needs import needs
from app.workflow.rules.reading import read
from app.workflow.rules.state import RunState
from tests.workflow.inventing import ATTRIBUTES, invented
from tests.workflow.playing import BEGIN, Play, check_history

RUNS = int(os.environ.get("TEST_RUNS", "20000"))
SEED = int(os.environ.get("TEST_SEED", "1"))
PARTS = 8
PER_PROCESS = 25
COMMANDS = 14
PEOPLE = tuple(range(1, 10))


def people(chance: random.Random, least: int = 0, most: int = 4) -> tuple[int, ...]:
    return tuple(chance.sample(PEOPLE, chance.randint(least, most)))


def shuffle_facts(play: Play, chance: random.Random) -> None:
    """Other people in the lanes and sets than before, now and then nobody."""
    least = 0 if chance.random() < 0.1 else 2
    lanes = {name: people(chance, least) for name in ("red", "green", "blue", "spare")}
    crowd = people(chance, least, 4)
    sets = {key: crowd for key, step in play.definition.steps.items() if step.multiply}
    play.facts = replace(play.facts, lanes=lanes, sets=sets, reassignable=frozenset(PEOPLE))


def command_for(play: Play, chance: random.Random) -> tuple[c.Command, int]:
    """Some command, mostly a sensible one, and who gives it."""
    state = play.state
    turn = chance.choice(list(state.waiting()))
    number = turn.number if chance.random() < 0.98 else chance.randint(0, 40)
    actor = turn.assignee or (chance.choice(turn.candidates) if turn.candidates else chance.choice(PEOPLE))
    if chance.random() < 0.05:
        actor = chance.choice(PEOPLE)
    version = turn.version if chance.random() < 0.9 else chance.choice([None, 0, turn.version + 1])
    step = play.definition.step(turn.step)
    if state.paused and chance.random() < 0.4:
        return c.Resume(), actor
    draw = chance.random()
    if draw < 0.7:
        outcome = chance.choice(step.outcomes) if chance.random() < 0.4 else step.outcomes[0]
        fields = {"value": chance.randint(0, 10)} if step.fields and chance.random() < 0.6 else {}
        return c.Complete(number, outcome.key, fields, reason="so", version=version), actor
    if draw < 0.76:
        targets = returnable(play.definition, state, turn.number) or list(play.definition.steps)
        return c.Return(number, chance.choice(targets), "back", version), actor
    if draw < 0.79:
        return c.SubjectChanged(tuple(chance.sample(ATTRIBUTES, chance.randint(1, 2)))), actor
    return other_command(play, chance, turn.number, turn.round, version), actor


def other_command(play: Play, chance: random.Random, number: int, round: int, version: int | None) -> c.Command:
    until = play.facts.now + timedelta(hours=chance.randint(-2, 9))
    person = chance.choice(PEOPLE)
    kinds: list[c.Command] = [
        c.Claim(number, version),
        c.GiveBack(number, version),
        c.Reassign(number, person, "please", version),
        c.AddMember(round, person),
        c.RemoveMember(round, person, "away"),
        c.CloseEarly(round, "enough"),
        c.Pause("wait"),
        c.Resume(),
        c.Resume(),
        c.Extend(number, until),
        c.AskForTime(number, until, "more"),
        c.ReportBlocked(number, "stuck"),
        c.Comment(number, "hm"),
        c.Nudge(number, "hurry", version),
        c.ChangeOwner(person),
        c.Erase(1, "request", ((1, "field:value"),)),
        c.FireRung(number),
        c.LeaveTeam(people(chance)),
        c.LanesChanged(),
        c.ChildStarted(number, 1, 900),
        c.ChildEnded(number, 900, "success"),
        c.RecomputeDue(),
        c.Outdate("minutes"),
        c.MoveVersion(play.definition, f"v{chance.randint(1, 99)}"),
        c.Close(chance.choice(["lost", "dropped"]), reason="over") if chance.random() < 0.2 else c.Resume(),
    ]
    if play.state.turns[number].children and chance.random() < 0.5:
        return chance.choice([c.ChildStarted(number, 1, 900), c.ChildEnded(number, 900, "success")])
    if play.state.rounds[round].need is not None and chance.random() < 0.4:
        return chance.choice(kinds[3:6])
    return chance.choice(kinds)


def play_one(definition: Definition, chance: random.Random, tally: Counter[str]) -> Play:
    play = Play(definition)
    play.facts = replace(
        play.facts, dues={key: Due(BEGIN, rungs=(BEGIN,)) for key in definition.steps if chance.random() < 0.3}
    )
    shuffle_facts(play, chance)
    try:
        play.start(chance.choice(PEOPLE))
    except DomainError:
        return play
    for _ in range(chance.randint(2, COMMANDS)):
        if not play.state.is_open:
            break
        play.tick(timedelta(minutes=chance.randint(0, 600)))
        if chance.random() < 0.15:
            shuffle_facts(play, chance)
        step_once(play, chance, tally)
    return play


def step_once(play: Play, chance: random.Random, tally: Counter[str]) -> None:
    command, actor = command_for(play, chance)
    before, count, version = play.state, len(play.events), play.state.version
    versions = {number: turn.version for number, turn in before.turns.items()}
    behalf = chance.choice(PEOPLE) if chance.random() < 0.05 else None
    subject: dict[str, Any] = {name: chance.randint(0, 3) for name in ATTRIBUTES}
    given = {
        "behalf": behalf,
        "subject": subject,
        "oversees": chance.random() < 0.5,
        "nudged_today": chance.random() < 0.3,
    }
    if chance.random() < 0.08:
        needs_name_everything(play, command, actor, given)
    try:
        kinds = play.do(command, actor, **given)
    except DomainError as refused:
        assert play.state is before and len(play.events) == count
        tally[f"{type(command).__name__} refused: {type(refused).__name__}"] += 1
        return
    tally.update(kinds)
    assert play.state.version == version + len(kinds)
    assert all(play.state.turns[number].version >= known for number, known in versions.items())
    if isinstance(command, c.Complete):
        proposer_never_decides(play, command.turn)


def needs_name_everything(play: Play, command: c.Command, actor: int, given: dict[str, Any]) -> None:
    """Deciding by what `needs` asked for alone comes to the same."""
    full = replace(play.facts, actor=actor, **given)
    asked = needs(play.definition, play.state, command)
    only = replace(
        full,
        lanes={name: full.lanes[name] for name in asked.lanes if name in full.lanes},
        sets={key: full.sets[key] for key in asked.sets if key in full.sets},
        dues={key: full.dues[key] for key in asked.steps if key in full.dues},
        subject={name: full.subject[name] for name in asked.subject if name in full.subject},
    )
    answers = []
    for facts in (full, only):
        try:
            answers.append([event.to_data() for event in decide(play.definition, play.state, command, facts)])
        except DomainError as refused:
            answers.append([{"refused": type(refused).__name__}])
    assert answers[0] == answers[1], command


def finish(play: Play) -> None:
    """Wherever a run stands, fresh people can carry it to its end by the ordinary ways: well, unless somebody voted it down."""
    fresh = iter(range(100, 10_000))
    if play.state.paused:
        play.do(c.Resume(), 1, oversees=True)
    while play.state.is_open:
        turn = next(play.state.waiting())
        person = next(fresh)
        crowd = (person, next(fresh), next(fresh))
        free = {
            "lanes": dict.fromkeys(("red", "green", "blue"), crowd),
            "sets": dict.fromkeys(play.definition.steps, crowd),
        }
        play.do(
            c.Reassign(turn.number, person, "finish"),
            next(fresh),
            oversees=True,
            reassignable=frozenset({person}),
            **free,
        )
        play.do(c.Complete(turn.number, "on"), person, **free)
        assert person < 5_000, "the run goes round in circles"
    assert play.state.state == "success" or any(turn.outcome == "fail" for turn in play.state.turns.values())


def proposer_never_decides(play: Play, number: int) -> None:
    turn = play.state.turns[number]
    forbidden = play.definition.step(turn.step).not_same_as
    earlier = [item for item in play.state.turns.values() if item.step in forbidden and item.state == "done"]
    assert not {turn.by, turn.actor} & {
        person for item in earlier if item.number < number for person in (item.by, item.actor)
    }


@pytest.mark.parametrize("part", range(PARTS))
def test_random_runs(part: int) -> None:
    tally: Counter[str] = Counter()
    for process in range(max(1, RUNS // PARTS // PER_PROCESS)):
        chance = random.Random(f"{SEED} {part} {process}")
        plain = invented(chance)
        assert lint_check(plain) == []
        definition = read(plain)
        for run in range(PER_PROCESS):
            play = play_one(definition, chance, tally)
            if play.events and play.state.is_open and run % 10 == 0:
                finish(play)
            if play.events and run % 5 == 0:
                check_history(play.state, play.events, snapshot=run % 15 == 0)
    if RUNS >= 20_000:
        for kind in KINDS - {"started", "evidence_added", "evidence_removed"}:
            assert tally[kind], f"{kind} never happened: the test has become blind to it"


def test_a_snapshot_of_a_run_is_the_run() -> None:
    chance = random.Random(3)
    for _ in range(20):
        play = play_one(read(invented(chance)), chance, Counter())
        if play.events:
            assert RunState.from_data(play.state.to_data()) == play.state
