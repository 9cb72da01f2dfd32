"""What leaves tomorrow, word for word; one may still be kept back."""

from datetime import date

from bot.dialog.handler import action
from bot.dialog.screen import Screen, say
from bot.domain.ids import ClientId
from bot.domain.message import ChannelName, Style
from bot.domain.role import Role
from bot.domain.text import plain, t
from bot.handlers.desk import Desk
from bot.services.ports.paging import ROWS

_PHONES = ChannelName.WHATSAPP


@action(needs=Role.VIEWER)
async def tomorrow(desk: Desk) -> Screen:
    """How many go in which words, and one of each as it reads."""
    every = await desk.tomorrow.messages()
    going = [one for one in every if not one.skipped]
    day = desk.tomorrow.day
    screen = say("tomorrow.title", day=day, count=len(going)) if going else say("tomorrow.none")
    for line in desk.tomorrow.groups(going):
        screen = screen.add(line)
    if every:
        screen = screen.offer("tomorrow.go.list", tomorrow_list)
    pace, over = await desk.pace.view(), [one for one in going if one.channel == _PHONES]
    if pace and len(over) > pace.tomorrow:
        screen = screen.add("tomorrow.pace", count=pace.tomorrow).offer("pace.go", "number_pace")
    screen = screen.offer("tomorrow.go.ladder", "ladder")
    return _switch(screen, on=(await desk.business.profile()).evening_digest).offer(
        "go.home", "home"
    )


@action(needs=Role.VIEWER)
async def tomorrow_list(desk: Desk, place: int = 0) -> Screen:
    """Everybody, by name, a page at a time; a tap shows the message."""
    every = await desk.tomorrow.messages()
    day = desk.tomorrow.day.isoformat()
    screen = say("tomorrow.list", count=len(every)) if every else say("tomorrow.none")
    for one in every[place : place + ROWS]:
        hint = t("tomorrow.is_skipped") if one.skipped else t(f"whatsapp.form.{one.form}")
        screen = screen.offer(plain(one.name), tomorrow_message, hint, client=one.client, day=day)
    if place + ROWS < len(every):
        screen = screen.offer("list.more", tomorrow_list, place=place + ROWS)
    return screen.offer("tomorrow.back", tomorrow)


@action(needs=Role.VIEWER)
async def tomorrow_message(desk: Desk, client: int, day: str) -> Screen:
    """One message as it will read."""
    one = await desk.tomorrow.message(ClientId(client), date.fromisoformat(day))
    words = desk.tomorrow.reads(one)
    screen = say("tomorrow.example", name=plain(one.name), words=words)
    if one.skipped:
        screen = screen.add("tomorrow.stays_here")
        screen = screen.offer("tomorrow.unskip", unskip, client=client, day=day)
    else:
        screen = screen.add("tomorrow.what_is_open")
        screen = screen.offer("tomorrow.skip", skip, None, Style.DANGER, client=client, day=day)
    screen = screen.offer("tomorrow.go.ladder", "ladder")
    screen = screen.offer("client.open", "client_card", client=client)
    return screen.offer("tomorrow.back_to_list", tomorrow_list)


@action()
async def skip(desk: Desk, client: int, day: str) -> Screen:
    """Keep this one back."""
    return await _skipped(desk, client, day, skipped=True)


@action()
async def unskip(desk: Desk, client: int, day: str) -> Screen:
    """Let it go after all."""
    return await _skipped(desk, client, day, skipped=False)


@action(needs=Role.VIEWER)
async def tomorrow_fine(desk: Desk) -> Screen:
    """Nothing to change."""
    del desk
    return say("tomorrow.is_fine").offer("go.home", "home")


@action()
async def evening_digest(desk: Desk, *, on: bool) -> Screen:
    """Tell of it every evening, or only when asked."""
    await desk.business.tell_in_the_evening(by=desk.me, on=on)
    screen = say("tomorrow.now_on" if on else "tomorrow.now_off")
    return _switch(screen, on=on).offer("go.home", "home")


async def _skipped(desk: Desk, client: int, day: str, *, skipped: bool) -> Screen:
    ahead = date.fromisoformat(day)
    one = await desk.tomorrow.message(ClientId(client), ahead)
    await desk.tomorrow.skip(ClientId(client), ahead, desk.me, skipped=skipped)
    key = "tomorrow.now_skipped" if skipped else "tomorrow.goes_after_all"
    label, back = ("tomorrow.unskip", unskip) if skipped else ("tomorrow.skip", skip)
    return (
        say(key, name=plain(one.name))
        .offer(label, back, client=client, day=day)
        .offer("tomorrow.look", tomorrow_message, client=client, day=day)
        .offer("tomorrow.back_to_list", tomorrow_list)
    )


def _switch(screen: Screen, *, on: bool) -> Screen:
    label = "tomorrow.switch_off" if on else "tomorrow.switch_on"
    return screen.offer(label, evening_digest, on=not on)
