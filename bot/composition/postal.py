"""The post over one transaction, the same for desks and for the engine."""

from bot.composition.premises import Premises
from bot.services.post import Postman
from bot.storage.unit_of_work import Unit
from bot.storage.wire import pack


def post_over(unit: Unit, premises: Premises) -> Postman:
    """What is told in this transaction leaves with its commit."""
    return Postman(
        people=unit.people,
        outbox=unit.outbox,
        tickets=unit.tickets,
        clock=premises.clock,
        pack=pack,
    )
