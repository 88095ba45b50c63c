"""History: what is written with the transaction, who may not change it, and how tampering shows."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from app.core import audit, seal
from app.core.actor import Actor
from app.core.audit import AuditRow, AuditValue
from app.core.database import is_sqlite, session, unit_of_work
from app.core.wiring import seal_history

audit.declare("tests.done", "Something done", ("count",))
LI, WANG = Actor(id=7, name="Li"), Actor(id=8, name="Wang")


def do_things(times: int = 3) -> None:
    for number in range(times):
        with unit_of_work():
            audit.record(
                LI, "tests.done", target=("thing", number), changes={"name": ("old", f"new {number}")}, count=number
            )
            audit.record(WANG, "tests.done", target=("thing", number))


def behind_the_application(*statements: str) -> None:
    """What somebody with the database's own key could do: triggers off, rows changed."""
    with unit_of_work():
        if is_sqlite():
            for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                session.execute(text(f"DROP TRIGGER {name}"))
        else:
            session.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            session.execute(text(statement))


def broken(head: dict | None = None) -> list[str]:
    return [str(place) for place in seal.verify(head)]


def test_untouched_history_verifies(app):
    do_things()
    assert broken() == []
    seal_history()
    do_things()
    assert broken(seal.export_head()) == []


def test_what_is_rolled_back_leaves_no_row(app):
    def fail() -> None:
        with unit_of_work():
            audit.record(LI, "tests.done")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    do_things(1)
    assert session.scalars(select(AuditRow.n).where(AuditRow.actor_id == LI.id)).all() == [1]


def test_what_a_savepoint_undoes_leaves_no_row(app):
    def fail() -> None:
        with session.begin_nested():
            with session.begin_nested():
                audit.record(LI, "tests.done", count=2)
            raise RuntimeError

    with unit_of_work():
        audit.record(LI, "tests.done", count=1)
        with pytest.raises(RuntimeError):
            fail()
        with session.begin_nested():
            audit.record(LI, "tests.done", count=3)
    assert [row["count"] for row in session.scalars(select(AuditRow.data).order_by(AuditRow.n))] == [1, 3]
    assert broken() == []


def test_only_declared_keys_are_taken(app):
    with pytest.raises(ValueError, match="declare"):
        audit.record(LI, "tests.done", customer_name="typed text")


def test_typed_values_stand_apart_from_the_row(app):
    do_things(1)
    row = session.execute(select(AuditRow).where(AuditRow.actor_id == LI.id)).scalar_one()
    assert "new 0" not in str(row.data)
    assert session.scalars(select(AuditValue.value)).one() == ["old", "new 0"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_audit SET action = 'x'",
        "DELETE FROM core_audit",
        "UPDATE core_audit_value SET value = NULL, salt = 'x'",
        "DELETE FROM core_audit_value",
        "DELETE FROM core_seal",
    ],
)
def test_the_database_refuses_to_rewrite_history(app, statement):
    do_things(1)
    seal_history()
    with pytest.raises(DatabaseError), unit_of_work():
        session.execute(text(statement))


def test_replace_and_truncate_are_refused_too(app):
    do_things(1)
    statement = "REPLACE INTO core_audit SELECT * FROM core_audit" if is_sqlite() else "TRUNCATE core_audit CASCADE"
    with pytest.raises(DatabaseError), unit_of_work():
        session.execute(text(statement))


def test_an_erased_value_leaves_its_tombstone_and_history_holds(app):
    do_things(2)
    with unit_of_work():
        session.execute(
            text("UPDATE core_audit_value SET value = NULL, salt = NULL, erased_at = '2026-09-09 00:00:00'")
        )
    assert broken() == []


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("UPDATE core_audit SET address = '10.0.0.9' WHERE actor_id = 7 AND n = 2", "audit 7, row 2"),
        ("DELETE FROM core_audit WHERE actor_id = 8 AND n = 2", "audit 8, row 2"),
        ("DELETE FROM core_audit WHERE actor_id = 8 AND n = 3", "audit 8, row 3"),
        ("DELETE FROM core_audit WHERE actor_id = 8", "audit 8, row 1"),
        ('UPDATE core_audit_value SET value = \'["old", "forged"]\'', "audit 7, row 1"),
    ],
)
def test_tampering_behind_the_application_is_named(app, statement, place):
    do_things()
    behind_the_application(statement)
    assert broken()[0].startswith(place)


def test_an_inserted_row_is_named(app):
    do_things(1)
    columns = "actor_id, n, at, action, target_kind, target_id, channel, data, previous, digest"
    behind_the_application(
        f"INSERT INTO core_audit ({columns}) SELECT actor_id, n + 1, at, action, target_kind, target_id, channel, data, "
        "digest, digest FROM core_audit WHERE actor_id = 8"
    )
    assert broken()[0].startswith("audit 8, row 2")


def test_a_tail_removed_with_its_head_put_back_shows_against_the_seal(app):
    do_things()
    seal_history()
    behind_the_application(
        "UPDATE core_chain SET n = 2, head = (SELECT digest FROM core_audit WHERE actor_id = 8 AND n = 2) "
        "WHERE kind = 'audit' AND key = 8",
        "DELETE FROM core_audit WHERE actor_id = 8 AND n = 3",
    )
    assert broken()[0].startswith("audit 8, row 3")


def test_removed_seals_show_against_the_exported_head(app):
    do_things()
    seal_history()
    head = seal.export_head()
    behind_the_application("DELETE FROM core_seal_head", "DELETE FROM core_seal")
    assert broken() == []
    assert broken(head)[0].startswith("seal")


def test_two_writers_of_one_person_s_history_keep_one_chain(app, at_once):
    def write() -> None:
        for _ in range(5):
            with unit_of_work():
                audit.record(LI, "tests.done")

    assert at_once(write, write, write) == [None, None, None]
    assert session.scalars(select(AuditRow.n).order_by(AuditRow.n)).all() == list(range(1, 16))
    assert broken() == []
