"""First steps: four questions and the house is ready. And whoever does not belong here."""

from collections.abc import Sequence
from contextlib import suppress

from bot.dialog.handler import Said, action, form
from bot.dialog.screen import Offer, Screen, say
from bot.domain.errors import Unreadable
from bot.domain.message import ChannelName, Incoming
from bot.domain.money import Money
from bot.domain.phone import Phone, is_phone
from bot.domain.plan import Period
from bot.domain.role import Role
from bot.domain.text import plain, t
from bot.forms.plan import NewPlan
from bot.forms.settings import SetUp
from bot.handlers.desk import Desk

_USUAL_PRICES = (4990, 9990, 14990)  # minor units
_SHOWN = 500  # letters of what somebody wrote whom only the house can place
# Time zones are named without accents; people are not used to that.
_ACCENTED = {"Sao Paulo": "São Paulo", "Belem": "Belém", "Maceio": "Maceió", "Cuiaba": "Cuiabá"}


@form(SetUp, needs=Role.OWNER)
async def set_up(answers: SetUp, desk: Desk) -> Screen:
    """Keep the first answers; from now on the house can bill."""
    await desk.business.set_up(answers.name, answers.city, answers.pix_key, by=desk.me)
    plan = answers.plan
    period = Period.read(plan.name) or Period.MONTHLY
    await desk.plans.have(NewPlan(plan=plan.name, price=plan.price, period=period), by=desk.me)
    return (
        say("set_up.done", business=plain(answers.name))
        .add("set_up.what_next")
        .offer("home.go.import", "import_clients")
        .offer("home.go.add", "add_client")
        .offer("go.home", "home")
    )


@set_up.offers("name")
async def the_name_known(desk: Desk, _said: Said) -> Sequence[Offer]:
    """What the settings call the business."""
    name = desk.house.name
    return [Offer(name, plain(name))] if name else []


@set_up.offers("city")
async def the_city_known(desk: Desk, _said: Said) -> Sequence[Offer]:
    """The city already written down, or the largest of the business's own time zone."""
    of_the_zone = desk.house.zone.rpartition("/")[2].replace("_", " ")
    city = desk.house.city or _ACCENTED.get(of_the_zone, of_the_zone)
    return [Offer(city, plain(city))]


@set_up.offers("plan")
async def usual_plans(desk: Desk, _said: Said) -> Sequence[Offer]:
    """A monthly plan at prices many ask; any other may be typed."""
    name = desk.say(t("set_up.monthly"))
    prices = [Money(minor, desk.house.currency) for minor in _USUAL_PRICES]
    return [
        Offer(f"{name}; {price}", t("plan.named_and_costs", name=plain(name), price=price))
        for price in prices
    ]


@action(needs=Role.STRANGER)
async def stranger_says(desk: Desk, incoming: Incoming) -> Screen:
    """Polite, the same for everybody, and nothing about whose house this is.

    Who came without a number is asked for it; whether that is a client's, only the house hears.
    """
    if desk.person.in_doubt:
        words = plain(incoming.text[:_SHOWN]) if incoming.text else t("client.unreadable")
        await desk.identities.ask_which(desk.person, words)
        return say("stranger.passed_on")
    if incoming.own_number:
        with suppress(Unreadable):
            await desk.identities.ask_whose_number(desk.person, Phone.read(incoming.text))
        return say("stranger.passed_on")
    hello = say("stranger.hello")
    return hello.add("stranger.your_number").asking_number() if _is_nameless(incoming) else hello


def _is_nameless(incoming: Incoming) -> bool:
    """Whether WhatsApp told no number of theirs, and has a button that asks for it."""
    told = is_phone(incoming.sender) or "@" in incoming.sender  # a linked device has no button
    return incoming.channel is ChannelName.WHATSAPP and not told
