"""The whole sale, carried by four people through the pages alone: find the customer, eight stages, won."""

import pytest

from app.core.database import session
from app.sales.models import Opportunity
from app.workflow.models import Run
from tests.factories import people, sales


@pytest.fixture
def bank(database, frozen_clock):
    return sales.create_bank()


def filled(page):
    """What a person types who fills in everything that the step's form asks for, by what stands on the page."""
    typed: dict[str, object] = {}
    for field in page.css("#step-form [name^='fields.']"):
        name = field.attributes["name"]
        row = name.split(".")[2:3]
        if row and row[0] != "0":
            continue
        if field.attributes.get("value") or (field.tag == "textarea" and field.text().strip()):
            continue
        if field.tag == "select":
            chosen = [o.attributes["value"] for o in field.css("option") if o.attributes.get("value")]
            typed[name] = chosen[0]
        elif field.attributes.get("type") == "date":
            typed[name] = "2026-11-18"
        elif "q-input-num" in (field.attributes.get("class") or ""):
            typed[name] = "3,000,000.00"
        else:
            typed[name] = "写清楚了"
    typed["checklist"] = [box.attributes["value"] for box in page.css("#step-form input[name=checklist]")]
    for piece in page.css("#step-form fieldset.q-evidence[data-required]"):
        typed[f"text.{piece.attributes['data-key']}"] = "材料说明"
    return typed


def test_four_people_carry_a_sale_from_the_customer_to_the_review(bank, app):
    sales.create_customer(bank, "宏远建材有限公司")
    session.commit()
    hands = {
        person.id: app.test_client().sign_in(person)
        for person in (bank.manager, bank.business, bank.leader, bank.support)
    }
    manager = hands[bank.manager.id]
    found = manager.page("/sales/opportunities/new?q=宏远")
    form = manager.page(found.links["宏远建材有限公司"])
    page = manager.submit(form, "form[data-once]", title="续贷不过桥", amount="3000000")
    opportunity = session.query(Opportunity).one()
    url = f"/sales/opportunities/{opportunity.id}"

    done, doers = [], set()
    while True:
        session.expire_all()
        run = session.get_one(Run, opportunity.run_id)
        if run.state != "open":
            break
        step, assignee = run.step, run.assignee_id
        assert assignee in hands, f"{step} waits for nobody of the four"
        hand = hands[assignee]
        page = hand.page(url)
        first = page.css("#step-form button[name=outcome]")[0].attributes["value"]
        page = hand.submit(page, "#step-form", data={**filled(page), "outcome": first})
        assert page.css(".q-track"), "after acting one is on the opportunity again, with the next step there"
        done.append(step)
        doers.add(assignee)
        assert len(done) < 20, done

    assert run.end == "won" and run.state == "success"
    assert doers == set(hands)
    assert done == [
        "prepare", "plan_visit", "visit", "survey", "design", "discuss", "objections", "terms", "decide", "sign",
        "service_plan", "follow_up", "review",
    ]  # fmt: skip
    page = manager.page(url)
    assert "成交" in page.text(".q-notice") and not page.css("#step-form")
    for told in ("签约", "回访与增值服务", "拜访", "聚合收单"):
        assert told in page.text("main")
    assert len(page.css(".q-track-done")) == 8
    assert "续贷不过桥" in manager.page("/sales/list?state=success").text("main")
    assert "续贷不过桥" not in manager.page("/sales").text("main")


def test_an_absent_managers_deputy_carries_it_on_in_their_name(bank, app):
    opportunity = sales.create_opportunity(bank)
    people.create_absence(bank.manager, bank.support)
    session.commit()
    deputy = app.test_client().sign_in(bank.support)
    page = deputy.page(f"/sales/opportunities/{opportunity.id}")
    assert "代" in page.text("#step-form .q-notice") and "陈经理" in page.text("#step-form .q-notice")
    page = deputy.submit(page, "#step-form", data={**filled(page), "outcome": "done"})
    assert session.get_one(Run, opportunity.run_id).step == "plan_visit"
    assert "刘辅助" in page.text(".q-timeline") and "陈经理" in page.text(".q-timeline")
