"""Assigning work: drafted with its people frozen, sent when nobody has changed, one run a person or one for a group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import bindparam, delete, insert, select, update

from app.core import audit, clock, typed
from app.core.actor import Actor
from app.core.database import changed_one, fetch, session
from app.core.errors import Conflict, Invalid, NotFound
from app.core.texts import _l
from app.people import queries as people
from app.people.queries import audiences
from app.people.queries.audiences import Reached
from app.people.rules.audiences import Rule
from app.work.models import Assignment, AssignmentFile, AssignmentMember, WorkItem
from app.work.operations.telling_work import tell_assigned
from app.work.permissions import ASSIGN
from app.work.queries import items, kinds
from app.work.queries.items import KIND, address
from app.workflow import operations as workflow
from app.workflow import queries as processes
from app.workflow.models import Run
from app.workflow.registry import SubjectRef
from app.workflow.rules.urgency import PRIORITIES

AT_ONCE = 20
"""So many people get their item in the request that sends it; more by the job."""
TITLE, TEXT = 200, 10_000
ASSIGNED = audit.declare("work.assigned", _l("Assigned work"), ("process", "people", "mode"))


@dataclass(frozen=True, slots=True)
class Changes:
    """Who has come to a drafted assignment's rule since its people were frozen, and who has gone."""

    joined: Sequence[Reached]
    left: Sequence[int]

    def __bool__(self) -> bool:
        return bool(self.joined or self.left)


def assign(
    actor: Actor,
    kind: str,
    title: str,
    *,
    rule: Rule,
    mode: str = "each",
    text: str = "",
    due_on: date | None = None,
    priority: str = "normal",
    standing: bool = False,
    origin: tuple[str, int] | None = None,
    submission: str | None = None,
    series: tuple[int, date] | None = None,
) -> Assignment:
    """Assign work of a kind (the key of a process about work items) to whom ``rule`` means, at once (D33).

    ``mode``: each person does their own, or one of several takes the one ``shared`` item. ``origin``: kind and id of what it
    came from. Raises ``Forbidden`` without the right to assign, ``Invalid`` (``kind``, ``title``, ``text``, ``due_on``,
    ``priority``, ``mode``, ``people``).
    """
    made = draft(
        actor, kind, title, rule=rule, mode=mode, text=text, due_on=due_on, priority=priority, standing=standing,
        origin=origin, submission=submission, series=series,
    )  # fmt: skip
    if made.state == "draft":
        _open(actor, made)
    return made


def draft(
    actor: Actor,
    kind: str,
    title: str,
    *,
    rule: Rule,
    mode: str = "each",
    text: str = "",
    due_on: date | None = None,
    priority: str = "normal",
    standing: bool = False,
    origin: tuple[str, int] | None = None,
    submission: str | None = None,
    series: tuple[int, date] | None = None,
) -> Assignment:
    """Write down what is to be assigned and freeze whom it reaches now; nobody is told yet.

    With the ``submission`` of an earlier call by the same person that assignment is given, whatever became of it.
    """
    actor.require(ASSIGN)
    sender = actor.behalf or actor.id
    if submission:
        known = session.scalar(
            select(Assignment).where(Assignment.sender_id == sender, Assignment.submission == submission)
        )
        if known is not None:
            return known
    title = typed.name(title)
    _check(kind, title, text, mode, due_on, priority)
    if series is None:  # what is repeated was within reach when it was planned
        audiences.require_reach(actor, rule, ASSIGN, field="people")
    rule = _without_sender(rule, sender)
    reached = _reached(actor, rule)
    made = Assignment(
        process=kind,
        title=title.strip(),
        text=text.strip(),
        priority=PRIORITIES.index(priority),
        due_on=due_on,
        mode=mode,
        rule=rule.as_json(),
        standing=standing and mode == "each",
        sender_id=sender,
        unit_id=people.home_units([sender]).get(sender),
        origin_kind=origin[0] if origin else None,
        origin_id=origin[1] if origin else None,
        series_id=series[0] if series else None,
        series_on=series[1] if series else None,
        submission=submission,
    )
    session.add(made)
    session.flush()
    freeze(made.id, reached)
    return made


def redraft(
    actor: Actor,
    assignment: Assignment,
    version: int | None,
    kind: str,
    title: str,
    *,
    rule: Rule,
    mode: str,
    text: str,
    due_on: date | None,
    priority: str,
    standing: bool,
) -> None:
    """Change what has not been sent yet, and freeze its people anew."""
    _still_draft(assignment, version)
    title = typed.name(title)
    _check(kind, title, text, mode, due_on, priority)
    audiences.require_reach(actor, rule, ASSIGN, Rule.read(assignment.rule), field="people")
    rule = _without_sender(rule, assignment.sender_id)
    reached = _reached(actor, rule)
    assignment.process, assignment.title, assignment.text = kind, title.strip(), text.strip()
    assignment.rule, assignment.mode, assignment.due_on = rule.as_json(), mode, due_on
    assignment.priority, assignment.standing = PRIORITIES.index(priority), standing and mode == "each"
    assignment.version += 1
    _refreeze(assignment.id, reached)


def discard(assignment: Assignment, version: int | None) -> None:
    """Throw a draft away."""
    _still_draft(assignment, version)
    session.execute(delete(AssignmentFile).where(AssignmentFile.assignment_id == assignment.id))
    session.execute(delete(AssignmentMember).where(AssignmentMember.assignment_id == assignment.id))
    session.delete(assignment)
    session.flush()


def send(actor: Actor, assignment: Assignment, version: int | None) -> Changes:
    """Send a draft. When its rule means other people by now they are frozen instead, and nothing is sent yet."""
    actor.require(ASSIGN)
    _still_draft(assignment, version)
    reached = _reached(actor, Rule.read(assignment.rule))
    frozen = list(
        session.scalars(select(AssignmentMember.person_id).where(AssignmentMember.assignment_id == assignment.id))
    )
    changes = Changes(*audiences.compare(frozen, reached))
    if changes:
        _refreeze(assignment.id, reached)
        assignment.version += 1
        session.flush()
    else:
        _open(actor, assignment)
    return changes


def _still_draft(assignment: Assignment, version: int | None) -> None:
    if assignment.state != "draft":
        raise Conflict(_l("This has been sent already."))
    if version is not None and version != assignment.version:
        raise Conflict()


def _check(kind: str, title: str, text: str, mode: str, due_on: date | None, priority: str) -> None:
    if not title.strip():
        raise Invalid("title", "required", _l("Say in a few words what is to be done."))
    if len(title.strip()) > TITLE or len(text) > TEXT or "\x00" in title + text:
        raise Invalid("title", "too_long", _l("This text is too long or has characters that cannot be stored."))
    if mode not in ("each", "shared"):
        raise Invalid("mode", "unknown", _l("Each does their own, or one does it for all."))
    if priority not in PRIORITIES:
        raise Invalid("priority", "unknown", _l("Choose a priority of the list."))
    if due_on is not None and not clock.today() <= due_on <= clock.today().replace(year=clock.today().year + 5, day=1):
        raise Invalid("due_on", "past", _l("Choose a day from today on, within five years."))
    try:
        fits = processes.latest(kind).subject == KIND and kinds.may_be_assigned(kind)
    except NotFound:
        fits = False
    if not fits:
        raise Invalid("kind", "unknown", _l("Choose a kind of the list."))


def _without_sender(rule: Rule, sender_id: int) -> Rule:
    """Whoever asks others is not meant, but where they name themselves."""
    if not rule.parts or sender_id in (*rule.also, *rule.without):
        return rule
    return replace(rule, without=(*rule.without, sender_id))


def _reached(actor: Actor, rule: Rule) -> list[Reached]:
    reached = audiences.resolve(actor, rule, ASSIGN)
    if not reached:
        raise Invalid("people", "required", _l("This reaches nobody. Choose at least one person."))
    return reached


def freeze(assignment_id: int, reached: Sequence[Reached]) -> None:
    """Keep these people as members of an assignment, with the reason of each."""
    rows = [
        {"assignment_id": assignment_id, "person_id": one.person_id, "why": [list(pair) for pair in one.why], "added_at": clock.now()}
        for one in reached
    ]  # fmt: skip
    fetch(insert(AssignmentMember), rows)


def _refreeze(assignment_id: int, reached: Sequence[Reached]) -> None:
    session.execute(delete(AssignmentMember).where(AssignmentMember.assignment_id == assignment_id))
    freeze(assignment_id, reached)


def _open(actor: Actor, assignment: Assignment) -> None:
    """Make the items: at once for few people, by the job for many."""
    unsent = update(Assignment).where(Assignment.id == assignment.id, Assignment.state == "draft")
    if not changed_one(unsent.values(state="open", sent_at=clock.now(), version=Assignment.version + 1)):
        raise Conflict(_l("This has been sent already."))
    session.refresh(assignment)
    members = items.member_ids(assignment.id)
    shared = assignment.mode == "shared" and len(members) > 1  # what one person is to do is theirs, not their team's
    audit.record(
        actor, ASSIGNED, target=("work_assignment", assignment.id), process=assignment.process, people=len(members),
        mode="shared" if shared else "each",
    )  # fmt: skip
    if shared:
        _share(assignment, members)
        return
    subject = SubjectRef(KIND, assignment.id, assignment.title)
    batch = workflow.start_batch(
        actor, assignment.process, subject, members, title=assignment.title, unit_id=assignment.unit_id,
        owner_id=assignment.sender_id, priority=assignment.priority,
    )  # fmt: skip
    assignment.batch_id = batch.id
    session.flush()
    if len(members) <= AT_ONCE:
        workflow.make_chunk(batch.id, AT_ONCE)


def _share(assignment: Assignment, members: Sequence[int]) -> None:
    """One item for all; whoever takes it does it."""
    item = WorkItem(assignment_id=assignment.id)
    session.add(item)
    session.flush()
    team = _shared_team(assignment.sender_id, members)
    run = workflow.start(
        Actor(id=assignment.sender_id),
        assignment.process,
        SubjectRef(KIND, item.id, assignment.title),
        assignment.unit_id,
        team,
        priority=assignment.priority,
    )
    item.run_id, item.due_at, item.person_id = run.id, run.due_at, run.assignee_id
    session.flush()
    tell_assigned(assignment, members, address(item.id))


def _teams_led_by(person_id: int) -> list[int]:
    return [team.id for team, roles in people.teams_of(person_id) if "leader" in roles]


def _shared_team(sender_id: int, members: Sequence[int]) -> int | None:
    """The team that the sender leads and everybody belongs to."""
    for team_id, there in people.members_of(_teams_led_by(sender_id)).items():
        if {member.person_id for member in there}.issuperset(members):
            return team_id
    return None


def make_items(assignment_id: int, person_ids: Sequence[int]) -> dict[int, SubjectRef]:
    """The items of these people, as the subjects of their runs; leavers get none. For the batch, in its transaction."""
    assignment = session.get_one(Assignment, assignment_id)
    standing = people.active_ids(person_ids)
    wanted = [person for person in person_ids if person in standing]
    if not wanted:
        return {}
    units = people.home_units(wanted)
    teams = {
        member.person_id: team_id
        for team_id, there in people.members_of(_teams_led_by(assignment.sender_id)).items()
        for member in there
    }
    rows = fetch(
        insert(WorkItem).returning(WorkItem.id, WorkItem.for_id),
        [
            {"assignment_id": assignment_id, "for_id": person, "person_id": person, "created_at": clock.now()}
            for person in wanted
        ],
    )
    return {
        row.for_id: SubjectRef(
            KIND,
            row.id,
            assignment.title,
            units.get(row.for_id) or assignment.unit_id,
            teams.get(row.for_id),
            row.for_id,
        )
        for row in rows
    }


_BEGIN = update(WorkItem).where(
    WorkItem.assignment_id == bindparam("_assignment"), WorkItem.for_id == bindparam("_person")
)


def made_items(assignment_id: int, runs: Mapping[int, Run | None]) -> None:
    """Tell the items which run is theirs, and the people that something waits for them."""
    assignment = session.get_one(Assignment, assignment_id)
    there = [person for person, run in runs.items() if run is not None]
    begun = [
        {"_assignment": assignment_id, "_person": person, "run_id": run.id, "due_at": run.due_at}
        for person, run in runs.items()
        if run is not None
    ]
    if begun:
        fetch(_BEGIN, begun)
    gone = [person for person, run in runs.items() if run is None]
    if gone:
        session.execute(delete(WorkItem).where(WorkItem.assignment_id == assignment_id, WorkItem.for_id.in_(gone)))
    tell_assigned(assignment, there, f"/work/assignments/{assignment_id}/mine")
