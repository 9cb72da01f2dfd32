"""Add a client. NewClient holds the questions; this file says what follows the last."""

from collections.abc import Sequence

from bot.dialog.handler import Said, form
from bot.dialog.screen import Offer, Screen, say
from bot.domain.errors import Unreadable
from bot.domain.phone import Phone
from bot.domain.text import Text, plain, t
from bot.forms.client import NewClient
from bot.handlers.desk import Desk
from bot.services.ports.paging import ROWS

_DIGITS_OF_A_PHONE = 8
_USUAL_DAYS = (5, 10, 15, 20)  # of the month: when most wages are in


@form(NewClient, command="new")
async def add_client(answers: NewClient, desk: Desk) -> Screen:
    """Save the client who was read back and confirmed."""
    card = await desk.clients.add(answers, by=desk.me)
    screen = say("client.added", name=card.name, price=card.price)
    if card.next_due is not None:
        screen = screen.add("client.first_due", due=card.next_due)
    if card.unreminded:
        screen = screen.add("client.late_on_arrival").offer(
            "client.remind_overdue", "remind_overdue", client=card.id
        )
    return (
        screen.offer("client.open", "client_card", client=card.id)
        .offer("client.add_another", add_client)
        .offer("go.home", "home")
    )


@add_client.checks("name")
async def only_a_name(desk: Desk, name: str) -> None:
    """All of a line without its marks would become a name, phone and price and all."""
    del desk
    if sum(letter.isdigit() for letter in name) >= _DIGITS_OF_A_PHONE:
        raise Unreadable("errors.name.with_phone", field="name")


@add_client.checks("phone")
async def nobody_has_it_yet(desk: Desk, phone: Phone) -> None:
    """Tell at once, not at the end, that the phone is somebody's."""
    await desk.clients.refuse_known_phone(phone)


@add_client.checks("plan")
async def it_is_sold(desk: Desk, plan: str) -> None:
    """Only a plan we have can be sold; the refusal says how to make one."""
    await desk.plans.get(plan)


@add_client.offers("plan")
async def plans_on_sale(desk: Desk, _said: Said) -> Sequence[Offer]:
    """Every plan still sold, the most used first."""
    return [
        Offer(plan.name, plain(plan.name), t("plan.costs", price=plan.price))
        for plan in (await desk.plans.on_sale())[:ROWS]
    ]


@add_client.offers("price")
async def price_of_the_plan(desk: Desk, said: Said) -> Sequence[Offer]:
    """The plan's own price, one tap away; any other may be typed."""
    if "plan" not in said:
        return []
    plan = await desk.plans.get(said["plan"])
    return [Offer(str(plan.price), t("plan.costs", price=plan.price))]


@add_client.offers("first_due")
async def usual_days(desk: Desk, _said: Said) -> Sequence[Offer]:
    """The days most businesses bill on."""
    del desk
    return [Offer(f"dia {day}", t("day.of_month", day=day)) for day in _USUAL_DAYS]


@add_client.review
async def what_it_means(answers: NewClient, desk: Desk) -> Text:
    """Tell, before the yes, what becomes of a first due date that has passed."""
    if answers.first_due.on < desk.today:
        return t("client.review.late", due=answers.first_due.on)
    return t("client.review.due", due=answers.first_due.on)
