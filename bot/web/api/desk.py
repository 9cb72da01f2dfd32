"""What a route may reach: the services over one transaction, and the doors to them."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from bot.domain.ids import PersonId
from bot.domain.own_number import NumberFacts
from bot.resilience.limiter import Limiter
from bot.services.access import Access
from bot.services.by_hand import ByHand
from bot.services.charge_list import ChargeList
from bot.services.charges import Charges
from bot.services.clients import Clients
from bot.services.delivery import Delivery
from bot.services.own_number import OwnNumber
from bot.services.payments import Payments
from bot.services.plans import Plans
from bot.services.ports.access import TokenView
from bot.services.ports.house import BusinessView
from bot.services.ports.kept import Kept
from bot.services.stats import Stats
from bot.services.templates import Templates


@dataclass(frozen=True, slots=True)
class LinkView:
    """Our linked device: whether it stands, and if not, what links it. ``picture`` is a PNG."""

    linked: bool
    code: str = ""
    picture: bytes = b""
    letters: str = ""


@dataclass(frozen=True, slots=True)
class ApiDesk:
    """One question's desk. ``caller`` is the token; deeds are done in its maker's name.

    ``once`` is the same for the same request however often it comes.
    """

    caller: TokenView
    once: str
    house: BusinessView
    today: date
    access: Access
    plans: Plans
    clients: Clients
    charges: Charges
    charge_list: ChargeList
    payments: Payments
    by_hand: ByHand
    stats: Stats
    delivery: Delivery
    templates: Templates
    kept: Kept
    number: OwnNumber
    whatsapp_on: bool

    @property
    def me(self) -> PersonId:
        """In whose name it is done."""
        return self.caller.created_by

    @property
    def reading(self) -> dict[str, Any]:
        """What forms are read by, as in the chat."""
        return {
            "today": self.today,
            "country": self.house.country,
            "currency": self.house.currency,
        }


class Opening(Protocol):
    """Opens a desk over a transaction; lists hold ``rows`` on a page."""

    def __call__(
        self, caller: TokenView, once: str, rows: int
    ) -> AbstractAsyncContextManager[ApiDesk]:
        """Everything done at it is kept, or nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Api:
    """The doors, given by composition.

    ``recognise`` says whose token it is; ``done`` is called after something was committed;
    ``ask_number`` asks the network, none where WhatsApp is off: ``ConnectionError`` means not
    now, a refusal says what to mend. ``link`` links a device by a code, with letters if a phone is
    named; none where WhatsApp is no such device. ``proxies`` stand before us and may be believed.
    """

    recognise: Callable[[str], Awaitable[TokenView | None]]
    look: Opening
    deal: Opening
    limiter: Limiter
    done: Callable[[], None]
    ask_number: Callable[[], Awaitable[NumberFacts]] | None = None
    link: Callable[[str], Awaitable[LinkView]] | None = None
    proxies: int = 0
