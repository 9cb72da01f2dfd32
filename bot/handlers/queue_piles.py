"""What did not go, in piles of one reason each: send all of one again, or let all of it be."""

from bot.dialog.handler import action
from bot.dialog.screen import Choice, Deed, Named, Screen, say
from bot.domain.delivery import State
from bot.domain.ids import OutboxId
from bot.domain.message import Style
from bot.domain.role import Role
from bot.domain.text import Text, t
from bot.handlers.desk import Desk
from bot.services.delivery import Decided
from bot.services.ports.delivery import Pile

_SHOWN = 8  # piles; there are few reasons, and the largest come first


@action(needs=Role.VIEWER)
async def queue_piles(desk: Desk) -> Screen:
    """Every reason with its number; a button opens each."""
    piles = (await desk.delivery.piles())[:_SHOWN]
    screen = say("queue.piles" if piles else "queue.none_troubled")
    for number, pile in enumerate(piles, 1):
        screen = screen.add("queue.pile", number=number, count=pile.count, what=_what(pile))
    for number, pile in enumerate(piles, 1):
        label = t("queue.open_pile", number=number, count=pile.count)
        screen = screen.choose(_to(label, queue_pile, pile))
    return screen.offer("queue.go.list", "queue_failed").offer("queue.go.back", "queue")


@action(needs=Role.VIEWER)
async def queue_pile(desk: Desk, state: str, reason: str, newest: int) -> Screen:
    """One pile as it stands now, and what may be done with all of it."""
    pile = Pile(State(state), reason, OutboxId(newest))
    count = await desk.delivery.left_of(pile)
    if not count:
        return say("queue.pile_gone").offer("queue.go.piles", queue_piles)
    screen = say("queue.one_pile", count=count, what=_what(pile))
    if desk.role >= Role.MANAGER:
        screen = screen.choose(_to(t("queue.all_again", count=count), pile_again, pile))
        screen = screen.choose(_to(t("queue.all_drop", count=count), pile_drop, pile))
    return screen.offer("queue.go.piles", queue_piles)


@action()
async def pile_again(
    desk: Desk, state: str, reason: str, newest: int, *, sure: bool = False
) -> Screen:
    """Send all of a pile once more, after a second look at how many they are."""
    pile = Pile(State(state), reason, OutboxId(newest))
    if sure:
        return _done("queue.piled_again", await desk.delivery.send_all_again(pile, by=desk.me))
    count = await desk.delivery.left_of(pile)
    in_doubt = pile.state in {State.UNCERTAIN, State.UNHEARD}
    yes = _to(t("queue.all_again", count=count), pile_again, pile, Style.PRIMARY, sure=True)
    return (
        say("queue.all_again_doubt" if in_doubt else "queue.all_again_sure", count=count)
        .choose(yes)
        .choose(_to(t("queue.not_yet"), queue_pile, pile))
    )


@action()
async def pile_drop(
    desk: Desk, state: str, reason: str, newest: int, *, sure: bool = False
) -> Screen:
    """Let all of a pile be, after a second look at how many they are."""
    pile = Pile(State(state), reason, OutboxId(newest))
    if sure:
        return _done("queue.piled_drop", await desk.delivery.drop_all(pile, by=desk.me))
    count = await desk.delivery.left_of(pile)
    yes = _to(t("queue.all_drop", count=count), pile_drop, pile, Style.DANGER, sure=True)
    return (
        say("queue.all_drop_sure", count=count)
        .choose(yes)
        .choose(_to(t("queue.not_yet"), queue_pile, pile))
    )


def _done(key: str, decided: Decided) -> Screen:
    screen = say(key, count=decided.taken)
    if decided.left:
        left = "queue.pile_unreached" if decided.unreached else "queue.pile_left"
        screen = screen.add(left, count=decided.left)
    return screen.offer("queue.go.piles", queue_piles).offer("queue.go.back", "queue")


def _what(pile: Pile) -> Text:
    """What became of them, and why."""
    return t(f"reason.{pile.reason}") if pile.reason else t(f"queue.state.{pile.state}")


def _to(
    label: Text, handler: Named, pile: Pile, style: Style = Style.PLAIN, **more: object
) -> Choice:
    about = {"state": pile.state.value, "reason": pile.reason, "newest": pile.newest, **more}
    return Choice(label, Deed(handler.name, about), style=style)
