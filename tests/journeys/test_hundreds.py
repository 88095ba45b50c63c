"""A few or three hundred of everything: each page and each list of the interface asks the database as often, and stays a page."""

import pytest

from tests.api.programs import Program
from tests.journeys.hundreds import Crowd
from tests.journeys.pages import PAGES
from tests.support.page import Page
from tests.support.statements import counting

LISTS: dict[str, tuple[str, ...]] = {
    "manager": (
        "/today/all?of=fresh",
        "/today/all?of=offered",
        "/sales/list?sort=amount",
        "/sales/list?state=all",
        "/sales/column/prepare",
        "/customers?q=客户",
        "/customers/found?q=公司",
        "/work/goals?show=past",
        "/work/library?q=通知",
    ),
    "leader": (
        "/today/all?of=others",
        "/sales",
        "/sales/list",
        "/work/meetings",
        "/work/calendar?person=all&view=week",
    ),
    "supervisor": (
        "/team/things?person={contestant}",
        "/work/assignments/{assignment}/progress",
        "/work/calendar?person=all&view=day",
        "/customers/contacts",
        "/admin/people",
        "/admin/units",
        "/sales/list",
        "/work/goals",
    ),
    "auditor": ("/audit?q=陈", "/admin/absences", "/customers/looks"),
}
"""Lists that are no pages of their own, and pages as somebody else sees them, beside all of ``PAGES``."""
API = {
    "manager": ("/turns?mine=1", "/turns", "/opportunities", "/customers", "/people", "/teams", "/runs/{run}/events"),
    "supervisor": ("/turns", "/opportunities", "/customers", "/people", "/teams", "/work-items"),
}
MOST = 200
"""So many rows a list shows at once, at most."""
WHOLE = (
    "/sales/products", "/admin/units", "/admin/teams/{team}", "/work/figures", "/work/goals/{whole}", "/customers/{customer}",
)  # fmt: skip
"""What is read as one whole: a catalogue, the tree, a team, what adds up to a sum, whom one knows at a customer."""


def rows(page):
    """How many rows the longest table or list has."""
    lists = [*(len(table.css("tbody > tr")) for table in page.css("table")), len(page.css("[data-row]"))]
    return max(lists + [sum(child.tag == "li" for child in found.iter()) for found in page.css("ul, ol")])


def looks(app, crowd):
    """Everybody at every list and page: who, the address, how it is asked."""
    programs = {role: Program(app, crowd.who[role]) for role in API}
    for role in {*PAGES, *LISTS, *API}:
        client = app.test_client()
        if role:
            client.sign_in(crowd.who[role])
        for path in (*PAGES.get(role, ()), *LISTS.get(role, ())):
            yield role, path, client.get
        for path in API.get(role, ()):
            joined = f"{path}{'&' if '?' in path else '?'}limit=200"
            yield role, joined, lambda url, program=programs[role]: program.send("GET", url)


@pytest.mark.timeout(900)
def test_the_number_of_statements_and_the_length_of_a_page_do_not_follow_the_rows(app):
    crowd = Crowd()
    asked = list(looks(app, crowd))
    crowd.grow(2)
    few = {}
    for role, path, ask in asked:
        ask(path.format_map(crowd.numbers))
        with counting() as seen:
            answer = ask(path.format_map(crowd.numbers))
        assert answer.status_code == 200, (role, path, answer.status_code)
        few[role, path] = list(seen)
    crowd.grow(297)
    faults = []
    for role, path, ask in asked:
        with counting() as seen:
            answer = ask(path.format_map(crowd.numbers))
        assert answer.status_code == 200, (role, path, answer.status_code)
        # one fewer: what fills the first page now may need nothing that the few needed
        if len(seen) > len(few[role, path]):
            new = [statement for statement in seen if statement not in few[role, path]]
            faults.append(f"{role} {path}: {len(few[role, path])}, then {len(seen)} statements: {new}")
        if answer.mimetype == "text/html":
            long = rows(Page(answer))
            if long > MOST and not path.startswith(WHOLE):
                faults.append(f"{role} {path}: {long} rows")
            if len(answer.data) > MOST * 1500:
                faults.append(f"{role} {path}: {len(answer.data) // 1000} kB")
        else:
            assert answer.mimetype != "application/json" or len(answer.json["items"]) <= MOST
    assert faults == []
