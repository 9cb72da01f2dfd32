"""A real Chromium for the tests that look at the page; it is closed with each test."""

import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import (
    Browser,
    ConsoleMessage,
    Page,
    Playwright,
    async_playwright,
    expect,
)

_WAIT_MS = 10_000
_QUIET = (
    "--no-sandbox",  # CI runs as root
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
)


async def start_chromium(playwright: Playwright) -> Browser:
    """Debian's or anybody's Chromium, without a window."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.fail("no Chromium on this machine: apt-get install chromium")
    return await playwright.chromium.launch(executable_path=found, args=list(_QUIET))


async def open_page(chromium: Browser) -> Page:
    """A page as wide as a laptop."""
    page = await chromium.new_page(viewport={"width": 1280, "height": 800}, locale="pt-BR")
    page.set_default_timeout(_WAIT_MS)
    expect.set_options(timeout=_WAIT_MS)
    return page


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await start_chromium(playwright)
        yield chromium
        await chromium.close()


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """Whatever the page complains of fails the test."""
    complaints: list[str] = []
    page = await open_page(browser)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.extend(_complaint(line)))
    yield page
    await page.close()
    assert complaints == []


def _complaint(line: ConsoleMessage) -> list[str]:
    """What is wrong with the page; not that its server has already stopped."""
    wrong = line.type == "error" and "ERR_CONNECTION" not in line.text
    return [line.text] if wrong else []
