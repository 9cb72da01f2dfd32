"""Change one thing about a client, each by a question of its own."""

from collections.abc import Sequence

from bot.dialog.handler import Said, action, form
from bot.dialog.screen import Offer, Screen, say
from bot.domain.ids import ClientId
from bot.domain.text import plain, t
from bot.forms.client import (
    ChangeDueDay,
    ChangeName,
    ChangeNote,
    ChangePhone,
    ChangePlan,
    ChangePrice,
)
from bot.forms.rules import LANGUAGES
from bot.handlers.client_card import card_screen
from bot.handlers.desk import Desk
from bot.services.ports.paging import ROWS

_CHANGED = t("client.changed")


@action()
async def client_edit(desk: Desk, client: int) -> Screen:
    """What may be changed."""
    card = await desk.clients.card(ClientId(client))
    return (
        say("client.edit_what", name=card.name)
        .offer("field.name", change_client_name, client=client)
        .offer("field.phone", change_client_phone, client=client)
        .offer("field.plan", change_client_plan, client=client)
        .offer("field.price", change_client_price, client=client)
        .offer("field.first_due", change_client_due_day, client=client)
        .offer("field.note", change_client_note, client=client)
        .offer("settings.change.language", client_language, client=client)
        .offer("client.remind_from", "reminded_from", client=client)
        .offer("client.open", "client_card", client=client)
    )


@action()
async def client_language(desk: Desk, client: int, to: str = "") -> Screen:
    """In which language they are written to from now on."""
    card = await desk.clients.card(ClientId(client))
    if to not in LANGUAGES:
        screen = say("client.which_language", name=card.name)
        for language in LANGUAGES:
            screen = screen.offer(
                f"language.{language}", client_language, client=client, to=language
            )
        return screen.offer("client.open", "client_card", client=client)
    await desk.team.speak(card.person_id, to)
    return card_screen(card, _CHANGED)


@form(ChangeName, confirm=False, hidden=("client",))
async def change_client_name(answers: ChangeName, desk: Desk) -> Screen:
    """They are called otherwise."""
    client = ClientId(answers.client)
    return card_screen(await desk.clients.change_name(client, answers.name, by=desk.me), _CHANGED)


@form(ChangePhone, hidden=("client",))
async def change_client_phone(answers: ChangePhone, desk: Desk) -> Screen:
    """Read back before it counts: a wrong phone tells a stranger about a debt."""
    client = ClientId(answers.client)
    return card_screen(await desk.clients.change_phone(client, answers.phone, by=desk.me), _CHANGED)


@form(ChangePlan, hidden=("client",))
async def change_client_plan(answers: ChangePlan, desk: Desk) -> Screen:
    """They are on another plan."""
    client = ClientId(answers.client)
    card = await desk.clients.change_plan(client, answers.plan, answers.price, by=desk.me)
    return card_screen(card, _CHANGED)


@change_client_plan.checks("plan")
async def it_is_a_plan(desk: Desk, plan: str) -> None:
    """Tell at once that there is none of this name."""
    await desk.plans.get(plan)


@change_client_plan.offers("plan")
async def plans_to_choose(desk: Desk, _said: Said) -> Sequence[Offer]:
    """Every plan still sold, the most used first."""
    return [
        Offer(plan.name, plain(plan.name), t("plan.costs", price=plan.price))
        for plan in (await desk.plans.on_sale())[:ROWS]
    ]


@change_client_plan.offers("price")
async def price_of_the_chosen(desk: Desk, said: Said) -> Sequence[Offer]:
    """The plan's own price; any other may be typed."""
    if "plan" not in said:
        return []
    plan = await desk.plans.get(said["plan"])
    return [Offer(str(plan.price), t("plan.costs", price=plan.price))]


@form(ChangePrice, confirm=False, hidden=("client",))
async def change_client_price(answers: ChangePrice, desk: Desk) -> Screen:
    """What is due already keeps its price."""
    client = ClientId(answers.client)
    return card_screen(await desk.clients.change_price(client, answers.price, by=desk.me), _CHANGED)


@form(ChangeDueDay, confirm=False, hidden=("client",))
async def change_client_due_day(answers: ChangeDueDay, desk: Desk) -> Screen:
    """The next charge falls due on another day, and all later ones count from it."""
    client = ClientId(answers.client)
    card = await desk.clients.change_due_day(client, answers.first_due, by=desk.me)
    return card_screen(card, _CHANGED)


@form(ChangeNote, confirm=False, hidden=("client",))
async def change_client_note(answers: ChangeNote, desk: Desk) -> Screen:
    """A new note in place of the old one; skipped, there is none any more."""
    client = ClientId(answers.client)
    card = await desk.clients.change_note(client, answers.note or "", by=desk.me)
    return card_screen(card, _CHANGED)
