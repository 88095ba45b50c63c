"""One clause decides who sees what: in SQL and in memory, in lists and alone; and lists cost the same for any number."""

import pytest

from app.core.database import session
from app.core.errors import Invalid, NotFound
from app.workflow import operations, queries
from app.workflow.models import Run
from app.workflow.permissions import RUN_VIEW, reaches
from app.workflow.queries.visibility import may_see
from app.workflow.rules.state import RunState
from tests.factories import people, workflow
from tests.factories.workflow import complete, create_run, turn


@pytest.fixture
def scattered(crew):
    """Runs of several owners, teams and units, with people who take part from elsewhere; and everybody who might look."""
    elsewhere = people.create_unit(parent=people.root())
    outsider = people.create_person(unit=elsewhere).id
    auditor = people.create_person(role="auditor").id
    top = people.create_person(role="supervisor").id
    runs = [
        create_run(owner=crew.writer, unit_id=crew.unit, team_id=crew.team),
        create_run(owner=crew.writer, subject_id=2),
        create_run(owner=crew.stranger, subject_id=3, unit_id=elsewhere.id),
        create_run(owner=crew.other, subject_id=4, team_id=crew.team),
    ]
    workflow.cast(writers=[crew.writer, outsider])
    runs.append(create_run(owner=crew.stranger, subject_id=5))
    runs.append(create_run(owner=crew.stranger, subject_id=6))
    operations.claim(people.actor(outsider), turn(runs[-1]).id)
    operations.close(workflow.SYSTEM, runs[1].id, end="cancelled", reason="x")
    deputy = people.create_person(unit=elsewhere).id
    people.create_absence(session.get_one(people.Person, outsider), session.get_one(people.Person, deputy))
    return runs, [crew.writer, crew.other, crew.decider, crew.head, crew.stranger, outsider, auditor, top, deputy]


def test_the_same_runs_are_seen_in_lists_alone_and_in_memory(scattered):
    runs, viewers = scattered
    numbers = set()
    for viewer in viewers:
        actor = people.actor(viewer)
        listed = {row.id for row in queries.runs_page(actor, limit=200).items}
        alone, remembered = set(), set()
        for run in runs:
            row = session.get_one(Run, run.id)
            if may_see(actor, row, RunState.from_data(row.state_body)):
                remembered.add(run.id)
            try:
                queries.run_for(actor, run.id)
                queries.events_page(actor, run.id)
                alone.add(run.id)
            except NotFound:
                continue
        assert listed == alone == remembered, viewer
        turns = {line.run_id for line in queries.turns_page(actor, state=None, limit=200).items}
        assert turns == listed
        scoped = {run.id for run in runs if reaches(actor, RUN_VIEW, session.get_one(Run, run.id))}
        assert scoped <= listed
        numbers.add(len(listed))
    assert len(numbers) > 2


def test_mine_is_what_is_assigned_or_claimable(scattered, crew):
    _runs, _viewers = scattered
    actor = people.actor(crew.writer)
    mine = {line.id for line in queries.turns_page(actor, mine=True).items}
    assert mine == {line.id for line in [*queries.waiting_for(actor), *queries.claimable(actor)]}


def test_bad_filters_are_refused(crew):
    actor = people.actor(crew.writer)
    for bad in ({"state": "nonsense"}, {"cursor": "nonsense"}):
        with pytest.raises(Invalid):
            queries.turns_page(actor, **bad)
    with pytest.raises(Invalid):
        queries.runs_page(actor, state="nonsense")


def test_pages_go_on_where_they_ended(crew):
    for n in range(7):
        create_run(owner=crew.writer, subject_id=n + 1)
    actor, seen, cursor = people.actor(crew.writer), [], None
    while True:
        page = queries.turns_page(actor, cursor=cursor, limit=3)
        seen += [line.id for line in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 7


READS = {
    "turns_page": lambda actor, run: queries.turns_page(actor, limit=200),
    "mine": lambda actor, run: queries.turns_page(actor, mine=True, limit=200),
    "runs_page": lambda actor, run: queries.runs_page(actor, limit=200),
    "waiting_for": lambda actor, run: queries.waiting_for(actor, limit=200),
    "claimable": lambda actor, run: queries.claimable(actor, limit=200),
    "load": lambda actor, run: queries.loads(queries.Whose(actor, RUN_VIEW, ())),
    "events": lambda actor, run: queries.events_page(actor, run, limit=200),
    "form": lambda actor, run: queries.turn_form(queries.open_turn(actor, turn(run).id)),
    "stage_times": lambda actor, run: queries.stage_times(run),
    "processes": lambda actor, run: queries.processes(),
}


def test_reading_costs_the_same_at_3_rows_and_at_300(crew, statements):
    def costs():
        found = {}
        for name, read in READS.items():
            session.commit()
            with statements() as seen:
                read(people.actor(crew.writer), run.id)
            found[name] = seen.count
        return found

    run = create_run(owner=crew.writer, team_id=crew.team)
    for n in range(2):
        create_run(owner=crew.writer, subject_id=n + 2, team_id=crew.team)
    costs()
    few = costs()
    for n in range(300):
        create_run(owner=crew.writer, subject_id=n + 5, team_id=crew.team)
    for _ in range(20):
        operations.comment(people.actor(crew.writer), turn(run).id, "再看看")
    assert costs() == few


def test_completing_a_step_takes_few_statements(crew, statements):
    run = create_run(owner=crew.writer)
    operations.add_evidence(people.actor(crew.writer), turn(run).id, kind="dossier", text="一")
    actor, row = people.actor(crew.writer), turn(run)
    session.commit()
    with statements() as seen:
        operations.complete(
            actor, row.id, outcome="done", fields={"place": "河口"}, checklist=["read"], version=row.version
        )
    assert seen.count <= 12, "\n".join(seen)
    with statements() as seen:
        complete(crew.writer, turn(run).id, fields={"amount": "1"})
    assert seen.count <= 20, "\n".join(seen)
