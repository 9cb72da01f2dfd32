"""What was begun goes on after the program was killed, stopped or away for days."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.delivery import State
from bot.domain.evidence import LEASE
from bot.sandbox import Sandbox, Seen
from bot.sandbox.telegram.person import TelegramPerson
from bot.sandbox.whatsapp.person import WhatsAppPerson
from bot.storage.tables import claims, clients, inbox_seen
from tests.support.houses import a_box, a_house, engines_of
from tests.support.process import a_program
from tests.support.street import PATIENCE_S, Street
from tests.support.town import OWNER_CODE, Town
from tests.support.waiting import until

LEASE_OVER = LEASE + timedelta(seconds=5)
PIX_KEY = "12345678909"


@pytest.fixture
async def box() -> AsyncIterator[Sandbox]:
    async with a_box() as box:
        yield box


@pytest.fixture
async def street(box: Sandbox, sqlite_url: str) -> AsyncIterator[Street]:
    async with engines_of(sqlite_url) as engines:
        yield Street(box, engines)


async def test_a_half_filled_form_goes_on_after_a_kill(
    box: Sandbox, sqlite_url: str, tmp_path: Path
) -> None:
    owner = box.seed_admin(7, "Bia Souza")
    async with a_program(box, tmp_path, sqlite_url, owner_code=OWNER_CODE) as program:
        await program.start()
        for words in (f"/start {OWNER_CODE}", "Academia", "Vitória", PIX_KEY, "Mensal 49,90"):
            await answered(box, owner, partial(owner.says, words))
        await answered(box, owner, partial(owner.taps, "✅ Salvar"))
        await answered(box, owner, partial(owner.says, "/novo"))
        asked = await answered(box, owner, partial(owner.says, "Ana Souza"))
        assert "11 98765-4321" in asked.text
        await program.kill()
        box.advance(seconds=LEASE_OVER.total_seconds())
        # Whoever goes on typing meanwhile is heard, too.
        asked = await answered(box, owner, partial(owner.says, "27 99876-5432"), program.start)
        assert "Mensal" in asked.labels
        for words in ("Mensal", "49,90", "dia 10", "pular"):
            asked = await answered(box, owner, partial(owner.says, words))
        assert "Ana Souza" in asked.text


async def test_who_is_told_to_stop_finishes_what_is_on_its_way(
    street: Street, sqlite_url: str, tmp_path: Path
) -> None:
    await street.move_in(40)
    street.box.faults.mix("whatsapp.messages", {"slow": 1}, 7, seconds=0.5)
    pace = {"whatsapp_messages_per_second": "10"}
    async with a_program(street.box, tmp_path, sqlite_url, **pace) as program:
        await program.start()
        await street.sends(5)
        assert await program.stop() == 0
        states = await street.states()
        assert states[State.WAITING] > 0
        assert not {State.CLAIMED, State.SENDING, State.UNCERTAIN} & set(states)
        # Nothing has to be waited out: no lease, no doubt.
        street.box.faults.clear()
        await program.start()
        await until(street.all_arrived, PATIENCE_S)
    assert street.once_each()
    assert '"level":"error"' not in program.told


async def test_two_days_of_silence_are_made_good_with_one_notice(
    street: Street, sqlite_url: str
) -> None:
    await street.move_in(3, due=street.today + timedelta(days=1))
    # The first reminder waits to leave when the house goes to sleep.
    street.box.faults.mix("whatsapp.messages", {"own_error": 1}, 7)
    async with a_house(street.box, sqlite_url):
        await until(lambda: len(street.box.faults.happened), PATIENCE_S)
    street.box.faults.clear()
    street.wait_out(timedelta(days=2))
    async with a_house(street.box, sqlite_url) as town:
        await town.quiet()
        await town.later(minutes=10)
    assert street.once_each()
    people = street.box.whatsapp.people.values()
    assert [person.last().template for person in people] == ["emdia_reminder_late"] * 3


async def test_what_is_told_twice_acts_once(town: Town, owner: TelegramPerson) -> None:
    town.box.faults.mix("telegram.update", {"duplicate": 1}, 1)
    town.box.faults.mix("whatsapp.inbound", {"duplicate": 1}, 1)
    await town.tells(owner, "/novo Ana Souza; 27 99876-5432; Mensal; 49,90; hoje")
    await town.taps(owner, "✅ Salvar")
    ana = town.phone("5527998765432", "Ana Souza")
    seen = len(said(owner))
    await town.tells(owner, "/hoje")
    assert len(said(owner)) == seen + 1
    await town.tells(ana, "paguei")
    assert len(said(ana)) == 1
    assert await count(town, claims) == await count(town, clients) == 1


async def test_a_webhook_that_comes_again_after_a_restart_acts_once(
    street: Street, sqlite_url: str
) -> None:
    await street.move_in(1)
    ana = street.box.seed_client("5527990000000", "Ana Souza")
    async with a_house(street.box, sqlite_url) as town:
        await town.tells(ana, "paguei")
    told = next(body for body in street.box.whatsapp.webhooks.sent if "paguei" in str(body))
    before = said(ana)
    async with a_house(street.box, sqlite_url) as town:
        street.box.whatsapp.webhooks.tell(ana.phone, told, "inbound")
        await town.quiet()
        assert said(ana) == before
        assert await count(town, claims) == 1
        assert await count(town, inbox_seen) == 1


async def count(town: Town, table: sa.Table) -> int:
    return int((await town.rows(sa.select(sa.func.count()).select_from(table)))[0][0])


def said(who: TelegramPerson | WhatsAppPerson) -> list[tuple[str, str]]:
    """What their phone shows of ours."""
    return [(seen.id, seen.text) for seen in who.visible() if not seen.mine]


async def answered(
    box: Sandbox,
    who: TelegramPerson | WhatsAppPerson,
    deed: Callable[[], object],
    then: Callable[[], Awaitable[None]] | None = None,
) -> Seen:
    """Do something on a phone; what it shows once it shows something else."""
    before = said(who)
    deed()
    if then:
        await then()
    await box.until(lambda: said(who) != before, PATIENCE_S)
    return who.last()
