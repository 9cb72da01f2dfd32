"""What messages cost, as the owner says it: by kind and by country."""

from bot.dialog.handler import action, form
from bot.dialog.screen import Screen, say
from bot.domain.message_cost import CATEGORIES, ELSEWHERE, Prices, Rate
from bot.domain.role import Role
from bot.domain.text import Text, plain, t
from bot.forms.prices import FreeAnswers, MessagePrice
from bot.handlers.desk import Desk


@action(needs=Role.OWNER)
async def message_prices(desk: Desk) -> Screen:
    """Every price that was said, with a button for each kind."""
    return _shown(say("prices.title"), await desk.number.prices())


@form(MessagePrice, needs=Role.OWNER, confirm=False, hidden=("category",))
async def price_messages(answers: MessagePrice, desk: Desk) -> Screen:
    """A price that counts from this very look on."""
    code = answers.calling_code or ELSEWHERE
    await desk.number.price(answers.category, code, answers.rate, by=desk.me)
    return _shown(say("settings.changed"), await desk.number.prices())


@form(FreeAnswers, needs=Role.OWNER, confirm=False)
async def free_answers(answers: FreeAnswers, desk: Desk) -> Screen:
    """How many answers a month cost nothing."""
    await desk.number.let_go_free("service", answers.free, by=desk.me)
    return _shown(say("settings.changed"), await desk.number.prices())


def _shown(screen: Screen, prices: Prices) -> Screen:
    for (category, code), rate in sorted(prices.rates.items()):
        screen = screen.add(_line(category, code, rate))
    if not prices.rates:
        screen = screen.add("prices.none_yet")
    screen = screen.add("prices.free", count=prices.free.get("service", 0))
    for category in CATEGORIES:
        screen = screen.offer(t(f"prices.change.{category}"), price_messages, category=category)
    return screen.offer("prices.change.free", free_answers).offer("prices.back", "whatsapp")


def _line(category: str, code: str, rate: Rate) -> Text:
    kind, amount = t(f"prices.kind.{category}"), rate_shown(rate)
    if code:
        return t("prices.line", kind=kind, country=plain(f"+{code}"), rate=amount)
    return t("prices.line", kind=kind, country=t("prices.elsewhere"), rate=amount)


def rate_shown(rate: Rate) -> Text:
    """A price with all its digits."""
    return t("prices.rate", currency=plain(rate.currency), amount=rate.amount)
