"""Record a payment: say who paid, see what the money settles, say yes. Or take one back."""

from collections.abc import Sequence
from datetime import timedelta

from bot.dialog.handler import Said, action, form
from bot.dialog.screen import Deed, Offer, Screen, say
from bot.domain.amounts import read_money
from bot.domain.errors import Unreadable
from bot.domain.ids import ClientId, PaymentId
from bot.domain.message import Style
from bot.domain.names import fold
from bot.domain.payment import Method
from bot.domain.text import Text, plain, t
from bot.forms.payment import PaymentReceived
from bot.handlers.desk import Desk
from bot.services.ports.clients import ClientRow
from bot.services.receipts import what_it_settles

_NAME = 60  # letters of a name that are looked for


@form(PaymentReceived, hidden=("client",))
async def record_payment(answers: PaymentReceived, desk: Desk) -> Screen:
    """Record the money once, however often the button is tapped."""
    recorded = await desk.payments.record(answers, by=desk.me, once=desk.once)
    payment = recorded.payment
    screen = say("payment.recorded", client=payment.client_name, amount=payment.amount)
    for line in what_it_settles(recorded.settlement):
        screen = screen.add(line)
    return (
        screen.offer("payment.undo", undo_payment, payment=payment.id)
        .offer("client.open", "client_card", client=payment.client_id)
        .offer("payment.another", paid)
        .offer("go.home", "home")
    )


@record_payment.offers("amount")
async def what_they_owe(desk: Desk, said: Said) -> Sequence[Offer]:
    """What is asked of them, in one tap; any other sum may be typed."""
    amounts = await desk.charges.usual_amounts(ClientId(said["client"]))
    return [Offer(str(amount), t("payment.amount", amount=amount)) for amount in amounts]


@record_payment.offers("paid_on")
async def lately(desk: Desk, _said: Said) -> Sequence[Offer]:
    """Today or yesterday; any other day may be typed."""
    yesterday = desk.today - timedelta(days=1)
    return [
        Offer(desk.today.isoformat(), t("payment.today")),
        Offer(yesterday.isoformat(), t("payment.yesterday")),
    ]


@record_payment.offers("method")
async def ways_to_pay(desk: Desk, _said: Said) -> Sequence[Offer]:
    """Every way that is told apart."""
    del desk
    return [Offer(method.value, method.shown) for method in Method]


@record_payment.review
async def what_would_be_settled(answers: PaymentReceived, desk: Desk) -> Text:
    """Tell, before the yes, whose it is and which charges the money would close."""
    foreseen = await desk.payments.preview(answers)
    lines = what_it_settles(foreseen.settlement)
    return t("payment.settles", client=foreseen.client_name, lines=lines)


@action("paid")
async def paid(desk: Desk, typed: str = "") -> Screen | Deed:
    """Who paid? Part of a name finds them; ``Ana; 49,90; ontem; pix`` says the rest as well."""
    name, _, rest = typed.partition(";")
    name, rest = name.strip(), rest.strip()
    if not name:
        return await _who_paid(desk)
    found = await _named(desk, name)
    if not found and not rest:
        name, rest = _with_amount(name, desk)
        found = await _named(desk, name) if rest else found
    if len(found) == 1:
        return Deed(record_payment.name, {"client": found[0].id, "typed": rest})
    if not found:
        return (await _who_paid(desk)).add("payment.nobody", words=plain(name))
    screen = say("payment.which", words=plain(name))
    for row in found:
        hint = t("payment.owes", owed=row.owed) if row.owed else t("payment.owes_nothing")
        screen = screen.offer(plain(row.name), record_payment, hint, client=row.id, typed=rest)
    return screen.offer("go.home", "home").expecting(paid)


@action()
async def undo_payment(desk: Desk, payment: int) -> Screen:
    """Take a payment back within a day of its confirmation."""
    undone = await desk.payments.undo(PaymentId(payment), by=desk.me)
    found = undone.payment
    screen = say("payment.undone", client=found.client_name, amount=found.amount)
    if undone.told:
        screen = screen.add("payment.undone_told")
    return screen.offer("client.open", "client_card", client=found.client_id).offer(
        "go.home", "home"
    )


@action("undo")
async def undo_last(desk: Desk, typed: str = "") -> Screen:
    """Offer the last payment this person recorded, to be taken back with one tap."""
    del typed
    last = await desk.payments.last_by(desk.me)
    if last is None:
        return say("payment.nothing_to_undo").offer("go.home", "home")
    return (
        say("payment.undo_which", client=last.client_name, amount=last.amount, at=last.recorded_at)
        .offer("payment.undo", undo_payment, style=Style.DANGER, payment=last.id)
        .offer("go.home", "home")
    )


async def _who_paid(desk: Desk) -> Screen:
    """Ask for a name; whoever owes longest is one tap away."""
    screen = say("payment.who")
    for debtor in await desk.charges.debtors():
        hint = t("payment.owes_since", owed=debtor.owed, due=debtor.since)
        screen = screen.offer(plain(debtor.name), record_payment, hint, client=debtor.client_id)
    return screen.offer("go.home", "home").expecting(paid)


async def _named(desk: Desk, name: str) -> Sequence[ClientRow]:
    """Whoever may be meant; a name said in full means just that one."""
    rows = (await desk.clients.find(name[:_NAME], after=None)).items
    same = [row for row in rows if fold(row.name) == fold(name)]
    return same if len(same) == 1 else rows


def _with_amount(words: str, desk: Desk) -> tuple[str, str]:
    """``Ana Souza 49,90`` taken apart; nothing is taken off if no amount stands at the end."""
    name, _, last = words.rpartition(" ")
    try:
        read_money(last, desk.house.currency)
    except Unreadable:
        return words, ""
    return (name.strip(), last) if name else (words, "")
