"""History cannot be changed through the database, and whoever gets around that is named."""

from io import BytesIO

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from app.core import files, seal
from app.core.actor import SYSTEM
from app.core.database import session
from app.core.errors import Forbidden, NotFound
from app.workflow import operations, queries
from app.workflow.models import Value
from app.workflow.registry import SubjectRef
from tests.factories import people, workflow
from tests.factories.workflow import complete, create_run, turn, waiting

TABLES = ("workflow_event", "workflow_value", "workflow_definition")


@pytest.fixture
def run(crew):
    """A run with some history."""
    run = create_run(owner=crew.writer)
    operations.add_evidence(people.actor(crew.writer), turn(run).id, kind="dossier", text="三页")
    complete(crew.writer, turn(run).id, fields={"place": "河口"}, checklist=["read"])
    operations.comment(people.actor(crew.writer), waiting(run)[0].id, "请看第三页")
    session.commit()
    return run


@pytest.mark.parametrize("table", TABLES)
def test_rows_of_history_are_never_updated_deleted_or_replaced(table, run, database):
    attempts = [f"UPDATE {table} SET id = id + 1000", f"DELETE FROM {table}"]
    attempts.append(
        f"TRUNCATE {table} CASCADE" if not database.is_sqlite else f"REPLACE INTO {table} SELECT * FROM {table}"
    )
    for attempt in attempts:
        with pytest.raises(DatabaseError):
            session.execute(text(attempt))
        session.rollback()


def tamper(database, statement):
    """Change history as a database's owner could: without the triggers."""
    tables = ("workflow_event", "workflow_value")
    if database.is_sqlite:
        triggers = session.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        for name, _sql in triggers:
            session.execute(text(f"DROP TRIGGER {name}"))
        session.execute(text(statement))
        for _name, sql in triggers:
            session.execute(text(sql))
    else:
        for table in tables:
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        session.execute(text(statement))
        for table in tables:
            session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
    session.commit()
    session.expire_all()


TAMPERINGS = {
    "an event's actor": ("UPDATE workflow_event SET actor_id = 999 WHERE sequence = 5", 5),
    "an event's time": ("UPDATE workflow_event SET at = '2020-01-01 00:00:00' WHERE sequence = 4", 4),
    "an event in the middle": ("DELETE FROM workflow_event WHERE sequence = 4", 4),
    "the tail": ("DELETE FROM workflow_event WHERE sequence >= 6", 5),
    "a typed text": ("UPDATE workflow_value SET content = '\"海口\"' WHERE kind = 'field'", 5),
    "a row's assignee": ("UPDATE workflow_turn SET assignee_id = NULL WHERE number = 2", 8),
    "a row's stage": ("UPDATE workflow_run SET stage = 'after'", 8),
    "whose evidence": ("UPDATE workflow_evidence SET added_by_id = NULL", 8),
    "evidence exchanged": ("UPDATE workflow_evidence SET value_id = (SELECT max(id) FROM workflow_value)", 8),
    "evidence taken out": ("DELETE FROM workflow_evidence", 8),
    "evidence hidden": ("UPDATE workflow_evidence SET removed_at = '2026-01-01 00:00:00'", 8),
    "a text blanked": (
        "UPDATE workflow_value SET content = NULL, salt = NULL, erased_at = '2026-01-01 00:00:00' WHERE kind = 'field'",
        5,
    ),
    "who commented": ("UPDATE workflow_comment SET person_id = (SELECT max(id) FROM people_person)", 8),
    "when it was commented": ("UPDATE workflow_comment SET written_at = '2020-01-01 00:00:00'", 8),
    "a comment exchanged": ("UPDATE workflow_comment SET value_id = (SELECT min(id) FROM workflow_value)", 8),
    "a comment taken out": ("DELETE FROM workflow_comment", 8),
    "a comment slipped in": (
        "INSERT INTO workflow_comment (run_id, turn_id, person_id, value_id, written_at) "
        "SELECT run_id, turn_id, person_id, (SELECT min(id) FROM workflow_value), written_at FROM workflow_comment",
        8,
    ),
    "a mark of a turn": ("UPDATE workflow_turn SET blocked_at = '2026-01-01 00:00:00' WHERE number = 2", 8),
    "the accountable": ("UPDATE workflow_run SET owner_id = NULL", 8),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_tampering_is_named_at_its_first_broken_place(what, run, database):
    statement, place = TAMPERINGS[what]
    assert list(queries.verify_all()) == []
    tamper(database, statement)
    broken = list(queries.verify_all())
    assert [(item.key, item.n) for item in broken] == [(run.id, place)]


def test_a_file_put_in_the_place_of_another_is_named(crew, database):
    body = workflow.body("deciding")
    body["steps"][0]["evidence"][0]["accepts"] = ["file"]
    operations.publish(SYSTEM, {**body, "key": "photos"})
    run = operations.start(SYSTEM, "photos", SubjectRef("thing", 2, "Thing"), owner_id=crew.writer)
    actor = people.actor(crew.writer)
    signed, forged = (
        files.store(BytesIO(text), "contract.txt", actor, operations.PURPOSE) for text in (b"signed", b"forged")
    )
    operations.add_evidence(actor, turn(run).id, kind="dossier", file=signed)
    session.commit()
    assert list(queries.verify_all()) == []
    tamper(database, f"UPDATE workflow_evidence SET file_id = {forged.id}")
    assert "exchanged" in queries.verify(run.id).broken.what
    tamper(database, f"UPDATE workflow_evidence SET file_id = {signed.id}")
    tamper(database, f"UPDATE core_file SET digest = '{forged.digest}' WHERE id = {signed.id}")
    assert "exchanged" in queries.verify(run.id).broken.what


def test_an_inserted_event_is_named(run, database):
    columns = "run_id, sequence, kind, actor_id, channel, at, body, previous, digest"
    tamper(
        database,
        f"INSERT INTO workflow_event ({columns}) SELECT run_id, 99, kind, actor_id, channel, at, body, previous, digest "
        "FROM workflow_event WHERE sequence = 2",
    )
    assert [(item.key, item.n) for item in queries.verify_all()] == [(run.id, 9)]


def test_a_removed_tail_shows_even_when_the_head_was_put_back(run, database):
    seal.seal()
    session.commit()
    assert list(seal.verify()) == []
    tamper(database, "DELETE FROM workflow_event WHERE sequence >= 7")
    tamper(
        database,
        "UPDATE core_chain SET n = 6, head = (SELECT digest FROM workflow_event WHERE sequence = 6) WHERE kind = 'workflow'",
    )
    assert any(item.kind == "workflow" for item in seal.verify())


def test_erased_texts_leave_a_tombstone_that_verifying_names(run, crew):
    secadmin = people.actor(people.create_person(role="secadmin"))
    with pytest.raises(Forbidden):
        operations.erase_values(people.actor(crew.writer), run.id, ground="request")
    with pytest.raises(NotFound):
        operations.erase_values(secadmin, run.id, [10**9], ground="request")
    assert operations.erase_values(secadmin, run.id, ground="request") == 3
    session.commit()
    assert set(session.scalars(select(Value.content))) == {None}
    verdict = queries.verify(run.id)
    assert verdict.broken is None and verdict.erased == ("4 evidence:text", "5 field:place", "8 comment:text")
    assert list(queries.verify_all()) == []
    texts = [event.texts for event in queries.events_page(people.actor(crew.writer), run.id).items if event.texts]
    assert texts == [{"text": None}, {"fields.place": None}, {"text": None}]


def test_an_erased_text_cannot_be_filled_again(run, crew):
    operations.erase_values(people.actor(people.create_person(role="secadmin")), run.id, ground="request")
    session.commit()
    with pytest.raises(DatabaseError):
        session.execute(text("UPDATE workflow_value SET content = '\"x\"', salt = 'y'"))
    session.rollback()


def test_history_holds_no_typed_text(run, database):
    bodies = session.execute(text("SELECT body FROM workflow_event")).scalars().all()
    assert bodies and not any("河口" in str(body) or "三页" in str(body) for body in bodies)
    state = session.execute(text("SELECT state_body FROM workflow_run")).scalars().all()
    assert not any("河口" in str(body) for body in state)
