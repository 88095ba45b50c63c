"""Assigning on the pages: the form, the draft with who and why, sending, and following how far everybody is."""

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.database import session
from app.work.models import Assignment, WorkItem
from app.workflow import operations as workflow
from tests.factories import people, work
from tests.factories.workflow import turn


@pytest.fixture
def office(app):
    made = work.create_office()
    session.commit()
    return made


def the_only() -> Assignment:
    return session.scalars(select(Assignment).execution_options(populate_existing=True)).one()


def test_one_follow_up_to_five_people_takes_three_clicks(client, app):
    office = work.create_office(5)
    hub = client.sign_in(office.head).page("/work")
    form = client.page(hub.css("a[href='/work/assign']")[0].attributes["href"])  # 1: assign
    names = "、".join(person.name for person in office.staff)
    draft = client.submit(form, "form[action='/work/assign']", title="回访到期客户", names=names)  # 2: look who gets it
    for person in office.staff:
        assert person.name in draft.text("#people")
    sent = client.submit(draft, "form[action$='/send']")  # 3: send
    assert len(sent.css("#items tbody tr")) == 5
    assert session.query(WorkItem).count() == 5


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(client, office):
    client.sign_in(office.head)
    form = client.page("/work/assign")
    twin = people.create_person(office.staff[0].name, unit=office.unit)
    answer = client.submit(
        form, "form[action='/work/assign']", status=422, title="x", names=f"{twin.name}，没有此人",
        due_on=(clock.today() - timedelta(days=1)).isoformat(), text="先看档案",
    )  # fmt: skip
    assert "没有此人" in answer.text("#field-names") and "2" in answer.text("#field-names .q-error")
    assert answer.css("#field-due_on .q-error")
    assert "先看档案" in answer.css("textarea[name=text]")[0].text()
    answer = client.submit(form, "form[action='/work/assign']", status=422, title="x")
    assert answer.css("#field-audience .q-error")


def test_sent_twice_it_is_one_assignment(client, office):
    client.sign_in(office.head)
    form = client.page("/work/assign")
    for _time in range(2):
        client.submit(form, "form[action='/work/assign']", title="x", names=office.staff[0].name)
    assert the_only().title == "x"
    draft = client.page(f"/work/assignments/{the_only().id}")
    client.submit(draft, "form[action$='/send']")
    client.submit(draft, "form[action$='/send']", status=409)
    assert session.query(WorkItem).count() == 1


def test_who_has_come_meanwhile_is_shown_before_anything_is_sent(client, office):
    client.sign_in(office.head)
    form = client.page("/work/assign")
    draft = client.submit(
        form, "form[action='/work/assign']", title="清点", data={"audience.unit": str(office.unit.id), "audience.post": "customer_manager"},
    )  # fmt: skip
    newcomer = people.create_person("钱新人", unit=office.unit)
    shown = client.submit(draft, "form[action$='/send']")
    assert newcomer.name in shown.text(".alert, .q-notice, [role=note], main")
    assert the_only().state == "draft"
    sent = client.submit(shown, "form[action$='/send']")
    assert newcomer.name in sent.text("#items")


def test_a_draft_is_changed_and_thrown_away(client, office):
    client.sign_in(office.head)
    form = client.page("/work/assign")
    client.submit(form, "form[action='/work/assign']", title="x", names=office.staff[0].name)
    edit = client.page(f"/work/assignments/{the_only().id}/edit")
    client.submit(edit, "form[action$='/edit']", title="y", names=office.staff[1].name)
    assert the_only().title == "y"
    draft = client.page(f"/work/assignments/{the_only().id}")
    assert office.staff[1].name in draft.text("#people")
    client.submit(draft, "form[action$='/discard']")
    assert session.query(Assignment).count() == 0


def test_files_go_with_it_and_are_read_by_those_who_do_it_only(client, office):
    client.sign_in(office.head)
    form = client.page("/work/assign")
    values = {**form.form("form[action='/work/assign']"), "title": "x", "names": office.staff[0].name}
    values["files"] = (BytesIO("名单".encode()), "名单.txt")
    draft = client.send("/work/assign", {k: v for k, v in values.items() if v is not None}, csrf=False)
    client.submit(draft, "form[action$='/send']")
    url = client.page(f"/work/assignments/{the_only().id}").css(".q-files a")[0].attributes["href"]
    for person, status in ((office.staff[0], 200), (office.staff[1], 404), (office.above, 200)):
        client.sign_out()
        client.sign_in(person)
        answer = client.get(url)
        assert answer.status_code == status
        answer.close()


def test_several_at_once_with_an_account_of_what_could_not_be_done(client, office):
    made = work.assign(office)
    first, second, third = (work.item_of(made, person) for person in office.staff)
    work.hand_in(office.staff[0], first)
    work.act(office.staff[1], second, "accept")
    session.commit()
    client.sign_in(office.head)
    url = f"/work/assignments/{made.id}"

    def lead(status: int = 200, **typed):
        page = client.page(url)
        ids = [str(item.id) for item in (first, second, third)]
        return client.submit(page, "#items", status=status, items=ids, **{"until": None, "to": None, **typed})

    lead(422, act="extend", reason="")
    said = lead(act="nudge")
    assert office.staff[0].name in said.text(".q-flashes, [role=status], main")
    day = clock.today() + timedelta(days=30)
    lead(act="extend", reason="月底忙", until=day.isoformat())
    session.refresh(second)
    assert clock.local(second.due_at - timedelta(seconds=1)).date() == day
    lead(act="recall")
    session.refresh(third)
    assert turn(second.run_id)
    assert work.waiting_state(third) == "cancelled"
    assert work.waiting_state(second) == "open"


def test_what_was_declined_is_given_to_somebody_else(client, office):
    made = work.assign(office, office.ids[0])
    item = work.item_of(made, office.ids[0])
    work.act(office.ids[0], item, "decline", reason="在外培训")
    client.sign_in(office.head)
    page = client.page(f"/work/items/{item.id}")
    client.submit(page, "form[action$='/hand']", to=str(office.ids[2]), reason="请你来办")
    session.refresh(item)
    assert item.person_id == office.ids[2]
    assert turn(item.run_id).assignee_id == office.ids[2]


def test_the_item_is_done_on_its_own_page(client, office):
    made = work.assign(office, office.ids[0], text="逐户打电话。")
    item = work.item_of(made, office.ids[0])
    client.sign_in(office.staff[0])
    hub = client.page("/work")
    assert "回访到期客户" in hub.text("#now")
    page = client.page(f"/work/assignments/{made.id}/mine")
    assert "逐户打电话" in page.text("#what")
    page = client.submit(page, "#step-form", outcome="accept")
    refused = client.submit(page, "#step-form", status=422, outcome="hand_in", data={"fields.result": "打完了"})
    assert refused.css(f"form[action='/work/items/{item.id}/comment']")  # still the item's own page
    done = client.submit(
        refused, "#step-form", outcome="hand_in", checklist="complete", data={"fields.result": "三户都打过了"}
    )
    assert "三户都打过了" in done.text("#known")


def test_outside_of_view_there_is_nothing(client, office):
    made = work.assign(office, office.ids[0])
    item = work.item_of(made, office.ids[0])
    client.sign_in(office.staff[1])
    client.page(f"/work/items/{item.id}", status=404)
    assert client.get(f"/work/assignments/{made.id}").status_code == 403
    client.sign_out()
    other = people.create_person(unit=people.create_unit(parent=people.root()), role="supervisor")
    client.sign_in(other)
    client.page(f"/work/assignments/{made.id}", status=404)


def test_what_was_accepted_stands_in_the_persons_record(client, office):
    made = work.assign(office, office.ids[0])
    item = work.item_of(made, office.ids[0])
    work.hand_in(office.ids[0], item)
    work.act(office.head, item, "return", reason="写细些")
    work.hand_in(office.ids[0], item, "重写：逐户情况如下")
    work.act(office.head, item, "accept")
    client.sign_in(office.head)
    page = client.page(f"/work/people/{office.ids[0]}/done")
    assert "重写" in page.text("tbody") and "1" in page.text("tbody .q-num")
    assert "重写" in client.page(f"/admin/people/{office.ids[0]}").text("#done-items")
    client.sign_out()
    client.sign_in(office.staff[1])
    client.page(f"/work/people/{office.ids[0]}/done", status=404)


def test_comments_are_kept_and_shown(client, office):
    made = work.assign(office, office.ids[0])
    item = work.item_of(made, office.ids[0])
    client.sign_in(office.staff[0])
    page = client.page(f"/work/items/{item.id}")
    page = client.submit(page, "form[action$='/comment']", comment=f"@{office.head.name} 名单在哪里？")
    assert "名单在哪里" in page.text("#comments")


def test_the_lists_ask_as_often_for_300_as_for_3(client, app, statements):
    office = work.create_office(60)
    client.sign_in(office.head)

    def asked(url: str) -> int:
        client.get(url)
        with statements() as seen:
            answer = client.get(url)
        assert answer.status_code == 200
        return seen.count

    few = work.assign(office, *office.ids[:3])
    urls = ["/work/assigned", f"/work/assignments/{few.id}", "/work", f"/work/people/{office.ids[0]}/done"]
    before = [asked(url) for url in urls]
    for _number in range(5):
        many = work.assign(office)
    session.commit()
    workflow.make_batches()
    client.sign_in(office.head)
    urls[1] = f"/work/assignments/{many.id}"
    assert [asked(url) for url in urls] == before
    assert max(before) < 30


def test_nobody_out_of_reach_is_named_by_link_form_or_stored_rule(client, office):
    far = people.create_person("付远山")
    team = people.create_team("远郊五组", leader=far)
    client.sign_in(office.head)
    form = client.page(f"/work/assign?person={far.id}&person={office.staff[0].id}")
    assert "付远山" not in form.text("body") and office.staff[0].name in form.text("body")
    for key, value in (("also", far.id), ("without", far.id), ("team", team.id)):
        given = {f"audience.{key}": str(value), "audience.unit": str(office.unit.id)}
        for more, status in (({"audience.find": "1"}, 200), ({}, 422)):
            answer = client.submit(form, "form[action='/work/assign']", status=status, title="x", data=given | more)
            assert "付远山" not in answer.text("body") and "远郊五组" not in answer.text("body")
            assert "管辖范围以外" in answer.text("#field-audience")
    assert session.query(Assignment).count() == 0
    draft = client.submit(form, "form[action='/work/assign']", title="x", names=office.staff[0].name)
    the_only().rule = {
        "parts": [],
        "also": [office.staff[0].id, far.id],
        "without": [],
    }  # as it could be written before
    session.commit()
    answer = client.page(f"/work/assignments/{the_only().id}")
    assert "付远山" not in answer.text("body") and office.staff[0].name in answer.text("body")
    client.submit(draft, "form[action$='/send']")
    assert "付远山" not in client.page(f"/work/assignments/{the_only().id}").text("body")
