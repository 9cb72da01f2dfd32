"""The work that goes on by itself: sending what is due, and the ticks that make it due."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

from bot.composition.careful import CarefulNumber
from bot.composition.chats import Chat
from bot.composition.desks import open_shop
from bot.composition.own_number import book_of
from bot.composition.postal import post_over
from bot.composition.premises import Premises
from bot.config import Settings
from bot.domain.message import ChannelName
from bot.jobs.backups import BackupRound
from bot.jobs.crew import Crew, OnlyOne
from bot.jobs.gate import LIMITS, Gate
from bot.jobs.number import NumberRound
from bot.jobs.rooms import ChargeCalendar, Room, Rooms
from bot.jobs.rounds import Check, Rounds
from bot.jobs.ticks import (
    ALERT_EVERY,
    ARRIVALS_EVERY,
    DETOUR_EVERY,
    NUMBER_EVERY,
    OPEN_EVERY,
    PLAN_EVERY,
    RECOVER_EVERY,
    SWEEP_EVERY,
    TEMPLATES_EVERY,
    TOMORROW_EVERY,
    Tick,
    Ticks,
)
from bot.jobs.worker import Worker
from bot.resilience.paces import OwnPaces
from bot.services.alerts import Alerts
from bot.services.arrivals import Arrivals
from bot.services.big_days import BigDays
from bot.services.number_asking import NumberAsking
from bot.services.ports.own_number import NumberAccount
from bot.services.ports.templates import TemplateAccount
from bot.services.recovery import Recovery
from bot.services.reminders import Reminders
from bot.services.template_alerts import TemplateAlerts
from bot.services.templates import Templates
from bot.services.tomorrow import Tomorrow
from bot.storage.pace_redis import PaceServer, SharedPaces
from bot.storage.unit_of_work import Unit, Units

FORGET_EVERY = timedelta(hours=6)
BACKUP_EVERY = timedelta(seconds=15)  # a look at our own table; a backup is made once a night


def new_rooms(units: Units, premises: Premises) -> Rooms:
    """The engine's transactions."""

    @asynccontextmanager
    async def rooms() -> AsyncIterator[Room]:
        async with units.write() as unit:
            yield _room(unit, premises)

    return rooms


def new_worker(
    rooms: Rooms,
    premises: Premises,
    chats: Sequence[Chat],
    settings: Settings,
    crew: Crew,
    server: PaceServer | None,
    only: OnlyOne,
) -> Worker:
    """Sends over every open chat, no faster than each allows to all who share it.

    ``only``: whether it is for us to send over a number that needs care.
    """
    own_pace = {ChannelName.WHATSAPP: settings.whatsapp_messages_per_second}
    gates: dict[ChannelName, Gate] = {}
    for chat in chats:
        limits = chat.limits or LIMITS[chat.name]
        if not chat.limits and (pace := own_pace.get(chat.name)):
            limits = replace(limits, per_second=pace, burst=max(1, int(pace)))
        own = OwnPaces(premises.clock, limits, lambda: crew.size)
        line = f"{chat.name}:{_line_of(chat.name, settings)}"
        paces = SharedPaces(server, line, limits, own) if server else own
        gate = gates[chat.name] = Gate(chat.name, premises.clock, limits, paces, lambda: crew.size)
        if chat.plain:
            gate.ours = lambda: only.ours
    return Worker(
        rooms=rooms,
        senders={chat.name: chat.sender for chat in chats},
        clock=premises.clock,
        gates=gates,
        plain={chat.name for chat in chats if chat.plain},
    )


def _line_of(channel: ChannelName, settings: Settings) -> str:
    """Whose pace it is: two houses that share a Redis share none of it."""
    if channel is ChannelName.TELEGRAM and settings.telegram_token:
        return settings.telegram_token.get_secret_value().partition(":")[0]  # the bot's number
    if channel is ChannelName.WHATSAPP:
        if settings.whatsapp_gateway == "evolution":
            return settings.evolution_instance
        return settings.whatsapp_phone_number_id
    return ""


def new_ticks(
    rooms: Rooms,
    account: TemplateAccount | None,
    number: NumberAccount | None,
    checks: Mapping[ChannelName, Check],
    forget: Callable[[], Awaitable[None]],
    after: Callable[[], None],
    crew: Crew,
    backups: BackupRound | None,
    others: Sequence[Tick] = (),
) -> Ticks:
    """What is done every so often, in the order in which one builds on the other."""
    rounds = Rounds(rooms)
    ticks = [
        Tick("sweep", SWEEP_EVERY, rounds.sweep),
        Tick("detour", DETOUR_EVERY, rounds.detour),
        Tick("open", OPEN_EVERY, rounds.open_charges),
        Tick("plan", PLAN_EVERY, rounds.plan),
        Tick("arrivals", ARRIVALS_EVERY, rounds.watch_arrivals),
        Tick("recover", RECOVER_EVERY, lambda: rounds.recover(checks)),
        Tick("alert", ALERT_EVERY, rounds.alert),
        Tick("tomorrow", TOMORROW_EVERY, rounds.show_tomorrow),
        Tick("forget", FORGET_EVERY, forget),
    ]
    if account is not None:
        asked = account
        ticks.insert(0, Tick("templates", TEMPLATES_EVERY, lambda: rounds.sync_templates(asked)))
    ticks += others
    if number is not None:
        ticks.append(Tick("number", NUMBER_EVERY, NumberRound(rooms, number).run))
    if backups is not None:
        ticks.append(Tick("backup", BACKUP_EVERY, backups.run))  # the last: it may take minutes
    return Ticks(ticks, after, crew)


def _room(unit: Unit, premises: Premises) -> Room:
    async def reminders() -> Reminders | None:
        return (await open_shop(unit, premises)).reminders

    async def charges() -> ChargeCalendar | None:
        return (await open_shop(unit, premises)).charges

    async def tomorrow() -> Tomorrow | None:
        return (await open_shop(unit, premises)).tomorrow

    async def big_days() -> BigDays | None:
        return (await open_shop(unit, premises)).big_days

    async def arrivals() -> Arrivals | None:
        return (await open_shop(unit, premises)).arrivals

    async def number_with_care() -> CarefulNumber | None:
        return (await open_shop(unit, premises)).careful if premises.careful else None

    post, states = post_over(unit, premises), unit.channel_states
    return Room(
        now=premises.clock.now,
        leases=unit.leases,
        outcomes=unit.outcomes,
        sweeping=unit.sweeping,
        waiting=unit.outbox,
        files=unit.files,
        offers=unit.offers,
        forms=unit.templates,
        templates=Templates(
            store=unit.templates,
            texts=unit.texts,
            clock=premises.clock,
            spoken=premises.words.languages,
        ),
        texts=unit.texts,
        template_alerts=TemplateAlerts(unit.templates, unit.texts, post, premises.clock.now),
        post=post,
        alerts=Alerts(states=states, post=post, told=unit.outbox, clock=premises.clock),
        recovery=Recovery(states=states, clock=premises.clock),
        number=NumberAsking(
            book=book_of(unit), states=states, pace=unit.number_paces, clock=premises.clock
        ),
        reminders=reminders,
        charges=charges,
        big_days=big_days,
        tomorrow=tomorrow,
        arrivals=arrivals,
        careful=number_with_care,
    )
