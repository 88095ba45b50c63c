"""`make screenshots`: the pictures of README and docs, from a fresh demonstration institution.

python -m scripts.screenshots                     all, into docs/pictures
python -m scripts.screenshots board desk          only these
python -m scripts.screenshots --instance FOLDER   from an instance that holds demonstration data already
"""

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.browser import FLAGS, WIDTHS, chromium
from tests.support.server import ACCOUNTS_PASSWORD, Server

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
LARGEST = 250_000
"""Most bytes of a picture: they stay in the history of the repository for good."""
A_SALE = "main a[href*='/sales/opportunities/']"


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: who sees which page. ``follow`` is a link on it that is opened, ``having`` what the page behind must show."""

    name: str
    account: str
    path: str
    follow: str = ""
    having: str = "main"
    width: str = "desk"
    language: str = "zh"
    theme: str = "light"


PICTURES = (
    Picture("today", "manager", "/today"),
    Picture("today-phone", "manager", "/today", width="phone"),
    Picture("board", "leader", "/sales"),
    Picture("board-english-dark", "leader", "/sales", language="en", theme="dark"),
    Picture("opportunity", "manager", "/today", follow=A_SALE, having=".q-coach"),
    Picture("approval-phone", "leader", "/today", follow=A_SALE, having=".q-approve", width="phone"),
    Picture("desk", "supervisor", "/team"),
    Picture("audit", "auditor", "/audit/steps?address=10.20."),
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
    answer = page.goto(picture.path)
    if answer is None or not answer.ok:
        sys.exit(f"screenshots: {picture.path} does not answer {picture.account}")
    if picture.follow:
        follow(page, picture)
    page.wait_for_load_state("networkidle")
    file = FOLDER / f"{picture.name}.png"
    page.screenshot(path=file)
    context.close()
    if file.stat().st_size > LARGEST:
        sys.exit(f"screenshots: {file.name} has {file.stat().st_size:,} bytes; at most {LARGEST:,}")
    return file


def follow(page: Page, picture: Picture) -> None:
    """Open the first of the links whose page shows what the picture is about."""
    found = page.locator(picture.follow)
    addresses = list(dict.fromkeys(found.nth(n).get_attribute("href") for n in range(found.count())))
    for address in addresses:
        page.goto(str(address))
        if page.locator(picture.having).count():
            return
    sys.exit(f"screenshots: no page for {picture.name} behind {picture.path}")


def main() -> None:
    """Take all pictures, or those named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[[], *(picture.name for picture in PICTURES)], metavar="picture")
    parser.add_argument("--instance", type=Path, help="folder of an instance with demonstration data")
    arguments = parser.parse_args()
    path = chromium()
    if path is None:
        sys.exit("screenshots: no Chromium on this machine (Debian: apt install chromium fonts-noto-cjk)")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(arguments.instance or Path(folder))
        if arguments.instance is None:
            server.flask("demo", "--size", "small")
        server.start()
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            for picture in PICTURES:
                if not arguments.names or picture.name in arguments.names:
                    print(take(picture, browser, server).relative_to(FOLDER.parent.parent))
        finally:
            browser.close()
            server.stop()


if __name__ == "__main__":
    main()
