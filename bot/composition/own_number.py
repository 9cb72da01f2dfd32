"""The service that knows our WhatsApp number, over one open transaction."""

from bot.composition.premises import Premises
from bot.domain.message import ChannelName
from bot.services.business import calendar_of
from bot.services.own_number import OwnNumber
from bot.services.ports.house import BusinessView
from bot.services.ports.post import Post
from bot.storage.message_costs import MessageCosts
from bot.storage.own_number import NumberBook
from bot.storage.unit_of_work import Unit


def book_of(unit: Unit) -> NumberBook:
    """What is known of it."""
    return NumberBook(unit.connection, ChannelName.WHATSAPP)


def number_over(unit: Unit, house: BusinessView, premises: Premises, post: Post) -> OwnNumber:
    """How our number stands, and what it costs."""
    return OwnNumber(
        book=book_of(unit),
        costs=MessageCosts(unit.connection),
        contacts=unit.contacts,
        post=post,
        audit=unit.audit,
        rules=house.rules,
        calendar=calendar_of(house),
        clock=premises.clock,
        first_prices=premises.prices,
    )
