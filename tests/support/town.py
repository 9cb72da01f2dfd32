"""A town to play stories in: the real house, both networks in a box, a clock to move."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.composition.house import House
from bot.config import Settings
from bot.domain.clock import SystemClock
from bot.sandbox import Sandbox, Seen
from bot.sandbox.telegram.person import TelegramPerson
from bot.sandbox.whatsapp.person import WhatsAppPerson
from bot.services.holidays import national_holidays
from bot.storage.tables import channel_states, inbox_raw, outbox
from tests.support.boxes import (
    ACCOUNT_ID,
    APP_SECRET,
    EVOLUTION_KEY,
    EVOLUTION_SECRET,
    INSTANCE,
    PHONE_ID,
    TELEGRAM_TOKEN,
    VERIFY_TOKEN,
    WHATSAPP_TOKEN,
    new_sandbox,
)
from tests.support.cloud_witness import cloud_witness
from tests.support.evolution_witness import evolution_witness
from tests.support.ports import lasting_port
from tests.support.waiting import until

ZONE = ZoneInfo("America/Sao_Paulo")
OWNER_CODE = "let-me-in"
_BUSY = ("waiting", "claimed", "sending")
_A_BREATH_S = 7  # nobody writes faster for long, and so no answer is held back by our own pace


def a_quiet_week(now: datetime) -> datetime:
    """Ten in the morning of the next Tuesday of a week without holidays."""
    holiday = national_holidays("BR")
    day = now.astimezone(ZONE).date() + timedelta(days=1)
    while day.weekday() != 1 or any(holiday(day + timedelta(days=n)) for n in range(-1, 5)):
        day += timedelta(days=1)
    return datetime.combine(day, time(10), ZONE)


class Town:
    """One house, its networks, and the people on their phones."""

    def __init__(self, box: Sandbox, house: House, clock: SystemClock) -> None:
        self.box = box
        self.house = house
        self.clock = clock

    def clock_follows(self) -> None:
        """The house's clock is the box's."""
        self.clock.offset = self.box.clock.offset

    @property
    def today(self) -> datetime:
        """Now, as the business's wall shows it."""
        return self.clock.now().astimezone(ZONE)

    def admin(self, number: int = 7, name: str = "Bia Souza") -> TelegramPerson:
        """Somebody with Telegram."""
        return self.box.seed_admin(number, name)

    def phone(self, number: str, name: str) -> WhatsAppPerson:
        """Somebody with WhatsApp."""
        return self.box.seed_client(number, name)

    async def moves_in(self, name: str = "Academia Boa Forma") -> TelegramPerson:
        """The owner takes the house and answers the four questions."""
        owner = self.admin()
        await self.tells(owner, f"/start {OWNER_CODE}")
        for words in (name, "Vitória", "12345678909", "Mensal 49,90"):
            await self.tells(owner, words)
        await self.taps(owner, "✅ Salvar")
        return owner

    async def tells(self, who: TelegramPerson | WhatsAppPerson, words: str) -> Seen:
        """Somebody writes; what they see once the house is quiet again."""
        self.breathes()
        who.says(words)
        return await self.sees(who)

    async def taps(
        self, who: TelegramPerson | WhatsAppPerson, label: str, message: str | None = None
    ) -> Seen:
        """Somebody taps, part of a label will do; what they see once the house is quiet again."""
        self.breathes()
        newest = reversed([seen for seen in who.visible() if message in (None, seen.id)])
        labels = (choice.label for seen in newest for choice in seen.choices if label != choice.id)
        who.taps(next((whole for whole in labels if label in whole), label), message)
        return await self.sees(who)

    async def sees(self, who: TelegramPerson | WhatsAppPerson) -> Seen:
        """The newest message on their phone, once the house is quiet."""
        await self.quiet()
        return who.last()

    def breathes(self) -> None:
        """The time somebody takes to write or to tap."""
        self.box.advance(seconds=_A_BREATH_S)

    async def later(self, **wait: float) -> None:
        """Time passes; what is due happens."""
        self.box.advance(**wait)
        await self.house.ticks.all_once()
        await self.quiet()

    async def until_morning(self, days: int = 1, at: time = time(9, 5)) -> None:
        """So many days later, five past nine."""
        then = datetime.combine(self.today.date() + timedelta(days=days), at, ZONE)
        await self.later(seconds=(then - self.today).total_seconds())

    async def quiet(self, within: float = 60) -> None:
        """Until nothing is on its way, in or out."""
        await until(self._idle, within=within)

    async def rows(self, query: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        """What the store holds."""
        async with self.house.units.read() as unit:
            found: Sequence[sa.Row[Any]] = (await unit.connection.execute(query)).all()
            return found

    async def _idle(self) -> bool:
        if self.box.telegram.updates.pending or not self.box.courier_idle:
            return False
        unread = await self.rows(sa.select(inbox_raw.c.id).where(inbox_raw.c.done_at.is_(None)))
        leaving = await self.rows(
            sa.select(outbox.c.id).where(
                outbox.c.state.in_(_BUSY),
                outbox.c.due_at <= self.clock.now(),
                outbox.c.channel.not_in(_stopped(self.clock.now())),
            )
        )
        return not unread and not leaving


def _stopped(now: datetime) -> sa.Select[Any]:
    """The chats over which nothing goes until somebody mends them."""
    return sa.select(channel_states.c.channel).where(channel_states.c.paused_until > now)


@asynccontextmanager
async def a_town(
    database_url: str, *, evolution: bool = False, paced: bool = False, **settings: Any
) -> AsyncIterator[Town]:
    """Open from a Tuesday morning on; ``settings`` are the operator's.

    With ``evolution`` clients are reached through a linked device; unless it is ``paced`` too,
    nobody waits for their turn.
    """
    box = new_sandbox()
    witnesses = (cloud_witness(box.whatsapp), evolution_witness(box.evolution))
    await box.start()
    clock = SystemClock()
    start = a_quiet_week(clock.now())
    box.advance(seconds=(start - clock.now()).total_seconds())
    clock.offset = box.clock.offset
    if evolution:
        settings = evolution_settings(box) | settings
    house = House(the_settings(box, database_url, **settings), clock)
    town = Town(box, house, clock)
    try:
        await house.open()
        if evolution and not paced:
            async with house.units.write() as unit:
                await unit.number_paces.begin(kept=False)
        box.on_clock_moved.append(town.clock_follows)
        box.set_webhook(f"http://127.0.0.1:{house.port}/webhooks/whatsapp")
        await house.ticks.all_once()
        yield town
        for witness in witnesses:
            witness.is_content()
    finally:
        await house.close()
        await box.stop()


def evolution_settings(box: Sandbox) -> dict[str, Any]:
    """A device that is linked already, and the settings that lead to it."""
    box.by_evolution = True
    box.evolution.make(INSTANCE)
    box.evolution.link.scans()
    port = lasting_port()
    return {
        "port": port,
        "whatsapp_gateway": "evolution",
        "evolution_url": box.evolution_url,
        "evolution_api_key": EVOLUTION_KEY,
        "evolution_instance": INSTANCE,
        "evolution_webhook_secret": EVOLUTION_SECRET,
        "evolution_webhook_url": f"http://127.0.0.1:{port}/webhooks/evolution",
    }


def the_settings(box: Sandbox, database_url: str, **settings: Any) -> Settings:
    """An operator's settings, with both networks in the box."""
    told = {
        "database_url": database_url,
        "port": 0,
        "owner_code": OWNER_CODE,
        "telegram_token": TELEGRAM_TOKEN,
        "telegram_api_url": box.telegram_api_url,
        "whatsapp_api_url": box.whatsapp_api_url,
        "whatsapp_token": WHATSAPP_TOKEN,
        "whatsapp_phone_number_id": PHONE_ID,
        "whatsapp_business_account_id": ACCOUNT_ID,
        "whatsapp_app_secret": APP_SECRET,
        "whatsapp_verify_token": VERIFY_TOKEN,
        **settings,
    }
    return Settings(_env_file=None, **told)
