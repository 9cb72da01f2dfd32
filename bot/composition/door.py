"""The doorkeeper of one open transaction."""

from bot.composition.shop import Shop
from bot.services.doorkeeper import Doorkeeper


def doorkeeper_of(shop: Shop) -> Doorkeeper:
    """Whoever watches the codes and the strangers while a message is answered."""
    unit = shop.unit
    return Doorkeeper(
        knocks=unit.knocks,
        people=unit.people,
        post=shop.post,
        told=unit.outbox,
        audit=unit.audit,
        clock=shop.premises.clock,
        owned=shop.house.owned,
    )
