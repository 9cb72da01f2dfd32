"""A Pix code for exactly what a client is asked for now."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.ids import ClientId
from bot.domain.money import Money
from bot.domain.pix import PixKey, pix_code
from bot.domain.text import Text, t
from bot.services.charges import Charges
from bot.services.ports.house import BusinessView
from bot.services.ports.outbox import Waiting
from bot.services.ports.post import Notice, Post, Press

CURRENCY = "BRL"  # Pix moves nothing else
NO_CODE = "client.pix.none"
NO_PIX_HERE = "client.pay.asked"
_TOLD_AGAIN_AFTER = timedelta(days=1)


def may_use_pix(house: BusinessView) -> bool:
    """Whether a key would be of any use to a house."""
    return house.currency == CURRENCY


def pay_label(house: BusinessView) -> Text:
    """What a client taps to pay."""
    return t("client.button.pix" if may_use_pix(house) else "client.button.how_to_pay")


def code_of(house: BusinessView, amount: Money, txid: str) -> str:
    """What to copy and paste for this amount; a refusal says what the house lacks."""
    if not may_use_pix(house):
        raise Refusal("pix.only_reais", currency=house.currency)
    if house.pix_key is None:
        raise Refusal("pix.no_key")
    return pix_code(PixKey.read(house.pix_key), house.name, house.city, amount, txid)


def code_if_any(house: BusinessView, amount: Money, txid: str) -> str:
    """The same for a message that goes without one as well: empty where there can be none."""
    try:
        return code_of(house, amount, txid)
    except (Refusal, ValueError):  # what no code can say, no reminder is kept back for
        return ""


@dataclass(frozen=True, slots=True)
class PixCode:
    """What to copy and paste, and what it stands for."""

    payload: str
    amount: Money
    receiver: str


class Pix:
    """Pix codes of the one business."""

    def __init__(
        self, *, charges: Charges, post: Post, outbox: Waiting, house: BusinessView, clock: Clock
    ) -> None:
        self._charges = charges
        self._post = post
        self._outbox = outbox
        self._house = house
        self._clock = clock

    async def for_client(self, client: ClientId) -> PixCode:
        """The code for what has fallen due, else for what falls due first.

        A house that cannot be paid so is told how to mend it, at most once a day; the client learns
        that somebody will write to them (``NO_CODE``, ``NO_PIX_HERE``): whoever asks passes it on.
        """
        owed = await self._charges.payable_by(client)
        if not owed.charges:
            raise Refusal("client.pix.nothing")
        try:
            payload = code_of(self._house, owed.amount, owed.charges[0].txid)
        except Refusal as trouble:
            await self._tell_the_house(trouble.text)
            raise Refusal(NO_CODE if may_use_pix(self._house) else NO_PIX_HERE) from trouble
        return PixCode(payload, owed.amount, self._house.name)

    async def _tell_the_house(self, why: Text) -> None:
        now = self._clock.now()
        mend = (
            Press(t("pix.set_key"), "change_pix_key"),
            Press(t("pix.set_city"), "change_city"),
        )
        notice = Notice(
            "pix_missing",
            (t("pix.asked_in_vain"), why),
            mend if may_use_pix(self._house) else (),
        )
        for member in await self._post.staff():
            if not await self._outbox.told_lately(member, "pix_missing", now, _TOLD_AGAIN_AFTER):
                await self._post.tell(member, notice)
