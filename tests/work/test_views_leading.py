"""Who may lead what was sent, and what the pages of assignments and items say to whom."""

from datetime import timedelta

import pytest

from app.core import clock
from app.core.database import session
from tests.factories import people, work
from tests.factories.workflow import turn


@pytest.fixture
def office(app):
    made = work.create_office()
    session.commit()
    return made


@pytest.fixture
def hr(office):
    return people.create_person("人事专员", unit=people.root(), role="hr")


def test_hr_leads_only_what_hr_has_sent(client, office, hr):
    made = work.assign(office)
    item = work.item_of(made, office.staff[0])
    session.commit()
    client.sign_in(hr)
    assert made.title not in client.page("/work/assigned").text("main")
    client.page(f"/work/assignments/{made.id}", status=404)
    client.page(f"/work/items/{item.id}", status=404)
    form = client.page("/work/assign")
    typed = client.submit(form, "form[action='/work/assign']", title="填培训表", names=office.staff[0].name)
    sent = client.submit(typed, "form[action$='/send']")
    assert sent.css("#items button[value=extend]")
    client.page(sent.css("#items .q-main-cell a")[0].attributes["href"])


def test_hr_may_not_act_on_what_others_have_sent(client, office, hr):
    made = work.assign(office)
    item = work.item_of(made, office.staff[0])
    session.commit()
    client.sign_in(hr)
    client.page("/work/assigned")
    client.send(f"/work/assignments/{made.id}/items", {"items": str(item.id), "act": "nudge"}, status=404)
    client.send(f"/work/assignments/{made.id}/close", {"version": "1"}, status=404)


def test_who_is_away_is_said_before_it_is_sent_and_where_it_is_handed_on(client, office):
    first, second, _third = office.staff
    people.create_absence(first, second)
    session.commit()
    client.sign_in(office.head)
    form = client.page("/work/assign")
    draft = client.submit(form, "form[action='/work/assign']", title="x", names=f"{first.name}、{second.name}")
    assert f"由{second.name}代理" in draft.text("#people")
    sent = client.submit(draft, "form[action$='/send']")
    assert f"由{second.name}代理" in sent.text("select[name=to]")
    item = client.page(sent.css("#items .q-main-cell a")[1].attributes["href"])
    assert f"由{second.name}代理" in item.text("form[action$='/hand']")


def test_the_reason_says_when_it_is_needed_and_a_reminder_what_it_did(client, office):
    made = work.assign(office)
    session.commit()
    client.sign_in(office.head)
    page = client.page(f"/work/assignments/{made.id}")
    assert "延期、转派、结束时必填" in page.text("#field-reason")
    assert "选填" not in page.text("#field-reason")
    ids = [str(work.item_of(made, person).id) for person in office.staff[:2]]
    said = client.submit(page, "#items", items=ids, act="nudge", until=None, to=None)
    assert "已催办 2 人" in said.text("body")


def test_who_does_not_do_it_reads_whom_it_waits_for(client, office):
    made = work.assign(office, office.ids[0], due_on=clock.today() + timedelta(days=3))
    item = work.item_of(made, office.ids[0])
    client.sign_in(office.head)
    page = client.page(f"/work/items/{item.id}")
    assert f"等待{office.staff[0].name}" in page.text("#step-form") and "到期" in page.text("#step-form")
    assert not page.css("#step-form .q-missing") and not page.css("#step-form [name^='fields.']")
    client.sign_out()
    client.sign_in(office.staff[0])
    assert client.page(f"/work/items/{item.id}").css("#step-form button[name=outcome]")


def test_what_is_handed_in_shows_its_day(client, office):
    day = clock.today() + timedelta(days=3)
    made = work.assign(office, office.ids[0], due_on=day)
    work.hand_in(office.ids[0], work.item_of(made, office.ids[0]))
    client.sign_in(office.head)
    cell = client.page(f"/work/assignments/{made.id}").text("#items time.q-due")
    assert cell.strip().endswith(f"{day:%m-%d}")


def test_who_is_named_and_cannot_see_it_is_told_to_the_writer(client, office):
    made = work.assign(office, office.ids[0])
    item = work.item_of(made, office.ids[0])
    client.sign_in(office.staff[0])
    page = client.page(f"/work/items/{item.id}")
    hint = page.text("#comments .q-help")
    assert office.head.name in hint and office.staff[0].name not in hint
    said = client.submit(page, "form[action$='/comment']", comment=f"@{office.staff[1].name} @{office.head.name} 请看")
    assert f"{office.staff[1].name}看不到此事，未通知" in said.text("body")
    assert f"{office.head.name}看不到" not in said.text("body")


def test_a_part_of_a_name_or_its_pinyin_will_do_when_one_person_is_meant(client, office):
    people.create_person("欧阳晓晨", unit=office.unit)
    people.create_person("慕容明月", unit=office.unit)
    people.create_person("慕容明阳", unit=office.unit)
    session.commit()
    client.sign_in(office.head)
    form = client.page("/work/assign")
    assert not form.css(".q-audience > details[open]")
    for typed in ("ouyangxiaochen", "oyxc", "晓晨"):
        draft = client.submit(form, "form[action='/work/assign']", title="x", names=typed, submission=typed)
        assert "欧阳晓晨" in draft.text("#people"), typed
    refused = client.submit(form, "form[action='/work/assign']", status=422, title="x", names="慕容", submission="y")
    assert "慕容明月" in refused.text("#field-names .q-error") and "慕容明阳" in refused.text("#field-names .q-error")


def test_a_character_that_cannot_be_stored_is_told_at_the_names(client, office):
    client.sign_in(office.head)
    form = client.page("/work/assign")
    answer = client.submit(
        form, "form[action='/work/assign']", status=422, title="x", names=f"{office.staff[0].name}\x00"
    )
    assert answer.css("#field-names .q-error")


def test_nothing_is_said_to_be_ready_where_nothing_is_asked(client, office):
    made = work.assign(office, office.ids[0])
    work.hand_in(office.ids[0], work.item_of(made, office.ids[0]))
    assert turn(work.item_of(made, office.ids[0]).run_id).assignee_id == office.head.id
    office.head.locale = "en"
    session.commit()
    client.sign_in(office.head)
    row = client.page("/work").text("#now")
    assert "Ready to hand in" not in row and "Review · Review" not in row and "Review" in row


def test_on_any_step_the_writer_is_told_who_was_not(client, office):
    made = work.assign(office, office.ids[0])
    step = turn(work.item_of(made, office.ids[0]).run_id)
    client.sign_in(office.staff[0])
    client.page(f"/turns/{step.id}")
    said = client.send(
        f"/turns/{step.id}/comment", {"comment": f"@{office.staff[1].name} 请看", "version": str(step.version)}
    )
    assert f"{office.staff[1].name}看不到此事，未通知" in said.text("body")
