"""Pages of goals: setting, dividing, entering, evaluating, and the day page's part."""

from io import BytesIO

import pytest

from app.people.rules.audiences import of_persons
from app.work import operations as work_operations
from app.work.operations import goals as operations
from tests.factories import customers, people, work
from tests.factories import goals as factory
from tests.factories import sales as sales_factory


@pytest.fixture
def bank(app, frozen_clock):
    return sales_factory.create_bank()


@pytest.fixture
def head(bank):
    return people.create_person("总行领导", unit=people.root(), post="branch_manager", role="supervisor")


def test_a_goal_is_set_in_the_browser_and_agreed(client, bank):
    client.sign_in(bank.supervisor)
    form = client.page("/work/goals/new")
    assert "07-01" in form.text("#field-period .q-help") and "09-01" in form.text("#field-period .q-help")
    page = client.submit(
        form, title="走访商户", owner=f"person-{bank.manager.id}", measure="customers.visits_made", target="40",
        period="quarter",
    )  # fmt: skip
    assert "走访商户" in page.text("h1")
    client.sign_out()
    client.sign_in(bank.manager)
    mine = client.page("/work/goals?mine=1")
    assert "走访商户" in mine.text("main")
    assert "未生效" in mine.text("main table") and "落后" not in mine.text("main table")
    goal = client.page(mine.css("main td a")[0].attributes["href"])
    assert "未生效" in goal.text("main") and not goal.css(".q-tone-bad")
    done = client.submit(goal, "form.q-step", outcome="accept")
    assert "未生效" not in done.text("main")
    expected = done.css(".q-figures .q-figure-value")[1].text()
    assert expected.isdigit(), "forty visits are expected in whole visits"
    assert done.css("[aria-current=step]")[0].text().strip().startswith(("2", "执行"))


def test_bad_figures_are_told_at_their_fields(client, bank):
    client.sign_in(bank.supervisor)
    form = client.page("/work/goals/new")
    for typed, field in (
        ({"target": "x"}, "target"),
        ({"owner": "person-999999"}, "owner"),
        ({"measure": "", "counted_in": ""}, "counted_in"),
        ({"period": "free", "ends_on": "2020-01-01"}, "ends_on"),
    ):
        sent = {
            "title": "走访", "owner": f"team-{bank.team.id}", "measure": "sales.won", "target": "4", "period": "month", **typed,
        }  # fmt: skip
        page = client.submit(form, status=422, **sent)
        assert page.css(f"#field-{field} .q-error"), typed
        assert page.form("main form")["title"] == "走访"


def test_a_refused_agreement_stays_on_the_goals_page(client, bank):
    goal = factory.set_goal(bank)
    client.sign_in(bank.manager)
    page = client.page(f"/work/goals/{goal.id}")
    again = client.submit(page, "form.q-step", status=422, outcome="propose", reason="Too many")
    assert goal.title in again.text("h1")
    proposed = client.submit(page, "form.q-step", outcome="propose", reason="太多", data={"fields.proposed": "30"})
    assert proposed.status == 200
    client.sign_out()
    shown = client.sign_in(bank.supervisor).page(f"/work/goals/{goal.id}")
    assert "30" in shown.text(".q-notice")
    client.submit(shown, "form.q-step", outcome="take")
    assert operations.reading.goal_row(people.actor(bank.supervisor), goal.id).goal.target == 30


def test_the_table_of_parts_says_what_is_missing(client, bank, head):
    goal = factory.set_goal(bank, by=head, level="unit", target="100")
    client.sign_in(bank.supervisor)
    address = f"/work/goals/{goal.id}/parts"
    page = client.page(address)
    team, person = f"team-{bank.team.id}", f"person-{bank.team.id}-{bank.manager.id}"
    checked = client.submit(page, f"form[action='{address}']", data={team: "90", person: "10"}, act="check")
    assert "10" in checked.text(".q-notice") and "80" in checked.text("main")
    evenly = client.submit(page, f"form[action='{address}']", act="evenly")
    rows = evenly.form(f"form[action='{address}']")
    assert sum(int(rows[k] or 0) for k in rows if not k.startswith("person-" + str(bank.team.id)) and "-" in k) == 100
    wrong = client.submit(page, f"form[action='{address}']", status=422, data={team: "1.234"}, act="hand_out")
    assert wrong.css(f"#{team}-error")
    done = client.submit(evenly, f"form[action='{address}']", act="hand_out")
    assert done.css("#parts tbody tr")
    client.sign_out()
    client.sign_in(bank.manager)
    assert client.get(address).status_code == 403
    assert client.get(f"/work/goals/{goal.id}").status_code == 200  # one's own unit's goal is known to all


def test_only_who_is_in_charge_changes_or_drops_what_others_have_set(client, bank):
    goal = factory.set_goal(bank)
    address = f"/work/goals/{goal.id}"
    hr = people.create_person("人事专员", post="hr_officer", role="hr")
    page = client.sign_in(hr).page(address)
    assert not page.css(f"a[href='{address}/edit']") and not page.css("form[action$='/drop']")
    client.page(f"{address}/edit", status=403)
    client.sign_out()
    page = client.sign_in(bank.supervisor).page(address)
    assert page.css(f"a[href='{address}/edit']") and page.css("form[action$='/drop']")


def test_what_is_kept_by_hand_is_entered_with_a_file(client, bank):
    goal = factory.set_goal(bank, measure=None, counted_in="户", target="10")
    factory.complete(goal, bank.manager, "accept")
    client.sign_in(bank.manager)
    page = client.page(f"/work/goals/{goal.id}")
    sent = {**page.form("#enter"), "amount": "3", "note": "三户", "file": (BytesIO("名单".encode()), "名单.txt")}
    shown = client.send(f"/work/goals/{goal.id}/entries", sent)
    link = shown.css("#entries a.q-file")[0].attributes["href"]
    with client.get(link) as answer:
        assert answer.status_code == 200
    wrong = client.submit(page, "#enter", status=422, amount="0", note="零", data={"file": None, "submission": "b"})
    assert wrong.css("#field-amount .q-error")
    client.submit(shown, "form[action$='/withdraw']")
    other = people.create_person(unit=bank.unit)
    client.sign_out()
    client.sign_in(other)
    assert client.get(link).status_code == 404


def test_my_goals_stand_on_the_day_page_with_this_weeks_figure(client, bank):
    goal = factory.set_goal(bank)
    customers.create_visit(bank.manager, sales_factory.create_customer(bank))
    page = client.sign_in(bank.manager).page("/today")
    assert goal.title in page.text("#goals") and "1" in page.text("#goals")


def test_work_towards_a_goal_is_not_a_stalled_case(client, bank, frozen_clock):
    goal = factory.set_goal(bank)
    factory.complete(goal, bank.manager, "accept")
    frozen_clock.move(days=15)
    assert goal.title not in client.sign_in(bank.supervisor).page("/team?show=stalled").text("main")


@pytest.mark.parametrize("page", ["/work/goals", "/work/goals/{goal}", "/work/goals/{goal}/parts", "/today"])
def test_the_number_of_statements_does_not_grow(client, bank, head, statements, page):
    whole = factory.set_goal(bank, by=head, level="team", target="1000")
    client.sign_in(bank.leader if page != "/today" else bank.manager)
    counts = []
    for number in (3, 30):
        for n in range(number):
            person = people.create_person(unit=bank.unit, team=bank.team, role="relationship")
            factory.set_goal(bank, by=head, owner_id=person.id, parent_id=whole.id, target="10")
            factory.set_goal(bank, target=str(n + 1), measure="sales.won")
        address = page.format(goal=whole.id)
        client.page(address)
        with statements() as seen:
            client.page(address)
        counts.append(seen.count)
    assert counts[0] == counts[1]


def test_a_part_that_is_a_colleagues_own_goal_stands_by_name_alone(client, bank, head):
    whole = factory.set_goal(bank, by=head, level="team", target="100")
    part = factory.set_goal(bank, by=head, level="person", target="47", parent_id=whole.id)
    for who, reads in ((bank.manager, True), (bank.supervisor, True), (bank.support, False)):
        page = client.sign_in(who).page(f"/work/goals/{whole.id}")
        row = page.text("#parts tbody tr")
        assert bank.manager.name in row
        assert ("47" in row) is (f"/work/goals/{part.id}" in page.links.values()) is reads
        assert client.get(f"/work/goals/{part.id}").status_code == (200 if reads else 404)
        client.sign_out()


@pytest.mark.parametrize(("measure", "seen_by_team"), [("customers.visits_made", True), ("work.items_done", False)])
def test_a_figure_leads_to_the_records_where_the_reader_may_open_them(client, bank, head, measure, seen_by_team):
    wide = factory.set_goal(bank, by=head, level="unit", measure=measure)
    goal = factory.set_goal(bank, by=head, level="team", measure=measure, parent_id=wide.id)
    customers.create_visit(bank.manager, sales_factory.create_customer(bank))
    made = work_operations.assign(people.actor(bank.leader), work.TASK, "回访", rule=of_persons([bank.manager.id]))
    work.hand_in(bank.manager, work.item_of(made, bank.manager))
    work.act(bank.leader, work.item_of(made, bank.manager), "accept")
    officer = people.create_person("人事专员", post="hr_officer", role="hr")
    readers = ((bank.supervisor, True), (bank.leader, True), (bank.support, seen_by_team), (officer, not seen_by_team))
    for who, leads in readers:
        client.sign_in(who)
        page = client.page(f"/work/goals/{goal.id}")
        assert bank.manager.name in page.text("#brought")
        ways = [link.attributes["href"] for link in page.css("#brought a[href]")]
        assert bool(ways) is leads, who.name
        for way in [*ways, *(link.attributes["href"] for link in page.css("a[href^='/work/goals/']"))]:
            assert client.get(way).status_code == 200, (who.name, way)
        client.sign_out()
    page = client.sign_in(officer).page("/work/figures/activity")
    assert bank.manager.name in page.text("main") and not page.css("main td a[href^='/customers']")
