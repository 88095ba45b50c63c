"""What the database itself refuses, on both engines, whoever writes."""

from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from app.core.database import session
from app.people.models import Absence, Grant, Membership, Person, Placement, Posting
from tests.factories import people as make

pytestmark = pytest.mark.usefixtures("database")

JAN, MAR, JUN = date(2026, 1, 1), date(2026, 3, 1), date(2026, 6, 1)


def refused(*rows: object) -> None:
    nested = session.begin_nested()
    session.add_all(rows)
    with pytest.raises(IntegrityError):
        session.flush()
    nested.rollback()


@pytest.mark.parametrize("other", ["secadmin", "auditor"])
@pytest.mark.parametrize("end", [None, JUN])
def test_administrators_exclude_one_another(other: str, end: date | None) -> None:
    person, unit = make.create_person(), make.root()
    session.add(Grant(person_id=person.id, role="sysadmin", unit_id=unit.id, valid_from=JAN, valid_to=end))
    session.flush()
    refused(Grant(person_id=person.id, role=other, unit_id=unit.id, valid_from=MAR))


def test_one_after_the_other_is_allowed() -> None:
    person, unit = make.create_person(), make.root()
    session.add(Grant(person_id=person.id, role="sysadmin", unit_id=unit.id, valid_from=JAN, valid_to=MAR))
    session.flush()
    session.add(Grant(person_id=person.id, role="auditor", unit_id=unit.id, valid_from=MAR))
    session.flush()


def test_nobody_grants_to_themselves() -> None:
    person, unit = make.create_person(), make.root()
    refused(Grant(person_id=person.id, role="hr", unit_id=unit.id, valid_from=JAN, granted_by=person.id))


def test_dated_facts_never_overlap() -> None:
    unit = make.create_unit(parent=make.root(), day=JAN)
    person = make.create_person(unit=unit)
    team = make.create_team(relationship=person)
    refused(Placement(unit_id=unit.id, parent_id=None, name="x", level="outlet", valid_from=MAR))
    refused(Posting(person_id=person.id, unit_id=unit.id, post="teller", valid_from=MAR, valid_to=JUN))
    refused(Membership(team_id=team.id, person_id=person.id, role="relationship", valid_from=MAR))
    session.add(Membership(team_id=team.id, person_id=person.id, role="leader", valid_from=MAR))
    session.flush()


def test_absences_make_no_chain_and_no_circle() -> None:
    a, b, c = (make.create_person() for _ in range(3))
    session.add(Absence(person_id=a.id, deputy_id=b.id, valid_from=JAN, valid_to=MAR))
    session.flush()
    refused(Absence(person_id=b.id, deputy_id=a.id, valid_from=JAN, valid_to=MAR))
    refused(Absence(person_id=b.id, deputy_id=c.id, valid_from=JAN, valid_to=JUN))
    refused(Absence(person_id=c.id, deputy_id=a.id, valid_from=JAN, valid_to=JUN))
    refused(Absence(person_id=a.id, deputy_id=c.id, valid_from=JAN, valid_to=JUN))
    refused(Absence(person_id=c.id, deputy_id=c.id, valid_from=JAN, valid_to=JUN))
    session.add(Absence(person_id=b.id, deputy_id=c.id, valid_from=MAR, valid_to=JUN))
    session.flush()


def test_a_user_name_is_unique_and_small() -> None:
    make.create_person(username="lixiaomei")
    refused(Person(username="lixiaomei", name="x"))
    refused(Person(username="LiXiaomei", name="x"))
