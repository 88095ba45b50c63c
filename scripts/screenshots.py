"""`make screenshots`: the pictures of README and docs, from a fresh demonstration institution.

python -m scripts.screenshots              all, into docs/pictures
python -m scripts.screenshots board desk   only these
"""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.support.browser import FLAGS, WIDTHS, chromium
from tests.support.server import ACCOUNTS_PASSWORD, Server

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: who sees which page; ``follow`` is a link on it that is opened first."""

    name: str
    account: str
    path: str
    follow: str = ""
    width: str = "desk"
    language: str = "zh"
    theme: str = "light"


PICTURES = (
    Picture("today", "manager", "/today"),
    Picture("board", "leader", "/sales"),
    Picture("opportunity", "manager", "/sales", follow="a[href^='/sales/opportunities/']"),
    Picture("desk", "supervisor", "/team"),
    Picture("customer", "manager", "/customers", follow="a[href^='/customers/']:not([href*='new'])"),
    Picture("today-phone", "leader", "/today", width="phone"),
    Picture("opportunity-phone", "manager", "/sales", follow="a[href^='/sales/opportunities/']", width="phone"),
    Picture("today-dark", "manager", "/today", theme="dark"),
    Picture("board-english", "leader", "/sales", language="en"),
    Picture("audit", "auditor", "/audit"),
)


def take(picture: Picture, browser: Browser, server: Server) -> Path:
    """Sign in, open the page, save what a person sees first."""
    width, height = WIDTHS[picture.width]
    context = browser.new_context(
        base_url=server.url,
        viewport={"width": width, "height": height},
        device_scale_factor=2 if picture.width == "phone" else 1,
        locale={"zh": "zh-CN", "en": "en-GB"}[picture.language],
        timezone_id="Asia/Shanghai",
        color_scheme="dark" if picture.theme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto("/login")
    if picture.language == "en":
        context.add_cookies([{"name": "language", "value": "en", "url": server.url}])
        page.reload()
    page.fill("[name=username]", picture.account)
    page.fill("[name=password]", ACCOUNTS_PASSWORD)
    page.click("main form [type=submit]")
    page.wait_for_url(lambda url: "/login" not in url)
    page.goto(picture.path)
    if picture.follow:
        page.goto(page.locator(f"main {picture.follow}").first.get_attribute("href") or picture.path)
    page.wait_for_load_state("networkidle")
    file = FOLDER / f"{picture.name}.png"
    page.screenshot(path=file)
    context.close()
    return file


def main(names: list[str]) -> None:
    """Take all pictures, or those named."""
    path = chromium()
    if path is None:
        sys.exit("screenshots: no Chromium on this machine")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder))
        server.flask("db", "upgrade")
        server.flask("demo", "--size", "small")
        server.start()
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            for picture in PICTURES:
                if not names or picture.name in names:
                    print(take(picture, browser, server).relative_to(FOLDER.parent.parent))
        finally:
            browser.close()
            server.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
