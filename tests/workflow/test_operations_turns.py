"""What people do with turns, on both engines: complete, return, claim, hand over, and what it leaves in rows and history."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from app.core.database import session
from app.core.errors import Conflict, Forbidden, Invalid, Missing, NotFound
from app.workflow import operations, queries
from app.workflow.models import Draft, Evidence, Run, TurnCandidate, Value
from tests.factories import people, workflow
from tests.factories.workflow import complete, create_run, scenery, turn, waiting

GATHERED = {"fields": {"place": "河口"}, "checklist": ["read"]}


def gathered(crew, run):
    """Carry a run through its first step."""
    first = turn(run, "gather")
    operations.add_evidence(people.actor(crew.writer), first.id, kind="dossier", text="三页")
    return complete(crew.writer, first.id, **GATHERED)


def priced(crew, run, amount="500000"):
    """… and its second."""
    gathered(crew, run)
    return complete(crew.writer, turn(run, "terms").id, fields={"amount": amount})


def test_a_run_starts_with_one_turn_for_its_owner(crew):
    run = create_run(owner=crew.writer, unit_id=crew.unit, team_id=crew.team)
    row = turn(run)
    assert (run.state, run.stage, run.step, run.waiting_count, run.assignee_id) == (
        "open",
        "work",
        "gather",
        1,
        crew.writer,
    )
    assert (row.step, row.assignee_id, row.missing_count) == ("gather", crew.writer, 3)
    assert run.missing_count == 3 and run.due_at == row.due_at
    assert queries.verify(run.id).broken is None


def test_completing_moves_on_and_keeps_what_was_typed(crew):
    run = create_run(owner=crew.writer)
    gathered(crew, run)
    assert run.step == "terms" and run.missing_count == 1
    values = session.execute(
        select(Value.key, Value.content).where(Value.run_id == run.id, Value.kind == "field")
    ).all()
    assert [tuple(row) for row in values] == [("place", "河口")]
    assert queries.verify(run.id).broken is None


def test_what_is_missing_is_refused_with_the_whole_list(crew):
    run = create_run(owner=crew.writer)
    scenery.failing["visited"] = "Visit first."
    with pytest.raises(Missing) as refusal:
        complete(crew.writer, turn(run).id)
    assert [(item.kind, item.key) for item in refusal.value.items] == [
        ("field", "place"), ("checklist", "read"), ("evidence", "dossier"), ("guard", "visited"),
    ]  # fmt: skip


def test_a_bound_field_is_written_to_its_only_home(crew):
    run = create_run(owner=crew.writer)
    priced(crew, run, "500,000")
    assert scenery.things[1]["amount"] == Decimal("500000.00")


def test_the_proposer_never_decides(crew):
    workflow.cast(deciders=[crew.writer, crew.decider])
    run = create_run(owner=crew.writer, team_id=crew.team, unit_id=crew.unit)
    priced(crew, run)
    row = turn(run, "decide")
    assert row.assignee_id == crew.decider
    with pytest.raises(Forbidden):
        complete(crew.other, row.id, "approve")
    with pytest.raises(Missing) as refusal:
        complete(crew.writer, row.id, "approve")
    assert refusal.value.items[0].kind == "lane"
    with pytest.raises(Invalid):
        operations.reassign(people.actor(crew.head), row.id, crew.writer, "因故")


def test_returning_needs_a_reason_and_supersedes_later_evidence(crew):
    run = create_run(owner=crew.writer, team_id=crew.team)
    priced(crew, run)
    row = turn(run, "decide")
    with pytest.raises(Invalid):
        operations.return_to(people.actor(crew.decider), row.id, to="gather", reason=" ")
    operations.return_to(people.actor(crew.decider), row.id, to="gather", reason="再查一次")
    again = turn(run)
    assert (again.step, again.assignee_id, again.missing_count) == ("gather", crew.writer, 2)
    assert session.scalars(select(Evidence.superseded_at)).one() is not None
    assert run.stage == "work" and queries.verify(run.id).broken is None
    opened = queries.turn_for(people.actor(crew.writer), again.id)
    assert queries.typed_so_far(opened).fields == {"place": "河口"}
    now, earlier = queries.all_evidence(opened)
    assert (now, [(item.text, item.superseded) for item in earlier]) == ([], [("三页", True)])
    operations.use_again(people.actor(crew.writer), again.id, earlier[0].id)
    assert turn(run).evidence == {"dossier": 1} and turn(run).missing_count == 1
    with pytest.raises(NotFound):
        operations.use_again(people.actor(crew.writer), again.id, 999)
    assert queries.verify(run.id).broken is None


def test_changing_the_amount_after_approval_voids_it(crew):
    run = create_run(owner=crew.writer)
    priced(crew, run)
    complete(crew.decider, turn(run, "decide").id, "approve")
    complete(crew.writer, turn(run, "deliver").id, fields={"amount": "600000"})
    row = turn(run)
    assert row.step == "decide" and row.assignee_id == crew.decider
    complete(crew.decider, row.id, "approve")
    operations.subject_changed(people.actor(crew.writer), run.id, {"amount": "1"})
    assert turn(run).step == "decide"
    assert queries.verify(run.id).broken is None


def test_closing_from_anywhere_needs_the_right_and_a_reason(crew):
    run = create_run(owner=crew.writer, team_id=crew.team, unit_id=crew.unit)
    with pytest.raises(NotFound):
        operations.close(people.actor(crew.stranger), run.id, end="lost", reason="x")
    with pytest.raises(Forbidden):
        operations.close(people.actor(crew.other), run.id, end="lost", reason="x")
    with pytest.raises(Invalid):
        operations.close(people.actor(crew.writer), run.id, end="lost")
    operations.close(people.actor(crew.writer), run.id, end="lost", reason_key="too_dear")
    assert (run.state, run.end, run.end_reason, run.waiting_count) == ("failure", "lost", "too_dear", 0)
    assert queries.verify(run.id).broken is None


def test_claiming_giving_back_and_candidates(crew):
    workflow.cast(writers=[crew.writer, crew.other])
    run = create_run(owner=crew.stranger)
    row = turn(run)
    assert row.assignee_id is None
    assert [line.id for line in queries.claimable(people.actor(crew.other))] == [row.id]
    operations.claim(people.actor(crew.other), row.id, row.version)
    with pytest.raises(Conflict):
        operations.claim(people.actor(crew.writer), row.id)
    with pytest.raises(Conflict):
        complete(crew.writer, row.id)
    assert [line.id for line in queries.waiting_for(people.actor(crew.other))] == [row.id]
    operations.give_back(people.actor(crew.other), row.id)
    assert turn(run).assignee_id is None
    assert sorted(session.scalars(select(TurnCandidate.person_id))) == sorted([crew.writer, crew.other])
    assert queries.verify(run.id).broken is None


def test_two_claim_at_the_same_instant_and_one_wins(crew, at_once):
    workflow.cast(writers=[crew.writer, crew.other])
    run = create_run(owner=crew.stranger)
    row = turn(run)
    answers = at_once(*(_in_a_unit(operations.claim, who, row.id, row.version) for who in (crew.writer, crew.other)))
    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "Run"]
    assert queries.verify(run.id).broken is None


def test_two_complete_at_the_same_instant_and_one_wins(crew, at_once):
    run = create_run(owner=crew.writer)
    gathered(crew, run)
    row = turn(run, "terms")
    tries = [
        _in_a_unit(
            operations.complete, crew.writer, row.id, outcome="done", fields={"amount": str(n + 1)}, version=row.version
        )
        for n in range(4)
    ]
    answers = at_once(*tries)
    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "Conflict", "Conflict", "Run"]
    assert [item.step for item in waiting(run)] == ["decide"]
    assert queries.verify(run.id).broken is None


def _in_a_unit(operation, who, *args, **named):
    from app.core.database import unit_of_work

    def act():
        with unit_of_work():
            return operation(people.actor(who), *args, **named)

    return act


def test_a_deputy_acts_on_behalf_of_the_absent_and_only_as_long(crew, frozen_clock):
    run = create_run(owner=crew.writer)
    people.create_absence(
        session.get_one(people.Person, crew.writer), session.get_one(people.Person, crew.stranger), days=3
    )
    row = turn(run)
    deputy = people.actor(crew.stranger)
    line = queries.waiting_for(deputy)[0]
    assert (line.id, line.assignee_id) == (row.id, crew.writer)
    operations.add_evidence(deputy, row.id, kind="dossier", text="代办")
    operations.complete(deputy, row.id, outcome="done", **GATHERED)
    done = next(
        item
        for item in queries.events_page(people.actor(crew.writer), run.id, limit=200).items
        if item.kind == "completed"
    )
    assert (done.actor_id, done.behalf_id) == (crew.stranger, crew.writer)
    frozen_clock.move(days=4)
    with pytest.raises(Forbidden):
        operations.complete(people.actor(crew.stranger), turn(run).id, outcome="done", fields={"amount": "1"})


def test_reassigning_keeps_the_deadline_and_obeys_reach(crew):
    run = create_run(owner=crew.writer, team_id=crew.team, unit_id=crew.unit)
    row = turn(run)
    with pytest.raises(Invalid):
        operations.reassign(people.actor(crew.head), row.id, crew.stranger, "接手")
    with pytest.raises(Forbidden):
        operations.reassign(people.actor(crew.other), row.id, crew.other, "接手")
    operations.reassign(people.actor(crew.decider), row.id, crew.other, "接手")
    after = turn(run)
    assert (after.assignee_id, after.due_at) == (crew.other, row.due_at)
    assert queries.verify(run.id).broken is None


def test_a_draft_is_personal_counts_and_goes_with_the_turn(crew):
    run = create_run(owner=crew.writer)
    row = turn(run)
    operations.save_draft(people.actor(crew.writer), row.id, {"place": "河\x00口", "nonsense": 1}, ["read"], "因为")
    assert turn(run).missing_count == 1 and session.get_one(Run, run.id).missing_count == 1
    opened = queries.turn_for(people.actor(crew.writer), row.id)
    typed = queries.typed_so_far(opened)
    assert (typed.fields, typed.checklist, typed.reason) == ({"place": "河口"}, ("read",), "因为")
    with pytest.raises(NotFound):
        operations.save_draft(people.actor(crew.stranger), row.id, {"place": "x"})
    operations.save_draft(people.actor(crew.writer), row.id, {"place": "海口"})
    gathered(crew, run)
    assert session.scalar(select(Draft.id)) is None
    with pytest.raises(Conflict):
        operations.save_draft(people.actor(crew.writer), row.id, {"place": "x"})


def test_evidence_is_counted_limited_and_taken_back(crew):
    run = create_run(owner=crew.writer)
    row = turn(run)
    writer = people.actor(crew.writer)
    first = operations.add_evidence(writer, row.id, kind="dossier", text="一")
    operations.add_evidence(writer, row.id, kind="dossier", text="二")
    with pytest.raises(Invalid):
        operations.add_evidence(writer, row.id, kind="dossier", text="三")
    with pytest.raises(Invalid):
        operations.add_evidence(writer, row.id, kind="nonsense", text="三")
    assert turn(run).evidence == {"dossier": 2}
    operations.remove_evidence(writer, row.id, first)
    assert turn(run).evidence == {"dossier": 1}
    operations.add_evidence(writer, row.id, kind="dossier", text="四")
    shown = queries.evidence_of(queries.turn_for(writer, row.id))
    assert [item.text for item in shown] == ["二", "四"]
    assert queries.verify(run.id).broken is None


def test_remarks_wishes_and_blocks_are_kept(crew, frozen_clock):
    run = create_run(owner=crew.writer, unit_id=crew.unit)
    row = turn(run)
    writer = people.actor(crew.writer)
    operations.comment(writer, row.id, "客户出差")
    until = row.due_at.replace(year=row.due_at.year + 1)
    operations.ask_for_time(writer, row.id, until, "等合同")
    operations.report_blocked(writer, row.id, "等合同")
    assert turn(run).blocked_at is not None and turn(run).asked_until == until
    operations.extend(people.actor(crew.head), row.id, until, "好")
    after = turn(run)
    assert (after.due_at, after.asked_until, after.blocked_at) == (until, None, None)
    texts = [event.texts for event in queries.events_page(writer, run.id).items if event.texts]
    assert {"text": "客户出差"} in texts and {"reason": "等合同"} in texts
    assert queries.verify(run.id).broken is None


def test_forged_ids_are_nowhere(crew):
    create_run(owner=crew.writer)
    for number in (0, -1, 999_999, 2**63, 2**70):
        with pytest.raises(NotFound):
            operations.claim(people.actor(crew.writer), number)
        with pytest.raises(NotFound):
            queries.turn_for(people.actor(crew.writer), number)
        with pytest.raises(NotFound):
            queries.run_for(people.actor(crew.writer), number)


def test_a_step_that_leads_to_itself_begins_with_what_it_was_left_with(crew):
    again = {"key": "again", "title": {"zh": "再去", "en": "Again"}, "to": ["go"]}
    done = {"key": "done", "title": {"zh": "完成", "en": "Done"}, "end": "gone"}
    where = {"key": "where", "type": "text", "title": {"zh": "哪里", "en": "Where"}, "required": True}
    go = {"key": "go", "stage": "road", "title": {"zh": "去", "en": "Go"}, "lane": "trainee"}
    workflow.cast(trainees=crew.other)
    workflow.publish("errand", steps=[{**go, "fields": [where], "outcomes": [done, again]}])
    run = create_run("errand")
    first = turn(run)
    assert first.missing_count == 1
    complete(first.assignee_id, first.id, "again", fields={"where": "河口"})
    assert turn(run).missing_count == 0
