"""Days said of one client: until when they promised to pay, from when they are reminded."""

from datetime import date

from bot.dialog.handler import action, form
from bot.dialog.screen import Screen, say
from bot.domain.errors import Refusal
from bot.domain.ids import ClientId
from bot.domain.role import Role
from bot.domain.text import plain, t
from bot.forms.contact import PromisedOn, RemindedFrom
from bot.handlers.client_card import card_screen
from bot.handlers.desk import Desk
from bot.services.pix import pay_label
from bot.services.ports.post import Notice, Press


@form(PromisedOn, confirm=False, hidden=("client",))
async def promised_on(answers: PromisedOn, desk: Desk) -> Screen:
    """Reminders rest until the day is over."""
    card = await desk.clients.promise(ClientId(answers.client), answers.day.on, by=desk.me)
    return card_screen(card, t("client.now_promised", day=answers.day.on))


@action()
async def forget_promise(desk: Desk, client: int) -> Screen:
    """Remind them as if nothing had been said."""
    card = await desk.clients.forget_promise(ClientId(client), by=desk.me)
    return card_screen(card, t("client.promise_forgotten"))


@form(RemindedFrom, confirm=False, hidden=("client",))
async def reminded_from(answers: RemindedFrom, desk: Desk) -> Screen:
    """Reminders begin on this day; skipped, whenever something is due."""
    day = answers.day.on if answers.day else None
    card = await desk.clients.remind_from(ClientId(answers.client), day, by=desk.me)
    key = "client.now_quiet" if day and day > desk.today else "client.now_reminded_again"
    return card_screen(card, t(key, day=day) if day else t(key))


@action(needs=Role.CLIENT)
async def client_promises(desk: Desk, day: str, said: str = "") -> Screen:
    """Take the client's word for the day, and tell the house."""
    on = date.fromisoformat(day)
    before = await desk.clients.card(desk.client_id)
    if not before.charges:
        return say("client.owes_nothing_now", business=desk.signature)
    try:
        card = await desk.clients.promise(desk.client_id, on)
    except Refusal:
        # Too far away to be taken for granted: a person reads it.
        await desk.forward(plain(said))
        return say("client.forwarded", business=desk.signature)
    notice = Notice(
        "promise",
        (t("client.promised_to_pay", client=plain(card.name), day=on, owed=card.owed),),
        (
            Press(t("client.open"), "client_card", {"client": card.id}),
            Press(t("client.forget_promise"), "forget_promise", {"client": card.id}),
        ),
    )
    for member in await desk.post.staff():
        await desk.post.tell(member, notice)
    return say("client.promise_taken", day=on, business=desk.signature).offer(
        pay_label(desk.house), "client_pix"
    )
