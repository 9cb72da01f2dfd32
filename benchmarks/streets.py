"""Streets full of clients, written in bulk: a million of them within a minute or two.

Everything is made by the database itself out of a row of numbers; the tables and their rules are
the product's own.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from benchmarks.house import at_work
from bot.composition.first_day import found
from bot.domain.contact import NO_LIMIT, ContactRules
from bot.domain.message import ChannelName
from bot.domain.plan import plan_key
from bot.domain.role import Role
from bot.domain.wording import WORDINGS
from bot.services.ports.big_days import Answer, BigDay
from bot.storage.migrate import upgrade
from bot.storage.tables import (
    Instant,
    addresses,
    charges,
    clients,
    payments,
    people,
    plans,
    subscriptions,
    templates,
)
from bot.storage.tables.columns import Id
from bot.storage.unit_of_work import Unit
from tests.support.town import a_quiet_week

ZONE = ZoneInfo("America/Sao_Paulo")
OWNER = "700"
PRICE = 4990
_FIRST = ("ana", "bruno", "carla", "diego", "elisa", "fabio", "gabi", "hugo", "iris", "joao")
_LAST = ("souza", "lima", "prado", "rocha", "nunes", "dias", "melo", "reis", "paes", "luz")
_UP, _DOWN = 10, 100  # every tenth has each of the first names, every hundredth each pair


@dataclass(frozen=True, slots=True)
class Street:
    """How many live there, how many of their months are written down, and who owes today.

    The last month of each is open: due today for ``due_today`` of them, overdue by twenty days
    (beyond the ladder's end) for ``late`` more, and in fifteen days for all others.
    """

    clients: int
    months: int = 1
    due_today: int = 0
    late: int = 0


def morning() -> datetime:
    """Ten on a working Tuesday, when reminders may go."""
    return a_quiet_week(datetime.now(UTC))


async def build(url: str, street: Street, now: datetime) -> None:
    """A migrated database with the business, its owner on Telegram, and the street."""
    await upgrade(url)
    async with at_work(url, now) as house:
        async with house.units.write() as unit:
            business = await found(unit, house.premises, house.settings)
            # As fast as it goes, to as many as there are.
            hurried = replace(business, rules=ContactRules(per_minute=0))
            await unit.business.settle(hurried)
            await unit.channel_states.allow(ChannelName.WHATSAPP, NO_LIMIT)
            await unit.business.change(city="Vitória", set_up_at=now, owner_claimed_at=now)
            # Somebody has said yes to so many at once.
            today, many = now.astimezone(ZONE).date(), street.due_today
            await unit.big_days.keep(BigDay(today, many, many, Answer.SEND, now))
            await _owner(unit, now)
            await _forms(unit, now)
            await _fill(unit, street, now)
        if url.startswith("postgres"):
            async with house.units.write() as unit:
                # What the server does by itself, a minute later.
                await unit.connection.execute(sa.text("ANALYZE"))


async def _owner(unit: Unit, now: datetime) -> None:
    made = sa.insert(people).values(
        name="Bia", role=Role.OWNER.name.lower(), language="pt_BR", created_at=now
    )
    person = (await unit.connection.execute(made.returning(people.c.id))).scalar_one()
    await unit.connection.execute(
        sa.insert(addresses).values(
            person_id=person,
            channel=ChannelName.TELEGRAM.value,
            key=OWNER,
            send_to=OWNER,
            last_inbound_at=now,
        )
    )


async def _forms(unit: Unit, now: datetime) -> None:
    rows = [
        {
            "name": wording.name,
            "language": "pt_BR",
            "status": "APPROVED",
            "fingerprint": "",
            "checked_at": now,
        }
        for wording in WORDINGS
    ]
    await unit.connection.execute(sa.insert(templates), rows)


async def _fill(unit: Unit, street: Street, now: datetime) -> None:
    plan = sa.insert(plans).values(
        name="Mensal", key=plan_key("Mensal"), price=PRICE, currency="BRL", period="monthly"
    )
    plan_id = (await unit.connection.execute(plan.returning(plans.c.id))).scalar_one()
    base = 1000  # people of the house come before
    today = now.astimezone(ZONE).date()
    n = _numbers(street.clients)
    number = n.c.n
    person = number + base
    name = _name(number)
    phone = sa.literal("+5527").op("||")(sa.cast(number + 900_000_000, sa.Text))
    instant = sa.literal(now, Instant)
    await _put(
        unit,
        people,
        id=person,
        name=name,
        language=sa.literal("pt_BR"),
        created_at=instant,
        _of=n,
    )
    await _put(
        unit,
        addresses,
        person_id=person,
        channel=sa.literal(ChannelName.WHATSAPP.value),
        key=phone,
        send_to=phone,
        _of=n,
    )
    await _put(
        unit,
        clients,
        id=number,
        person_id=person,
        name=name,
        name_key=name,
        phone=phone,
        phone_key=phone,
        created_at=instant,
        _of=n,
    )
    last = _last_due(number, street, today)
    await _put(
        unit,
        subscriptions,
        id=number,
        client_id=number,
        plan_id=sa.literal(plan_id),
        price=sa.literal(PRICE),
        currency=sa.literal("BRL"),
        period=sa.literal("monthly"),
        anchor=last,
        day_of_month=sa.literal(10),
        standing=sa.literal("active"),
        next_cycle=sa.literal(street.months),
        next_due=sa.literal(today + timedelta(days=40), sa.Date),
        standing_since=instant,
        created_at=instant,
        _of=n,
    )
    await _charges(unit, street, today, now)


async def _charges(unit: Unit, street: Street, today: date, now: datetime) -> None:
    n = _numbers(street.clients)
    number = n.c.n
    instant = sa.literal(now, Instant)
    for cycle in range(street.months):
        back = street.months - 1 - cycle
        paid = back > 0
        due_on: sa.ColumnElement[Any] = (
            sa.literal(today - timedelta(days=30 * back), sa.Date)
            if paid
            else _last_due(number, street, today)
        )
        await _put(
            unit,
            charges,
            client_id=number,
            subscription_id=number,
            cycle=sa.literal(cycle),
            amount=sa.literal(PRICE),
            paid=sa.literal(PRICE if paid else 0),
            currency=sa.literal("BRL"),
            due_on=due_on,
            txid=sa.literal(f"T{cycle}X").op("||")(sa.cast(number, sa.Text)),
            settled_at=sa.literal(now if paid else None, Instant),
            created_at=instant,
            _of=n,
        )
        if paid:
            await _put(
                unit,
                payments,
                client_id=number,
                amount=sa.literal(PRICE),
                currency=sa.literal("BRL"),
                paid_on=due_on,
                method=sa.literal("pix"),
                once=sa.literal(f"O{cycle}X").op("||")(sa.cast(number, sa.Text)),
                recorded_at=instant,
                _of=n,
            )


def _last_due(number: Any, street: Street, today: date) -> sa.ColumnElement[Any]:
    today_for, late_for = street.due_today, street.due_today + street.late
    return sa.case(
        (number <= today_for, sa.literal(today, sa.Date)),
        (number <= late_for, sa.literal(today - timedelta(days=26), sa.Date)),
        else_=sa.literal(today + timedelta(days=15), sa.Date),
    )


def _numbers(most: int) -> sa.CTE:
    """1, 2, 3 and so on."""
    begin = sa.select(sa.literal(1, Id).label("n")).cte("numbers", recursive=True)
    return begin.union_all(sa.select(begin.c.n + 1).where(begin.c.n < most))


def _name(number: Any) -> sa.ColumnElement[str]:
    first = sa.case(*((number % _UP == place, word) for place, word in enumerate(_FIRST)), else_="")
    last = sa.case(
        *((number % _DOWN // _UP == place, word) for place, word in enumerate(_LAST)), else_=""
    )
    blank = sa.literal(" ")
    return first.op("||")(blank).op("||")(last).op("||")(blank).op("||")(sa.cast(number, sa.Text))


async def _put(unit: Unit, table: sa.Table, _of: sa.CTE, **values: Any) -> None:
    rows = sa.select(*values.values()).select_from(_of)
    await unit.connection.execute(sa.insert(table).from_select(list(values), rows))
