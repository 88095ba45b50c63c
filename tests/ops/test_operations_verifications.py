"""Verifying history: by command, at an auditor's wish, at night; broken places are named and remembered."""

import pytest
from sqlalchemy import func, select

from app.core import audit, clock, seal
from app.core.actor import SYSTEM, Actor
from app.core.database import session, unit_of_work
from app.core.errors import Forbidden
from app.core.wiring import seal_history
from app.ops.models import Verification
from app.ops.operations import verifications
from app.ops.queries.verifications import latest, seal_state, waiting
from tests.core.test_operations_audit import behind_the_application, do_things
from tests.factories import people


def auditor() -> Actor:
    return people.actor(people.create_person(role="auditor"))


def test_history_that_holds_is_noted_with_its_seal(app):
    do_things()
    seal_history()
    row = verifications.verify(SYSTEM, verifications.known_head())
    assert row.holds
    assert row.seal_id == 1
    assert latest().id == row.id
    assert session.scalar(select(func.count()).where(audit.AuditRow.action == verifications.VERIFIED)) == 1


def test_the_first_broken_place_is_noted(app):
    do_things()
    behind_the_application("UPDATE core_audit SET address = '10.0.0.9' WHERE actor_id = 7 AND n = 2")
    row = verifications.verify(SYSTEM, None)
    assert not row.holds
    assert row.broken.startswith("audit 7, row 2")


def test_removed_seals_show_against_the_head_beside_the_database(app):
    do_things()
    seal_history()
    assert seal.head_file().exists()
    behind_the_application("DELETE FROM core_seal_head", "DELETE FROM core_seal")
    assert verifications.verify(SYSTEM, verifications.known_head()).broken.startswith("seal")
    seal.head_file().unlink()


def test_an_auditor_asks_once_and_the_job_answers(app):
    person = auditor()
    verifications.ask(person)
    verifications.ask(person)
    session.commit()
    assert session.scalar(select(func.count()).select_from(Verification)) == 1
    assert verifications.verify_due(SYSTEM) == 1
    assert waiting() is None
    assert latest().asked_by == person.id
    assert latest().holds


def test_nobody_else_may_ask(app):
    with pytest.raises(Forbidden):
        verifications.ask(people.actor(people.create_person(role="sysadmin")))


def test_once_a_night(app, frozen_clock):
    do_things()
    assert verifications.verify_due(SYSTEM) == 0
    frozen_clock.set(clock.now().replace(hour=18))  # two in the morning in Shanghai
    assert verifications.verify_due(SYSTEM) == 1
    frozen_clock.move(hours=1)
    assert verifications.verify_due(SYSTEM) == 0
    frozen_clock.move(hours=23)
    assert verifications.verify_due(SYSTEM) == 1


def test_a_verification_under_writing_sees_one_moment(app, at_once):
    do_things(5)
    session.commit()

    def write() -> None:
        for _ in range(20):
            with unit_of_work():
                audit.record(Actor(id=7), "tests.done")

    def look() -> list[str]:
        return [verifications.verify(SYSTEM, None).broken for _ in range(5)]

    answers = at_once(write, look)
    assert answers == [None, [""] * 5]


def test_how_far_history_is_sealed(app):
    assert seal_state().last is None
    session.commit()
    do_things()
    assert seal_state().unsealed == 2
    seal_history()
    assert (seal_state().last, seal_state().unsealed) == (1, 0)
