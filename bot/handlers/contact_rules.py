"""The rules of contact: on which days, when, how often, how fast and to how many reminders go."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date

from bot.dialog.handler import action, form
from bot.dialog.screen import Deed, Screen, say
from bot.domain.contact import ContactRules
from bot.domain.errors import Unreadable
from bot.domain.role import Role
from bot.domain.text import Text, t
from bot.forms.contact import (
    ClosedOn,
    InAMinute,
    InAWeek,
    OpenOn,
    PeopleADay,
    RestBetween,
    UnheardAfter,
)
from bot.handlers.desk import Desk
from bot.services.ports.house import BusinessView

_WEEK = ("01234", "5", "6")  # Monday to Friday, Saturday, Sunday: as shops keep them
_CLOSED_SHOWN = 7


@action(needs=Role.VIEWER)
async def contact_rules(desk: Desk) -> Screen:
    """Every rule, with a button for each."""
    house = await desk.business.profile()
    screen = say("rules.title")
    for line in _told(house, desk.today):
        screen = screen.add(line)
    if desk.role is Role.OWNER:
        for days in _WEEK:
            screen = screen.offer(t(f"rules.hours.{days}"), open_hours, days=days)
        screen = (
            screen.offer("rules.change.gap", rest_between)
            .offer("rules.change.week", in_a_week)
            .offer("rules.change.people", people_a_day)
            .offer("rules.change.pace", in_a_minute)
            .offer("rules.change.closed", closed_days)
            .offer("rules.change.unheard", unheard_after)
            .offer("rules.change.other_chat", other_chat)
            .offer("rules.change.similar_words", similar_words)
        )
    return screen.offer("settings.back", "settings")


@action(needs=Role.VIEWER)
async def closed_days(desk: Desk) -> Screen:
    """The days off that are still to come; a tap takes one back."""
    house = await desk.business.profile()
    coming = sorted(day for day in house.closed_days if day >= desk.today)[:_CLOSED_SHOWN]
    screen = say("rules.closed.title" if coming else "rules.closed.none")
    if desk.role is Role.OWNER:
        for day in coming:
            screen = screen.offer(
                t("rules.closed.take_back", day=day), open_after_all, day=day.isoformat()
            )
        screen = screen.offer("rules.closed.add", close_on)
    return screen.offer("rules.back", contact_rules)


@action(needs=Role.OWNER)
async def open_after_all(desk: Desk, day: str) -> Screen:
    """A day off that is none."""
    await desk.business.open_on(date.fromisoformat(day), by=desk.me)
    return await _shown(desk, closed_days.run)


@form(ClosedOn, needs=Role.OWNER, confirm=False)
async def close_on(answers: ClosedOn, desk: Desk) -> Screen:
    """One more day on which nobody is written to."""
    if answers.day.on < desk.today:
        raise Unreadable("errors.day.past", field="day")
    await desk.business.close_on(answers.day.on, by=desk.me)
    return await _shown(desk, closed_days.run)


@form(OpenOn, needs=Role.OWNER, confirm=False, hidden=("days",))
async def open_hours(answers: OpenOn, desk: Desk) -> Screen:
    """When people may be written to on these days."""
    days = [int(day) for day in answers.days]
    await desk.business.keep_hours(days, answers.hours, by=desk.me)
    return await _shown(desk, contact_rules.run)


@form(RestBetween, needs=Role.OWNER, confirm=False)
async def rest_between(answers: RestBetween, desk: Desk) -> Screen:
    """The least time between two reminders to one person."""
    return await _keep(desk, gap_hours=answers.gap_hours)


@form(InAWeek, needs=Role.OWNER, confirm=False)
async def in_a_week(answers: InAWeek, desk: Desk) -> Screen:
    """The most reminders to one person within a week."""
    return await _keep(desk, per_week=answers.per_week)


@form(PeopleADay, needs=Role.OWNER, confirm=False)
async def people_a_day(answers: PeopleADay, desk: Desk) -> Screen:
    """The most people within a day; skipped, as many as WhatsApp allows."""
    return await _keep(desk, people_a_day=answers.people_a_day)


@form(InAMinute, needs=Role.OWNER, confirm=False)
async def in_a_minute(answers: InAMinute, desk: Desk) -> Screen:
    """The most reminders within a minute; skipped, all at once."""
    return await _keep(desk, per_minute=answers.per_minute or 0)


@form(UnheardAfter, needs=Role.OWNER, confirm=False)
async def unheard_after(answers: UnheardAfter, desk: Desk) -> Screen:
    """How long a message may be without a word that it arrived."""
    return await _keep(desk, unheard_hours=answers.unheard_hours)


@action(needs=Role.OWNER)
async def other_chat(desk: Desk) -> Screen:
    """Whether what nobody heard of goes once over the client's other chat: the other way now."""
    rules = (await desk.business.profile()).rules
    return await _keep(desk, other_chat=not rules.other_chat)


@action(needs=Role.OWNER)
async def similar_words(desk: Desk) -> Screen:
    """Whether another true text goes where one may not be sent: the other way now."""
    rules = (await desk.business.profile()).rules
    return await _keep(desk, similar_words=not rules.similar_words)


async def _keep(desk: Desk, **limits: int | None) -> Screen:
    """Change what was typed, and nothing else: two people may be at it."""
    await desk.business.change_rules(desk.me, **limits)
    return await _shown(desk, contact_rules.run)


async def _shown(desk: Desk, show: Callable[[Desk], Awaitable[Screen | Deed]]) -> Screen:
    screen = await show(desk)
    assert isinstance(screen, Screen)
    return replace(screen, body=(t("settings.changed"), *screen.body))


def _told(house: BusinessView, today: date) -> list[Text]:
    lines = [_hours_of(house, days) for days in _WEEK]
    coming = sorted(day for day in house.closed_days if day >= today)
    if coming:
        lines.append(t("rules.closed.next", count=len(coming), day=coming[0]))
    return [*lines, *_limits(house.rules)]


def _hours_of(house: BusinessView, days: str) -> Text:
    """Alike on all of these days, as they are changed together."""
    name, times = t(f"rules.days.{days}"), house.hours.get(int(days[0]))
    if times is None:
        return t("rules.shut", days=name)
    return t("rules.open", days=name, opens=times[0], closes=times[1])


def _limits(rules: ContactRules) -> list[Text]:
    most = rules.people_a_day
    return [
        t("rules.gap", count=rules.gap_hours),
        t("rules.week", count=rules.per_week),
        t("rules.people", count=most) if most else t("rules.people_free"),
        t("rules.pace", count=rules.per_minute) if rules.per_minute else t("rules.pace_free"),
        *_silence(rules),
        t("rules.similar_words" if rules.similar_words else "rules.no_similar_words"),
    ]


def _silence(rules: ContactRules) -> list[Text]:
    if not rules.unheard_hours:
        return [t("rules.unheard_off")]
    key = "rules.other_chat" if rules.other_chat else "rules.no_other_chat"
    return [t("rules.unheard", count=rules.unheard_hours), t(key)]
