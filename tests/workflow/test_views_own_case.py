"""Whoever proposed has no say in the decision: not by deciding, nor by choosing who decides. Through every door."""

import pytest

from app.core.database import session
from app.people import operations as accounts
from app.people.models import Person
from tests.factories import people, workflow
from tests.factories.workflow import complete, create_run, turn


@pytest.fixture
def proposed(crew):
    """The team's leader has proposed; the unit's head decides, and a clerk of the team would decide as they are told."""
    workflow.cast(writers=[crew.decider], deciders=[crew.decider])
    run = create_run(owner=crew.decider, unit_id=crew.unit, team_id=crew.team)
    workflow.operations.add_evidence(people.actor(crew.decider), turn(run).id, kind="dossier", text="三页")
    complete(crew.decider, turn(run).id, fields={"place": "河口"}, checklist=["read"])
    complete(crew.decider, turn(run).id, fields={"amount": "500000"})
    assert turn(run, "decide").assignee_id == crew.head
    return run


def browser(app, person_id):
    return app.test_client().sign_in(session.get_one(Person, person_id))


def test_the_proposer_does_not_hand_the_decision_to_a_clerk(crew, proposed, app):
    row = turn(proposed)
    leader = browser(app, crew.decider)
    answer = leader.send(f"/turns/{row.id}/reassign", {"to": str(crew.other), "why": "他来批"}, status=422)
    assert "条件" in answer.text("main")
    key = accounts.create_token(people.actor(crew.decider), name="own").secret
    refused = leader.post(
        f"/api/v1/turns/{row.id}/reassign",
        json={"to": crew.other, "reason": "他来批"},
        headers={"Authorization": f"Bearer {key}"},
    )
    assert (refused.status_code, refused.json["missing"][0]["kind"]) == (422, "lane")
    ticked = {"act": "reassign", "turns": f"{row.id}.{row.version}", "to": str(crew.other), "reason": "他来批"}
    shown = leader.send("/team/things", ticked)
    assert "还缺少内容" in shown.text("body")
    assert turn(proposed).assignee_id == crew.head


def test_who_oversees_keeps_a_decision_among_those_who_decide(crew, proposed, app):
    row = turn(proposed)
    head = browser(app, crew.head)
    head.send(f"/turns/{row.id}/reassign", {"to": str(crew.other), "why": "他来批"}, status=422)
    assert turn(proposed).assignee_id == crew.head
    second = people.create_person(unit=crew.unit, role="supervisor")
    workflow.cast(heads=[crew.head, second.id])
    head.send(f"/turns/{row.id}/reassign", {"to": str(second.id), "why": "我出差"})
    assert turn(proposed).assignee_id == second.id
