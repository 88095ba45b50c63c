"""A real browser (Debian's Chromium through Playwright) on a served demonstration institution.

Tests that use it are marked ``browser`` by themselves; one worker serves the institution for all of them.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.support.server import ACCOUNTS_PASSWORD, Server

AXE = Path(__file__).parents[1] / "vendor" / "axe.min.js"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WIDTHS = {"desk": (1280, 800), "phone": (375, 720)}


def chromium() -> str | None:
    """Where the browser is, if there is one."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def _browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        pytest.skip("no Chromium on this machine (Debian: apt install chromium fonts-noto-cjk)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The small demonstration institution, served with two workers, shared by the tests of the run.

    Tests change it: each works with things of its own making and relies on no totals. While writing tests,
    DEMO_SERVER=http://127.0.0.1:8000 uses one that runs already.
    """
    if running := os.environ.get("DEMO_SERVER"):
        yield Server(tmp_path_factory.mktemp("demo"), url=running)
        return
    if chromium() is None:
        pytest.skip("no Chromium on this machine (Debian: apt install chromium fonts-noto-cjk)")
    server = Server(tmp_path_factory.mktemp("demo"))
    server.flask("db", "upgrade")
    server.flask("demo", "--size", "small")
    server.start()
    yield server
    server.stop()


class Visitor:
    """A person at the browser: a Playwright ``page`` with our ways of using it."""

    def __init__(self, context: BrowserContext, server: Server) -> None:
        self.server = server
        self.context = context
        self.page: Page = context.new_page()
        self.page.set_default_timeout(20_000)
        self.faults: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("requestfailed", lambda request: self._failed(request.url, request.failure))

    def _console(self, message: ConsoleMessage) -> None:
        # an answer of 422 or 409 is not a fault of the page, though the console names it
        if message.type == "error" and "the server responded with a status of 4" not in message.text:
            self.faults.append(f"console: {message.text}")

    def _failed(self, url: str, failure: str | None) -> None:
        if failure != "net::ERR_ABORTED":  # a page left while something was still loading
            self.faults.append(f"{url}: {failure}")

    def sign_in(self, username: str, password: str = ACCOUNTS_PASSWORD) -> "Visitor":
        """Sign in as one of the demonstration accounts."""
        self.go("/login")
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", password)
        self.page.click("main form [type=submit]")
        self.page.wait_for_url(lambda url: "/login" not in url)
        return self

    def go(self, path: str) -> Page:
        """Open a page of the product."""
        answer = self.page.goto(self.server.url + path)
        assert answer is not None and answer.status < 400, f"{path}: {answer and answer.status}"
        return self.page

    def check_accessibility(self, *, leave_out: tuple[str, ...] = ()) -> None:
        """axe finds nothing serious or critical on the present page."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        options = {"resultTypes": ["violations"], "rules": {rule: {"enabled": False} for rule in leave_out}}
        found: dict[str, Any] = self.page.evaluate("options => axe.run(document, options)", options)
        serious = [
            f"{v['id']} ({v['help']}): " + " | ".join(node["html"][:160] for node in v["nodes"][:3])
            for v in found["violations"]
            if v["impact"] in {"serious", "critical"}
        ]
        assert not serious, f"{self.page.url}\n" + "\n".join(serious)

    def check_width(self) -> None:
        """The page does not scroll sideways."""
        wide, shown = self.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide <= shown, f"{self.page.url} is {wide} px wide on a screen of {shown} px"


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(_browser: Browser, demo_server: Server) -> Iterator[Visit]:
    """``visit("manager", language="en", width="phone", scripts=False)``: a signed-in visitor; without a name, a guest.

    At the end no visitor may have met a script error, a refused resource or a broken content policy.
    """
    visitors: list[Visitor] = []

    def come(
        username: str | None = None, *, language: str = "zh", width: str = "desk", scripts: bool = True
    ) -> Visitor:
        x, y = WIDTHS[width]
        context = _browser.new_context(
            viewport={"width": x, "height": y},
            locale={"zh": "zh-CN", "en": "en-GB"}[language],
            timezone_id="Asia/Shanghai",
            java_script_enabled=scripts,
            has_touch=width == "phone",
            reduced_motion="reduce",
        )
        visitor = Visitor(context, demo_server)
        visitors.append(visitor)
        return visitor.sign_in(username) if username else visitor

    yield come
    faults = [fault for visitor in visitors for fault in visitor.faults]
    for visitor in visitors:
        visitor.context.close()
    assert not faults, "\n".join(faults)
