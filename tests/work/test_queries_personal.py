"""Personal and shared items of a team: one answer in lists, alone, in memory and for programs, whoever asks."""

import pytest

from app.core.database import session
from app.core.errors import NotFound
from app.people.rules.audiences import of_persons
from app.work import operations
from app.work.queries.item_lists import items_page
from app.workflow import operations as workflow
from app.workflow import queries
from app.workflow.models import Run
from app.workflow.permissions import RUN_VIEW, TURN_REASSIGN, is_personal, reaches
from app.workflow.queries.visibility import may_see
from app.workflow.rules.state import RunState
from tests.factories import goals, people, sales, work
from tests.factories.workflow import turn


@pytest.fixture
def bank(database):
    made = sales.create_bank()
    workflow.sync_seeds()
    return made


@pytest.fixture
def runs(bank):
    """By what they are: a person's item of the leader's, one of the supervisor's, a shared one, and goals of both sorts."""

    def assigned(by, *to, **more):
        return operations.assign(
            people.actor(by), work.TASK, "回访", rule=of_persons([person.id for person in to]), **more
        )

    return {
        "of the leader": work.item_of(assigned(bank.leader, bank.manager), bank.manager).run_id,
        "of the supervisor": work.item_of(assigned(bank.supervisor, bank.manager), bank.manager).run_id,
        "shared": work.item_of(assigned(bank.leader, bank.manager, bank.support, mode="shared")).run_id,
        "goal of the person": goals.set_goal(bank).run_id,
        "goal of the team": goals.set_goal(bank, level="team").run_id,
    }


def seen(who, runs):
    """What of these runs a person sees, the same by every way."""
    actor = people.actor(who)
    listed = {row.id for row in queries.runs_page(actor, limit=200).items}
    found = set()
    for name, number in runs.items():
        row = session.get_one(Run, number)
        sees = may_see(actor, row, RunState.from_data(row.state_body))
        for door in (
            lambda n=number: queries.run_for(actor, n),
            lambda n=number: queries.events_page(actor, n),
            lambda n=number: queries.open_turn(actor, turn(n).id),
        ):
            try:
                door()
            except NotFound:
                assert not sees, name
            else:
                assert sees, name
        assert (number in listed) is sees, name
        assert (queries.open_waiting(actor, number) is not None) is sees, name
        assert sees or not reaches(actor, RUN_VIEW, row), name
        if sees:
            found.add(name)
    items = {line.run_id for line in items_page(actor, limit=200).items}
    assert items == {n for name, n in runs.items() if name in found and "goal" not in name}
    return found


def test_who_sees_what_by_every_way(bank, runs):
    everything = set(runs)
    assert seen(bank.manager, runs) == everything
    assert seen(bank.leader, runs) == {"of the leader", "shared", "goal of the team"}
    assert seen(bank.supervisor, runs) == everything
    assert seen(bank.support, runs) == {"shared", "goal of the team"}
    assert seen(bank.business, runs) == {"shared", "goal of the team"}


def test_those_in_charge_may_still_act(bank, runs):
    row = session.get_one(Run, runs["of the leader"])
    assert is_personal(row) and not is_personal(session.get_one(Run, runs["shared"]))
    may = {who.id for who in bank.everybody() if reaches(people.actor(who), TURN_REASSIGN, row)}
    assert may == {bank.leader.id, bank.supervisor.id}
