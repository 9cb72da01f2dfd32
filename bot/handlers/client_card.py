"""One client's card: how they stand, what they owe, what was said, and a button for every deed."""

from bot.dialog.handler import action
from bot.dialog.screen import Screen, say
from bot.domain.ids import ClientId
from bot.domain.message import Style
from bot.domain.role import Role
from bot.domain.text import Text, plain, t
from bot.handlers.desk import Desk
from bot.services.ports.clients import ClientCard

_PURPOSES = frozenset(
    {
        "reminder",
        "by_hand",
        "receipt",
        "claim",
        "claim_rejected",
        "forwarded",
        "waiting",
        "pix_missing",
        "promise",
        "invitation",
    }
)
_CHARGES = 5  # open ones on the card; more would push the buttons out of sight


@action(needs=Role.VIEWER)
async def client_card(desk: Desk, client: int) -> Screen:
    """Everything about one client."""
    return card_screen(await desk.clients.card(ClientId(client)))


@action()
async def client_pause(desk: Desk, client: int) -> Screen:
    """Bill and remind no more until they are resumed."""
    card = await desk.clients.pause(ClientId(client), by=desk.me)
    return card_screen(card, t("client.now_paused"))


@action()
async def client_unpause(desk: Desk, client: int) -> Screen:
    """Bill again from the next due date on."""
    card = await desk.clients.resume(ClientId(client), by=desk.me)
    return card_screen(card, t("client.now_active"))


@action()
async def client_cancel(desk: Desk, client: int, *, sure: bool = False) -> Screen:
    """Let a client go, once it was asked whether that is meant."""
    number = ClientId(client)
    if sure:
        card = await desk.clients.cancel(number, by=desk.me)
        return card_screen(card, t("client.now_cancelled"))
    card = await desk.clients.card(number)
    return (
        say("client.cancel_sure", name=card.name)
        .offer("client.cancel_yes", client_cancel, style=Style.DANGER, client=client, sure=True)
        .offer("client.cancel_no", client_card, client=client)
    )


@action()
async def remind_overdue(desk: Desk, client: int) -> Screen:
    """Remind also of what was late already when they came, or came back."""
    card = await desk.clients.remind_overdue(ClientId(client), by=desk.me)
    return card_screen(card, t("client.now_reminded"))


@action()
async def client_mute(desk: Desk, client: int) -> Screen:
    """Send them nothing that they did not ask for."""
    card = await desk.clients.opt_out(ClientId(client), by=desk.me)
    return card_screen(card, t("client.now_muted"))


@action()
async def client_unmute(desk: Desk, client: int) -> Screen:
    """They said that they want to be reminded again."""
    card = await desk.clients.opt_in(ClientId(client), by=desk.me)
    return card_screen(card, t("client.now_unmuted"))


def what_was_sent(purpose: str) -> Text:
    """What a message of ours was, in a word."""
    return t(f"message.{purpose}") if purpose in _PURPOSES else t("message.other")


def card_screen(card: ClientCard, note: Text | None = None) -> Screen:
    """The card, perhaps with a word first on what was just done."""
    lines = [*_who(card), *_money(card), *_reach(card)]
    return _buttons(Screen((*((note,) if note else ()), *lines)), card)


def _who(card: ClientCard) -> list[Text]:
    on = card.subscription
    lines = [
        t("card.name", name=card.name, standing=card.standing.shown),
        t("card.phone", phone=plain(card.phone.shown)),
        t("card.plan", plan=plain(on.plan), price=on.price, period=on.period.shown),
    ]
    if on.day_of_month is not None:
        lines.append(t("card.day", day=on.day_of_month))
    if card.note:
        lines.append(t("card.note", note=plain(card.note)))
    return lines


def _money(card: ClientCard) -> list[Text]:
    lines = [
        t(
            "card.charge",
            due=charge.due_on,
            left=charge.amount - charge.paid,
            state=t(f"charge_state.{charge.state.value}"),
        )
        for charge in card.charges[:_CHARGES]
    ]
    if card.charges:
        lines.insert(0, t("card.owes", owed=card.owed))
    if len(card.charges) > _CHARGES:
        lines.append(t("card.more_charges", count=len(card.charges) - _CHARGES))
    if not card.charges and card.next_due is not None:
        lines.append(t("card.next", due=card.next_due, price=card.price))
    if card.unreminded:
        lines.append(t("card.unreminded", count=card.unreminded))
    if paid := card.last_payment:
        lines.append(t("card.last_payment", amount=paid.amount, day=paid.paid_on))
    return lines


def _reach(card: ClientCard) -> list[Text]:
    lines = []
    if last := card.last_message:
        state = t(f"message_state.{last.state}")
        what = what_was_sent(last.purpose)
        lines.append(t("card.last_message", what=what, state=state, at=last.at))
    if card.promised_on and card.charges:
        key = "card.promised" if card.promised_on >= card.today else "card.promise_broken"
        lines.append(t(key, day=card.promised_on))
    if card.not_before and card.not_before > card.today:
        lines.append(t("card.not_before", day=card.not_before))
    if card.opted_out:
        lines.append(t("card.muted"))
    elif card.unreachable:
        lines.append(t("card.unreachable"))
    return lines


def _buttons(screen: Screen, card: ClientCard) -> Screen:
    client = card.id
    standing = card.subscription.standing
    if card.claimed:
        screen = screen.offer("home.go.claims", "claims")
    if standing == "active" or card.charges:
        screen = screen.offer(
            "client.record_payment", "record_payment", None, Style.PRIMARY, client=client
        )
    if card.unreminded and standing == "active":
        screen = screen.offer("client.remind_overdue", remind_overdue, client=client)
    if card.charges and standing == "active" and not card.opted_out:
        screen = screen.offer("client.remind_now", "remind_client", client=client)
    if card.charges and standing == "active":
        promised = card.promised_on is not None and card.promised_on >= card.today
        screen = screen.offer(
            "client.forget_promise" if promised else "client.promised",
            "forget_promise" if promised else "promised_on",
            client=client,
        )
    screen = screen.offer("client.edit", "client_edit", client=client)
    screen = screen.offer("client.why", "client_why", client=client)
    screen = screen.offer("client.history", "client_history", client=client)
    return _reaching(screen, card).offer("go.home", "home")


def _reaching(screen: Screen, card: ClientCard) -> Screen:
    """Whether and where they hear of us, and whether they are billed at all."""
    client = card.id
    standing = card.subscription.standing
    if card.invitable:
        screen = screen.offer("client.invite", "invite_client", client=client)
    if standing == "active":
        screen = screen.offer("client.pause", client_pause, client=client)
    else:
        screen = screen.offer("client.unpause", client_unpause, client=client)
    if card.opted_out:
        screen = screen.offer("client.unmute", client_unmute, client=client)
    else:
        screen = screen.offer("client.mute", client_mute, client=client)
    if standing != "cancelled":
        screen = screen.offer("client.cancel", client_cancel, None, Style.DANGER, client=client)
    return screen
