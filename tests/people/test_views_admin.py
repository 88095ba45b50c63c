"""The administration: pages, their forms, what is refused, and how far each role sees."""

import io
import re
from datetime import timedelta

import pytest

from app.core import clock
from app.core.actor import SYSTEM
from app.core.database import session
from app.people import queries
from app.people.models import Grant, Person
from tests.factories import people as make

pytestmark = pytest.mark.usefixtures("database")

PAGES = (
    "/admin",
    "/admin/units",
    "/admin/units?day=2026-06-01&known=2026-08-01",
    "/admin/people",
    "/admin/people?q=li&state=all&role=leader",
    "/admin/teams",
    "/admin/teams?closed=1",
    "/admin/grants",
    "/admin/grants?ended=1",
    "/admin/grants/permissions",
    "/admin/absences",
    "/admin/absences?past=1",
    "/me",
    "/me/password",
)


@pytest.fixture
def house():
    """A small institution: root, branch, two outlets, everybody who administers, a team."""
    root = make.root()
    branch = make.create_unit("南京分行", parent=root, level="sub_branch")
    outlet = make.create_unit("新街口支行", parent=branch, level="outlet")
    other = make.create_unit("鼓楼支行", parent=root, level="outlet")
    found = {"root": root, "branch": branch, "outlet": outlet, "other": other}
    for role in ("sysadmin", "secadmin", "auditor", "hr"):
        found[role] = make.create_person(role, username=role, role=role)
    found["supervisor"] = make.create_person("曾国强", unit=branch, role="supervisor")
    found["manager"] = make.create_person("李晓梅", unit=outlet)
    found["colleague"] = make.create_person("王建国", unit=outlet)
    found["far"] = make.create_person("远方", unit=other)
    found["team"] = make.create_team("医院客户小组", unit=branch, relationship=found["manager"])
    return found


@pytest.mark.parametrize("role", ["sysadmin", "secadmin", "auditor", "hr", "supervisor"])
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_every_page_opens_for_those_who_administer(client, house, role: str, locale: str) -> None:
    house[role].locale = locale
    client.sign_in(house[role])
    for path in (
        *PAGES,
        f"/admin/units/{house['outlet'].id}",
        f"/admin/people/{house['manager'].id}",
        f"/admin/teams/{house['team'].id}",
    ):
        client.page(path)


@pytest.mark.parametrize("path", ["/admin/calendar", "/admin/calendar?year=2031", "/admin/vocabulary", "/admin/import"])
def test_pages_of_the_system_administrator(client, house, path: str) -> None:
    client.sign_in(house["sysadmin"])
    client.page(path)


def test_staff_see_no_administration(client, house) -> None:
    client.sign_in(house["manager"])
    for path in PAGES[:5]:
        client.page(path, status=403)
    client.page("/me")


def test_outside_the_reach_is_not_there(client, house) -> None:
    client.sign_in(house["supervisor"])
    client.page(f"/admin/people/{house['manager'].id}")
    client.page(f"/admin/people/{house['far'].id}", status=404)
    client.page(f"/admin/units/{house['other'].id}", status=404)
    client.page(f"/admin/units/{house['root'].id}", status=404)
    listed = client.page("/admin/people?q=远方")
    assert "没有找到人员" in listed.text()
    for path in ("/admin/people/999999999", f"/admin/people/{2**63}", f"/admin/units/{10**30}", "/admin/teams/0"):
        assert client.get(path).status_code in (404, 422)


def test_a_unit_is_made_moved_and_closed(client, house) -> None:
    client.sign_in(house["hr"])
    page = client.page(f"/admin/units/new?parent={house['branch'].id}")
    made = client.submit(page, "main form.q-form", name="江宁支行", code="NJ-9", level="outlet")
    unit = queries.unit_by_code("NJ-9")
    assert "江宁支行" in made.text()
    page = client.page(f"/admin/units/{unit}")
    moved = client.submit(page, f"form[action='/admin/units/{unit}/move']", parent_id=str(house["root"].id))
    assert "此前日期的报表不变" in moved.text()
    assert queries.parents()[unit] == house["root"].id
    stale = client.submit(page, f"form[action='/admin/units/{unit}/rename']", status=409, name="旧版本")
    assert stale.text()
    page = client.page(f"/admin/units/{unit}")
    closed = client.submit(page, f"form[action='/admin/units/{unit}/close']")
    assert "已撤销" in closed.text()


@pytest.mark.parametrize(
    "typed",
    [
        {"name": ""},
        {"code": "U 1"},
        {"code": "x" * 100_000},
        {"name": "a\x00b"},
        {"level": "moon"},
        {"parent_id": "999999"},
        {"parent_id": "x"},
        {"parent_id": str(10**30)},
        {"day": "yesterday"},
        {"day": "0001-01-01"},
        {"day": "9999-12-31"},
    ],
)
def test_bad_units_are_refused_at_the_field(client, house, typed: dict[str, str]) -> None:
    client.sign_in(house["hr"])
    given = {"name": "新", "code": "N-1", "level": "outlet", "parent_id": str(house["root"].id), "day": "", **typed}
    page = client.send("/admin/units/new", given, status=422)
    assert page.css(".q-error")
    assert queries.unit_by_code("N-1") is None


def test_a_person_is_made_and_comes_in_with_a_one_time_password(client, app, house) -> None:
    client.sign_in(house["sysadmin"])
    page = client.page("/admin/people/new")
    client.submit(
        page,
        "main form.q-form",
        name="赵敏",
        username="zhaomin",
        unit_id=str(house["outlet"].id),
        post="customer_manager",
        grade="junior",
    )
    person = queries.person_by_username("zhaomin")
    answer = client.post(f"/admin/people/{person}/reset")
    assert answer.headers["Cache-Control"] == "no-store"
    secret = re.search(r'<code id="secret">([^<]+)</code>', answer.text)[1]
    assert secret not in client.get(f"/admin/people/{person}").text
    newcomer = app.test_client()
    assert newcomer.post("/login", data={"username": "zhaomin", "password": secret}).status_code == 303


@pytest.mark.parametrize(
    "typed",
    [{"username": "X Y"}, {"username": "sysadmin"}, {"name": ""}, {"unit_id": "77777"}, {"post": "x"}, {"email": "x"},
     {"hired_on": "32.13."}, {"staff_number": "😀"}, {"name": "x" * 100_000}],
)  # fmt: skip
def test_bad_persons_are_refused_at_the_field(client, house, typed: dict[str, str]) -> None:
    client.sign_in(house["sysadmin"])
    given = {
        "name": "新",
        "username": "newone",
        "unit_id": str(house["outlet"].id),
        "post": "teller",
        "grade": "",
        **typed,
    }
    page = client.send("/admin/people/new", given, status=422)
    assert page.css(".q-error")
    assert queries.person_by_username("newone") is None


def test_editing_posting_and_leaving(client, house) -> None:
    person = house["manager"].id
    client.sign_in(house["sysadmin"])
    page = client.page(f"/admin/people/{person}/edit")
    client.submit(page, "main form.q-form", name="李晓玫")
    client.submit(page, "main form.q-form", status=409, name="慢了一步")
    page = client.page(f"/admin/people/{person}")
    client.submit(
        page, f"form[action='/admin/people/{person}/posting']", unit_id=str(house["other"].id), grade="senior"
    )
    assert queries.person_for(SYSTEM, person).unit_id == house["other"].id
    page = client.page(f"/admin/people/{person}")
    client.submit(page, f"form[action='/admin/people/{person}/leave']", successor_id="")
    assert session.get_one(Person, person, populate_existing=True).state == "left"


def test_the_security_administrator_grants_and_withdraws(client, house) -> None:
    person = house["colleague"].id
    client.sign_in(house["secadmin"])
    page = client.page(f"/admin/people/{person}")
    last = clock.today() + timedelta(days=30)
    client.submit(
        page,
        f"form[action='/admin/people/{person}/grants']",
        role="supervisor",
        unit_id=str(house["outlet"].id),
        last=last.isoformat(),
        reason="代理一个月",
    )
    grant = session.query(Grant).filter_by(person_id=person).one()
    assert grant.valid_to == last + timedelta(days=1)
    page = client.page("/admin/grants")
    assert "代理一个月" in page.text()
    client.send(f"/admin/grants/{grant.id}/revoke")
    assert "supervisor" not in make.actor(person).roles
    own = session.query(Grant).filter_by(person_id=house["secadmin"].id).one()
    client.send(f"/admin/grants/{own.id}/revoke", status=403)
    last_one = session.query(Grant).filter_by(person_id=house["auditor"].id).one()
    client.send(f"/admin/grants/{last_one.id}/revoke", status=409)
    refused = client.send(
        f"/admin/people/{house['sysadmin'].id}/grants",
        {"role": "auditor", "unit_id": house["root"].id, "day": clock.today().isoformat()},
        status=422,
    )
    assert "互斥" in refused.text()


@pytest.mark.parametrize("role", ["sysadmin", "auditor", "hr", "supervisor", "manager"])
def test_nobody_else_grants(client, house, role: str) -> None:
    client.sign_in(house[role])
    data = {"role": "hr", "unit_id": house["root"].id, "day": "2026-01-01"}
    assert client.post(f"/admin/people/{house['colleague'].id}/grants", data=data).status_code == 403
    assert client.post(f"/admin/people/{house[role].id}/grants", data=data).status_code == 403


def test_what_the_administrators_may_not_do_to_one_another(client, house) -> None:
    client.sign_in(house["sysadmin"])
    before = session.get_one(Person, house["secadmin"].id).password_hash
    client.post(f"/admin/people/{house['secadmin'].id}/reset")  # only asks: see test_operations_resets
    assert client.post(f"/admin/people/{house['secadmin'].id}/reset/confirm").status_code == 403
    assert session.get_one(Person, house["secadmin"].id).password_hash == before
    assert client.post(f"/admin/people/{house['secadmin'].id}/lock").status_code == 409
    assert client.post(f"/admin/people/{house['sysadmin'].id}/lock").status_code == 403
    client.sign_out()
    client.sign_in(house["hr"])
    assert client.post(f"/admin/people/{house['manager'].id}/reset").status_code == 403


def test_a_team_is_formed_and_its_roles_given(client, house) -> None:
    client.sign_in(house["supervisor"])
    page = client.page("/admin/teams/new")
    client.submit(page, "main form.q-form", name="学校小组", unit_id=str(house["outlet"].id), industry="school")
    team = queries.teams_page(make.actor(house["supervisor"]), q="学校").items[0].id
    page = client.page(f"/admin/teams/{team}")
    form = f"form[action='/admin/teams/{team}/members']"
    done = client.submit(page, form, person_id=str(house["colleague"].id), role="leader")
    assert "王建国" in done.text()
    again = client.submit(page, form, status=422, person_id=str(house["colleague"].id), role="leader")
    assert again.css(".q-error")
    assert client.post(f"/admin/teams/{team}/members", data={"person_id": house["supervisor"].id}).status_code == 422
    client.send(f"/admin/teams/{team}/members/{house['colleague'].id}/leader/leave")
    client.send(f"/admin/teams/{team}/members/{house['colleague'].id}/leader/leave", status=404)
    client.send(f"/admin/teams/{team}/close")
    assert queries.team_for(SYSTEM, team).closed_on == clock.today()


def test_an_absence_of_ones_own_and_of_somebody_who_fell_ill(client, house) -> None:
    day = clock.today().isoformat()
    client.sign_in(house["manager"])
    page = client.page("/me")
    form = "form[action='/me/absences']"
    done = client.submit(page, form, deputy_id=str(house["colleague"].id), reason="培训")
    assert "王建国" in done.text()
    twice = client.submit(page, form, status=422, deputy_id=str(house["colleague"].id))
    assert twice.css("#field-absence-first .q-error")
    absence = queries.absences_of(house["manager"].id)[0].id
    client.send(f"/me/absences/{absence}/end")
    client.send(f"/me/absences/{absence}/end", status=404)
    client.sign_out()
    client.sign_in(house["supervisor"])
    client.page("/admin/absences/new?q=wangjianguo")
    url = f"/admin/absences/new?person={house['colleague'].id}"
    client.page(url)
    client.send(url, {"first": day, "last": day, "deputy_id": house["manager"].id})
    assert "外出中" in client.page("/admin/absences").text()
    assert client.get(f"/admin/absences/new?person={house['far'].id}").status_code == 404
    client.send(f"/admin/absences/{queries.absences_of(house['colleague'].id)[0].id}/end")


def test_a_day_of_the_calendar(client, house) -> None:
    client.sign_in(house["sysadmin"])
    page = client.page("/admin/calendar?year=2026")
    client.submit(page, "main form.q-form", day="2026-12-31", working="0", note="年终决算")
    assert "年终决算" in client.page("/admin/calendar?year=2026").text()
    for typed in ({"day": "x"}, {"day": "1990-01-01"}, {"day": "2099-01-01"}, {"working": "7"}):
        client.send("/admin/calendar", {"day": "2026-12-30", "working": "1", "note": "", **typed}, status=422)
    client.sign_out()
    client.sign_in(house["supervisor"])
    assert client.post("/admin/calendar", data={"day": "2026-12-31", "working": "0"}).status_code == 403


def test_words_are_renamed_added_and_retired(client, house) -> None:
    client.sign_in(house["sysadmin"])
    client.send("/admin/vocabulary/term", {"kind": "level", "key": "outlet", "zh": "营业网点", "en": "Branch office"})
    assert "营业网点" in client.page("/admin/units").text()
    client.send("/admin/vocabulary/term", {"kind": "post", "key": "counsel", "zh": "法律顾问", "en": "Counsel"})
    assert "法律顾问" in client.page("/admin/people/new").text()
    taken = {"kind": "level", "key": "outlet", "zh": "网点", "en": "Outlet", "retired": "y"}
    client.send("/admin/vocabulary/term", taken, status=422)
    client.send("/admin/vocabulary/term", {"kind": "x", "key": "k", "zh": "", "en": ""}, status=422)
    client.send("/admin/vocabulary/kind", {"kind": "securities"}, status=422)
    client.send("/admin/vocabulary/kind", {"kind": "telecom"})
    assert queries.institution().kind == "telecom"
    client.page("/admin/vocabulary?kind=post&key=counsel")


def test_an_import_is_looked_at_first(client, house) -> None:
    client.sign_in(house["sysadmin"])
    code = session.get_one(type(house["outlet"]), house["outlet"].id).code
    table = f"姓名,登录名,机构代码,岗位\n导入甲,daorujia,{code},客户经理\n导入乙,x y,{code},客户经理\n"
    data = {"kind": "people", "file": (io.BytesIO(table.encode()), "people.csv")}
    page = client.send("/admin/import", data, content_type="multipart/form-data")
    assert "有 1 行不能导入" in page.text()
    assert queries.person_by_username("daorujia") is None
    done = client.submit(page, "form[action='/admin/import/run']")
    assert "导入甲" in done.text()
    assert queries.person_by_username("daorujia") is not None
    for forged in ({"file_id": "999"}, {"file_id": "x"}, {"kind": "x"}):
        client.send("/admin/import/run", {"kind": "people", "file_id": "1", **forged}, status=404)
    bad = {"kind": "people", "file": (io.BytesIO(b"\x00\x01"), "x.xlsx")}
    client.send("/admin/import", bad, status=422, content_type="multipart/form-data")
    client.send("/admin/import", {"kind": "people"}, status=422)
    assert client.get("/admin/import/template/people").status_code == 200
    client.page("/admin/import/template/x", status=404)


def test_ones_own_settings_and_keys(client, house) -> None:
    client.sign_in(house["manager"])
    page = client.page("/me")
    done = client.submit(page, "form[action='/me']", locale="en", theme="dark", email="li@bank.cn")
    assert "Settings" in done.text()
    stale = client.submit(page, "form[action='/me']", status=409, locale="zh")
    assert stale.status == 409
    client.send("/me", {"locale": "xx", "theme": "pink", "email": "no"}, status=422)
    answer = client.post("/me/tokens", data={"name": "reports"})
    assert answer.headers["Cache-Control"] == "no-store"
    secret = re.search(r"qiao_[\w-]{43}", answer.text)[0]
    assert queries.person_for_token(secret).person_id == house["manager"].id
    assert secret not in client.get("/me").text
    token = queries.tokens_of(house["manager"].id)[0].id
    client.send(f"/me/tokens/{token}/revoke")
    client.send(f"/me/tokens/{2**40}/revoke", status=404)
    client.send("/me/tokens", {"name": ""}, status=422)


def test_the_checklist_of_an_empty_institution(client) -> None:
    client.sign_in(make.create_person(role="sysadmin"))
    page = client.page("/admin")
    before = len(page.css(".q-task-done"))
    unit = make.create_unit(parent=make.root())
    make.create_team(unit=unit, leader=make.create_person(unit=unit, role="supervisor"))
    assert len(client.page("/admin").css(".q-task-done")) == before + 4


def test_statements_of_the_pages_do_not_grow(client, house, statements) -> None:
    client.sign_in(house["sysadmin"])
    paths = ("/admin", "/admin/units", "/admin/people", "/admin/teams", "/admin/grants", "/admin/absences", "/me",
             f"/admin/people/{house['manager'].id}", f"/admin/units/{house['branch'].id}", f"/admin/teams/{house['team'].id}")  # fmt: skip
    for path in paths:
        client.get(path)
    seen = []
    for rounds in (0, 25):
        for _ in range(rounds):
            unit = make.create_unit(parent=house["branch"], level="outlet")
            a, b = make.create_person(unit=unit, role="supervisor"), make.create_person(unit=unit)
            make.create_team(unit=unit, leader=a, relationship=b)
            make.join(house["team"], b, "support")
            make.create_absence(a, b)
        session.commit()
        counts = {}
        for path in paths:
            with statements() as count:
                assert client.get(path).status_code == 200
            counts[path] = count.count
        seen.append(counts)
    assert seen[0] == seen[1]
    assert max(seen[0].values()) <= 30


def test_dates_in_the_address_are_checked(client, house) -> None:
    client.sign_in(house["hr"])
    for query in ("day=x", "day=0001-01-01", "day=2026-13-01", "known=%00", "day=" + "9" * 5000):
        assert client.get(f"/admin/units?{query}").status_code == 422
    for query in (
        "unit=x",
        "unit=99999999999999999999",
        "cursor=x",
        "state=zzz",
        "q=%00",
        "q=" + "李" * 1000,
        "q=*%22'(",
    ):
        assert client.get(f"/admin/people?{query}").status_code in (200, 422)
