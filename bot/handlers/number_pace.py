"""How fast our number begins chats, and why not faster."""

from bot.dialog.handler import action
from bot.dialog.screen import Screen, say
from bot.domain.errors import NotFound
from bot.domain.message import Style
from bot.domain.number_pace import Level
from bot.domain.role import Role
from bot.domain.text import Text, t
from bot.handlers.desk import Desk
from bot.services.pace_words import why_slow
from bot.services.ports.pace import PaceView


@action(needs=Role.VIEWER)
async def number_pace(desk: Desk) -> Screen:
    """The day, the room it has left, what slows it down and what holds it."""
    view = await desk.pace.view()
    if view is None:
        raise NotFound("errors.pace.free")
    screen = say("pace.title").add(today_of(view))
    for line in _standing(view, desk):
        screen = screen.add(line)
    if view.pace.held_why and desk.role >= Role.MANAGER:
        screen = screen.offer("pace.go_on", pace_go_on, style=Style.DANGER)
    if desk.role is Role.OWNER:
        screen = screen.offer("rules.change.people", "people_a_day")
    return screen.offer("pace.look_again", number_pace).offer("pace.back", "whatsapp")


@action()
async def pace_go_on(desk: Desk) -> Screen:
    """Let it go on: whoever taps has looked at the phone."""
    await desk.pace.go_on(by=desk.me)
    return say("pace.goes_on").offer("pace.go", number_pace).offer("go.home", "home")


def today_of(view: PaceView) -> Text:
    """The day in one line: how far the number is, how many it may write to, how many it has."""
    room = {"count": view.allowed, "used": view.used}
    if view.day > view.days:
        return t("pace.today", **room)
    return t("pace.day", day=view.day, days=view.days, **room)


def _standing(view: PaceView, desk: Desk) -> list[Text]:
    now, pace = desk.clock.now(), view.pace
    lines: list[Text] = []
    if pace.held_why:
        lines.append(t("pace.held", why=t(f"reason.{pace.held_why}")))
    if pace.level is not Level.FULL:
        lines.append(t(f"pace.level.{pace.level:d}", why=why_slow(pace)))
    if pace.no_new(now) and pace.no_new_until:
        lines.append(t("pace.no_new", until=pace.no_new_until))
    if view.waiting:
        lines.append(t("pace.waiting", count=view.waiting))
    if pace.next_at and pace.next_at > now and not pace.held_why:
        lines.append(t("pace.next", at=pace.next_at))
    if view.started:
        week = {"arrived": view.arrived, "answered": view.answered}
        lines.append(t("pace.week", count=view.started, **week))
    return [*lines, t("pace.tomorrow", count=view.tomorrow), t("pace.how")]
