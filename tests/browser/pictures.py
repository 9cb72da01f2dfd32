"""Take the README's pictures from the running demo: ``python -m tests.browser.pictures``."""

import asyncio
import tempfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.async_api import FilePayload, Locator, async_playwright, expect

from tests.browser.conftest import open_page, start_chromium
from tests.browser.story import Visitor, a_show

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
LIST = """\
Nome;Telefone;Plano;Valor;Vencimento
Alice Barbosa;27 99911-2040;Mensal;99,90;dia 5
Caio D'Ávila;(27) 99911-2051;mensal;R$ 99,90;10/12/2026
Débora Queiroz;+55 27 99911-2062;Personal;350;dia 15
Enzo Marques;27 9911-2073;Mensal;99.90;2026-12-20
Flávia Toledo;27 99911-2084;Semestral;499,00;dia 8
Hugo Serrano;99911-2095;Mensal;99,90;dia 12
Ana Beatriz Lima;27 99900-0100;Mensal;99,90;dia 24
Íris Valadares;27 99911-2106;Mensal;noventa;dia 18
Jonas Prado;27 99911-2117;Mensal;99,90;05/11/2026
"""
# The same day each time, so that a new picture differs only where the product does.
AT = datetime(2026, 11, 24, 10, 20, tzinfo=ZoneInfo("America/Sao_Paulo"))
_NO_HINTS = "localStorage.setItem('emdia.hints.hidden', 'yes')"
_SHOW_TOP = "message => message.scrollIntoView({block: 'start'})"


async def take_all() -> None:
    """One visit, in which each picture is a moment."""
    with tempfile.TemporaryDirectory() as folder:
        async with a_show(Path(folder), AT) as show, async_playwright() as playwright:
            chromium = await start_chromium(playwright)
            page = await open_page(chromium)
            await page.add_init_script(_NO_HINTS)
            visitor = Visitor(page, show)
            await visitor.arrives()
            await _demo(visitor)
            await _claim(visitor)
            await _numbers(visitor)
            await _import(visitor)
            await chromium.close()


async def _demo(visitor: Visitor) -> None:
    """A client says that it is paid; the owner is asked."""
    await visitor.looks_at("Diego Santana")
    await visitor.taps(visitor.client, visitor.words("template.reminder_before.button.1"))
    await expect(visitor.said(visitor.admin)).to_contain_text("Diego Santana")
    await _taken(visitor, "demo")


async def _claim(visitor: Visitor) -> None:
    """Yesterday's, with the receipt; by now there is more below it."""
    await visitor.looks_at("Ricardo Moreira")
    claim = visitor.admin.locator(".message.theirs", has_text="Ricardo Moreira").first
    await _shown_from_its_top(claim)
    await _taken(visitor, "claim")


async def _numbers(visitor: Visitor) -> None:
    await visitor.looks_at("Bruno Carvalho")
    await visitor.writes(visitor.admin, "/numeros")
    numbers = visitor.said(visitor.admin)
    await _shown_from_its_top(numbers)
    await _taken(visitor, "numbers")


async def _import(visitor: Visitor) -> None:
    await visitor.looks_at("Ana Beatriz Lima")
    sent = FilePayload(name="clientes.csv", mimeType="text/csv", buffer=LIST.encode())
    await visitor.admin.locator("input[type=file]").set_input_files(sent)
    await expect(visitor.said(visitor.admin)).to_contain_text("clientes.csv")
    await _taken(visitor, "import")


async def _shown_from_its_top(message: Locator) -> None:
    await expect(message.locator("img")).to_be_visible()
    await message.evaluate(_SHOW_TOP)


async def _taken(visitor: Visitor, name: str) -> None:
    """The page at rest: nothing has the focus, and no mouse hovers."""
    await visitor.page.mouse.move(640, 60)
    await visitor.page.evaluate("document.activeElement.blur()")
    await expect(visitor.page.locator(".waiting")).to_have_count(0)
    await visitor.page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")


if __name__ == "__main__":
    asyncio.run(take_all())
