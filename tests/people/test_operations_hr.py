"""HR makes persons and posts them, but neither administrators nor rights."""

import pytest

from app.core.database import session
from app.core.errors import Forbidden, Invalid
from app.people import operations, queries
from app.people.models import Person
from tests.factories import people as make

pytestmark = pytest.mark.usefixtures("database")


def test_hr_creates_edits_and_posts_within_its_part() -> None:
    branch, other = make.create_unit("分行", parent=make.root()), make.create_unit("别处", parent=make.root())
    hr = make.actor(make.create_person(unit=branch, role="hr"))
    new = operations.create_person(hr, username="xinren", name="新人", unit_id=branch.id, post="teller")
    operations.post_person(hr, new, unit_id=branch.id, post="customer_manager")
    operations.update_person(
        hr, new, name="新名", username="xinren", staff_number=None, email=None, hired_on=None, version=None
    )
    assert queries.person_for(hr, new).name == "新名"
    assert not queries.grants_of(new)
    with pytest.raises(Invalid):
        operations.create_person(hr, username="waimian", name="外面", unit_id=other.id, post="teller")
    for act in (
        lambda: operations.reset_password(hr, new),
        lambda: operations.grant_role(hr, new, role="trainee", unit_id=branch.id),
        lambda: operations.lock_account(hr, new),
    ):
        with pytest.raises(Forbidden):
            act()


@pytest.mark.parametrize("role", ["sysadmin", "secadmin", "auditor"])
def test_hr_leaves_administrators_alone(role: str) -> None:
    hr, admin = make.actor(make.create_person(role="hr")), make.create_person(role=role)
    with pytest.raises(Forbidden):
        operations.update_person(
            hr, admin.id, name="别名", username="mine", staff_number=None, email=None, hired_on=None
        )
    with pytest.raises(Forbidden):
        operations.post_person(hr, admin.id, unit_id=make.root().id, post="teller")
    sysadmin = make.actor(make.create_person(role="sysadmin"))
    operations.post_person(sysadmin, admin.id, unit_id=make.root().id, post="teller")


def test_the_page_of_hr(client) -> None:
    hr, admin, plain = make.create_person(role="hr"), make.create_person(role="auditor"), make.create_person("李明")
    client.sign_in(hr)
    assert client.page("/admin/people").text()
    answer = client.post(
        "/admin/people/new",
        data={"name": "张\u200b三\u202e", "username": "zhangsan", "unit_id": make.root().id, "post": "teller"},
    )
    assert answer.status_code == 303
    assert session.query(Person.name).filter_by(username="zhangsan").scalar() == "张三"
    client.page(f"/admin/people/{plain.id}/edit")
    client.page(f"/admin/people/{admin.id}/edit", status=403)
    assert "/edit" not in client.get(f"/admin/people/{admin.id}").text
