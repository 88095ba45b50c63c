"""Somebody of the institution at the browser: finds work on the day page, fills in step forms, opens customers and sales."""

import re
from collections.abc import Mapping
from itertools import count
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.journeys.answers import ANSWERS, IN_WORDS
from tests.support.browser import Visitor

_number = count(1)
_WORDS = "春夏秋冬东南西北金木水火土山川江河湖海"


def fresh_name(ending: str = "建材有限公司") -> str:
    """A customer's name that nobody else has."""
    n = next(_number)
    return "".join(_WORDS[n // len(_WORDS) ** k % len(_WORDS)] for k in (2, 1, 0)) + ending


def unfold(inside: Locator) -> None:
    """Open every fold that something lies in, the outer ones first."""
    for fold in inside.locator("xpath=ancestor::details").all():
        if fold.get_attribute("open") is None:
            fold.locator("xpath=./summary").click()


class Colleague:
    """A signed-in visitor with the ways of one who sells."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.page: Page = visitor.page

    def go(self, path: str) -> Page:
        """Open a page of the product."""
        return self.visitor.go(path)

    @property
    def path(self) -> str:
        """Where the browser is."""
        return self.page.url.removeprefix(self.visitor.server.url)

    # -- customers and opportunities -----------------------------------------------------------------------------

    def adds_customer(self, name: str = "") -> tuple[int, str]:
        """Add a firm; answers its number and name."""
        name = name or fresh_name()
        self.go("/customers/new")
        self.page.fill("[name=name]", name)
        self.page.select_option("[name=kind]", "company")
        self.submit("main form[method=post] .q-form-foot button")
        found = re.search(r"/customers/(\d+)", self.path)
        assert found, f"still at {self.path}: {self.problems()}"
        return int(found[1]), name

    def opens_opportunity(self, customer: int, title: str, amount: str = "3000000") -> str:
        """Open an opportunity for a customer; answers its address."""
        self.go(f"/sales/opportunities/new?customer={customer}")
        self.page.fill("[name=title]", title)
        self.page.fill("[name=amount]", amount)
        self.submit("main form[method=post] .q-form-foot button")
        assert re.search(r"/sales/opportunities/\d+$", self.path), f"still at {self.path}: {self.problems()}"
        return self.path

    def problems(self) -> list[str]:
        """Errors and refusals that the page shows."""
        return self.page.locator(".q-error, .q-notice, .q-missing li").all_inner_texts()

    def submit(self, selector: str) -> None:
        """Press a button that posts, and wait for the page that answers."""
        self.press(self.page.locator(selector).first)

    def press(self, button: Locator) -> None:
        """Press something that leads to another page, and wait for that page."""
        with self.page.expect_navigation():
            button.click()

    # -- the day -------------------------------------------------------------------------------------------------

    def row_of(self, title: str) -> Locator:
        """The line of the day page that is about ``title``: unfolded if it is far down, else on the page of all that waits."""
        row = self.page.locator("main li.q-turn").filter(has_text=title)
        if row.count() == 0:
            self.go("/today/all?of=mine")
        expect(row).to_have_count(1)
        unfold(row)
        return row

    def takes_up(self, title: str) -> None:
        """From the day page, open what waits about ``title``."""
        self.go("/today")
        self.press(self.row_of(title).locator("a.btn"))
        expect(self.form).to_be_visible()

    # -- steps ---------------------------------------------------------------------------------------------------

    @property
    def form(self) -> Locator:
        """The form of the step that waits."""
        return self.page.locator("#step-form")

    def fills(self, step: str, changes: Mapping[str, Any] | None = None) -> None:
        """Type what a step asks for, tick its checklist, and say its evidence in words."""
        for name, value in {**ANSWERS[step], **(changes or {})}.items():
            control = self.form.locator(f'[name="fields.{name}"]')
            if control.evaluate("control => control.tagName") == "SELECT":
                control.select_option(value)
            else:
                control.fill(value)
        for tick in self.form.locator("[name=checklist]").all():
            tick.check()
        for kind, words in IN_WORDS.get(step, {}).items():
            self.form.locator(f'[name="text.{kind}"]').fill(words)

    def leaves_by(self, outcome: str) -> None:
        """Press the button of a way on."""
        self.press(self.form.locator(f'button[name=outcome][value="{outcome}"]'))

    def does(self, step: str, title: str, outcome: str | None = None, **changes: Any) -> None:
        """Carry out a step from the day page, and see that it is done."""
        self.takes_up(title)
        self.fills(step, changes)
        way = outcome or self.form.locator("button[name=outcome]").first.get_attribute("value")
        assert way
        self.leaves_by(way)
        said = self.page.locator("[role=status], .q-flash").all_inner_texts()
        assert self.path.startswith("/today"), f"{step}: still at {self.path}: {self.problems()} {said}"
