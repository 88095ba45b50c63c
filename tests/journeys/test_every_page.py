"""What holds on every page for everybody who opens it, in both languages, light and dark, on a desk and on a phone."""

import re

import pytest
from flask import Flask

from tests.journeys.pages import PAGES, PARTS, marks

# a group of its own: its institution is another worker's, so that it does not wait for the journeys
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pages"), pytest.mark.timeout(900)]

DESK, PHONE = {"width": 1280, "height": 800}, {"width": 375, "height": 720}


@pytest.fixture(scope="module")
def numbers(firm):
    """What the marks in the addresses stand for."""
    return marks(firm)


def test_no_page_is_left_out(app: Flask):
    adapter = app.url_map.bind("localhost")
    sample = dict.fromkeys(re.findall(r"\{(\w+)\}", str(PAGES)), 1)
    seen = {
        adapter.match(path.format_map(sample).split("?")[0], method="GET")[0]
        for paths in PAGES.values()
        for path in paths
    }
    known = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.startswith("/api/")
    }
    assert known - seen - PARTS == set(), "a page that nobody looks at in these tests"
    assert seen <= known


def looks(visitor, colours, size):
    """Look at the present page in these colours on a screen of that size."""
    visitor.page.emulate_media(color_scheme=colours, reduced_motion="reduce")
    visitor.page.set_viewport_size(size)
    # what the page does after it was resized, it does before the frame after the next
    visitor.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    visitor.check_width()
    visitor.check_accessibility()


@pytest.mark.parametrize("role", PAGES, ids=lambda role: role or "guest")
def test_pages_are_for_everybody(visit, firm, numbers, role):
    """axe finds nothing serious; nothing scrolls sideways; no script error, refused resource or broken policy (visit)."""
    faults = []
    username = firm.usernames.get(role, role) or None
    for language, first, second in (("zh", "light", "dark"), ("en", "dark", "light")):
        visitor = visit(username, language=language)
        for path in PAGES[role]:
            visitor.go(path.format_map(numbers))
            try:
                looks(visitor, first, DESK)
                looks(visitor, second, PHONE)
            except AssertionError as fault:
                faults.append(f"{language} {path}: {fault}")
    assert not faults, "\n\n".join(faults)


def test_the_first_visit_of_the_board_is_light(visit):
    visitor = visit("manager")
    visitor.page.goto("about:blank")
    fresh = visitor.page.context.new_cdp_session(visitor.page)
    fresh.send("Network.enable")
    fresh.send("Network.clearBrowserCache")
    sizes = {}
    fresh.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    visitor.go("/sales")
    visitor.page.wait_for_load_state("networkidle")
    assert len(sizes) <= 12, f"{len(sizes)} requests"
    assert sum(sizes.values()) <= 250_000, f"{sum(sizes.values())} bytes"
