"""``/regua simular``: the last thirty days under a ladder; who would have got what, and when."""

from collections.abc import Mapping

from bot.dialog.handler import action
from bot.dialog.screen import Screen, say
from bot.domain.role import Role
from bot.domain.text import plain, t
from bot.handlers.desk import Desk
from bot.handlers.step_drafts import Kept, called, read

_ROWS = 10
_BLOCKS = 12  # of the longest bar: a small screen holds no more


@action(needs=Role.VIEWER)
async def ladder_replay(desk: Desk, draft: Kept | None = None) -> Screen:
    """How many messages, for which step, and how they lie in the hours of the day."""
    played = await desk.ladder.rehearse(read(draft) if draft else None)
    screen = say("replay.changed" if draft else "replay.title")
    if not played.letters:
        return _ends(screen.add("replay.none"), draft)
    screen = screen.add("replay.total", count=len(played.letters), clients=played.clients)
    for view, count in played.by_step:
        step = called(view.step)
        if view.plan is not None:
            step = t("replay.of_plan", step=step, plan=plain(view.plan))
        screen = screen.add("replay.step", count=count, step=step)
    screen = screen.add("replay.hours").add(plain("\n".join(_bars(played.hours))))
    if played.busiest:
        day, count = played.busiest
        screen = screen.add("replay.busiest", day=day, count=count)
    screen = screen.add("replay.pauses")
    return _ends(screen.offer("replay.who", replay_letters, draft=draft, place=0), draft)


@action(needs=Role.VIEWER)
async def replay_letters(desk: Desk, draft: Kept | None = None, place: int = 0) -> Screen:
    """Who would have got what, the earliest first, a page at a time."""
    played = await desk.ladder.rehearse(read(draft) if draft else None)
    some = played.letters[place : place + _ROWS]
    names = await desk.ladder.names({letter.client_id for letter in some})
    screen = say("replay.rows", first=place + 1, last=place + len(some), of=len(played.letters))
    for letter in some:
        name = plain(names.get(letter.client_id, ""))
        screen = screen.add("replay.row", name=name, step=called(letter.step), at=letter.at)
    if place + _ROWS < len(played.letters):
        screen = screen.offer("list.more", replay_letters, draft=draft, place=place + _ROWS)
    return _ends(screen.offer("replay.back", ladder_replay, draft=draft), draft)


def _bars(hours: Mapping[int, int]) -> list[str]:
    """A bar an hour, from the first to the last in which anything would have gone."""
    most = max(hours.values())
    return [
        f"{hour:02}h {'▇' * max(1, round(hours[hour] * _BLOCKS / most))} {hours[hour]}"
        if hours.get(hour)
        else f"{hour:02}h"
        for hour in range(min(hours), max(hours) + 1)
    ]


def _ends(screen: Screen, draft: Kept | None) -> Screen:
    if draft:
        screen = screen.offer("replay.decide", "step_proposal", draft=draft)
    return screen.offer("ladder.back", "ladder").offer("go.home", "home")
