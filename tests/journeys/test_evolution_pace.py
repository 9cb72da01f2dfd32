"""The pace on a linked device, over real HTTP: one after another, and a dead session is renewed."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.number_pace import Level
from bot.domain.pace_state import NumberPace
from bot.domain.reasons import Reason
from bot.sandbox.telegram.person import TelegramPerson
from tests.support.town import Town
from tests.support.watch import a_watched_town


@pytest.fixture
async def town(sqlite_url: str) -> AsyncIterator[Town]:
    async with a_watched_town(sqlite_url, evolution=True, paced=True) as town:
        yield town


async def later_until(town: Town, count: int, seconds: int = 61, most: int = 30) -> None:
    """Time passes until so many messages have left."""
    for _ in range(most):
        if len(town.box.evolution.ledger.entries) >= count:
            return
        await town.later(seconds=seconds)
    raise AssertionError(f"{len(town.box.evolution.ledger.entries)} of {count} left")


@pytest.mark.timeout(240)
async def test_a_dead_session_costs_one_message_and_is_restarted(
    town: Town, shop: TelegramPerson
) -> None:
    device = town.box.evolution
    await town.until_morning()
    assert len(device.ledger.entries) == 1, "one, and then a gap"
    await later_until(town, 3)
    screen = await town.tells(shop, "/whatsapp")
    assert "Dia 1 de 14: até 20 conversas novas" in screen.text
    assert "passam de 15 a 60 segundos" in (await town.taps(shop, "Ritmo do número")).text
    device.zombie = True
    before = len(device.ledger.entries)
    for _ in range(12):
        if not device.zombie:
            break
        await town.later(seconds=20)
    assert not device.zombie, "it was restarted"
    assert len(device.ledger.entries) <= before + 1
    told = [seen.text for seen in shop.visible() if "nada chega" in seen.text]
    assert len(told) == 1
    await later_until(town, 9, seconds=200)


async def test_what_is_held_goes_on_when_somebody_has_looked_at_the_phone(
    town: Town, shop: TelegramPerson
) -> None:
    held = replace(NumberPace(), held_why=Reason.PACE_UNPROVEN, held_at=town.clock.now())
    async with town.house.units.write() as unit:
        await unit.number_paces.keep(replace(held, canary_at=town.clock.now()))
    await town.tells(shop, "/whatsapp")
    screen = await town.taps(shop, "Ritmo do número")
    assert "não chegou ao seu WhatsApp" in screen.text
    assert "continuam" in (await town.taps(shop, "Já conferi")).text
    await town.until_morning()
    assert len(town.box.evolution.ledger.entries) == 1


async def test_the_screen_says_what_slows_the_number_down(town: Town, shop: TelegramPerson) -> None:
    now = town.clock.now()
    slow = NumberPace(level=Level.QUARTER, why=Reason.PACE_LOST, lost=3, out_of=20, since=now)
    async with town.house.units.write() as unit:
        await unit.number_paces.keep(replace(slow, no_new_until=now + timedelta(hours=9)))
    said = (await town.tells(shop, "/whatsapp")).text
    assert "até 5 conversas novas" in said
    said = (await town.taps(shop, "Ritmo do número")).text
    assert "3 das últimas 20 mensagens não chegaram" in said
    silent = replace(slow, why=Reason.PACE_SILENT, lost=39, out_of=40)
    async with town.house.units.write() as unit:
        await unit.number_paces.keep(replace(silent, no_new_until=now + timedelta(hours=9)))
    said = (await town.taps(shop, "Olhar de novo")).text
    assert "39 das últimas 40 mensagens ficaram sem resposta" in said
    assert "não deixa o número começar conversas novas" in said
    assert "Amanhã: até 5 conversas novas" in said
    await town.tells(shop, "/regua")
    assert "começam até 5 conversas amanhã" in (await town.taps(shop, "O que sai amanhã")).text
