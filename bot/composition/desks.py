"""Open a shop over a transaction, and lay a message's desk in it."""

from bot import pictures
from bot.composition.premises import Premises
from bot.composition.shop import Shop
from bot.domain.ladder import Step
from bot.domain.message import Incoming
from bot.handlers.desk import Desk
from bot.resilience.cache import Kind
from bot.services.ports.billing import lead_days
from bot.services.ports.house import BusinessView
from bot.services.ports.kept import SETTINGS_S, Subject
from bot.services.ports.people import PersonView
from bot.storage.unit_of_work import Unit

# Read at the beginning of every transaction, and changed a few times a year.
_HOUSE: Kind[BusinessView | None] = Kind("house", SETTINGS_S, frozenset({Subject.HOUSE}))
_STEPS: Kind[tuple[Step, ...]] = Kind("steps", SETTINGS_S, frozenset({Subject.LADDER}))


async def open_shop(unit: Unit, premises: Premises) -> Shop:
    """The services of the business as it stands in this transaction."""
    house = await unit.kept.get(_HOUSE, "", unit.business.get)
    assert house is not None  # written down before anything else is done
    steps = await unit.kept.get(_STEPS, "", unit.ladder.steps)
    lead = lead_days(step.offset_days for step in steps)
    return Shop(unit, house, lead, premises)


def desk_of(shop: Shop, person: PersonView, incoming: Incoming) -> Desk:
    """One message's desk."""
    return Desk(
        person=person,
        incoming=incoming,
        house=shop.house,
        today=shop.calendar.today(shop.premises.clock.now()),
        clock=shop.premises.clock,
        business=shop.business,
        team=shop.team,
        access=shop.access,
        plans=shop.plans,
        clients=shop.clients,
        client_doors=shop.client_doors,
        identities=shop.identities,
        imports=shop.imports,
        exports=shop.exports,
        charges=shop.charges,
        payments=shop.payments,
        claims=shop.claims,
        pix=shop.pix,
        pix_button=shop.pix_button,
        stats=shop.stats,
        reminders=shop.reminders,
        ladder=shop.ladder,
        by_hand=shop.by_hand,
        tomorrow=shop.tomorrow,
        big_days=shop.big_days,
        explanations=shop.explanations,
        audit=shop.audit,
        delivery=shop.delivery,
        linking=shop.linking,
        pace=shop.careful.desk,
        templates=shop.templates,
        texts=shop.texts,
        number=shop.number,
        watch=shop.watch,
        backups=shop.backups,
        versions=shop.versions,
        rule_pushes=shop.rule_pushes,
        post=shop.post,
        files=shop.unit.files,
        pictures=pictures,
        tickets=shop.unit.tickets,
        savepoints=shop.unit.savepoint,
        words=shop.premises.words,
        limiter=shop.premises.limiter,
    )
