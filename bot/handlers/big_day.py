"""The second tap for a day on which far more would go out than usual."""

from datetime import date

from bot.dialog.handler import action
from bot.dialog.screen import Screen, say
from bot.handlers.desk import Desk
from bot.services.ports.big_days import Answer


@action()
async def big_day_send(desk: Desk, day: str) -> Screen:
    """Let them go."""
    asked = await desk.big_days.decide(date.fromisoformat(day), Answer.SEND, by=desk.me)
    screen = say("big_day.sent", count=asked.people)
    return screen.offer("big_day.go.queue", "queue").offer("go.home", "home")


@action()
async def big_day_hold(desk: Desk, day: str) -> Screen:
    """Let none go today; tomorrow it is asked anew."""
    await desk.big_days.decide(date.fromisoformat(day), Answer.HOLD, by=desk.me)
    screen = say("big_day.held").offer("big_day.send_after_all", big_day_send, day=day)
    return screen.offer("big_day.go.overdue", "overdue").offer("go.home", "home")
