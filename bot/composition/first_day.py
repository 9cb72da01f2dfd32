"""What must stand before anything else: the business, its ladder, and a way in for its owner."""

from zoneinfo import ZoneInfo

from bot.composition.desks import open_shop
from bot.composition.premises import Premises
from bot.config import Settings
from bot.services.business import first_hours
from bot.services.codes import code_from, new_code
from bot.services.ports.house import BusinessView
from bot.storage.unit_of_work import Unit, Units


async def first_day(
    units: Units, premises: Premises, settings: Settings, *, with_code: bool
) -> str | None:
    """Write down what is not there yet; the code that makes an owner, while there is none."""
    async with units.write() as unit:
        house = await found(unit, premises, settings)
        await (await open_shop(unit, premises)).versions.begin()
        await unit.number_paces.begin(kept=premises.careful)
        premises.words.zone = ZoneInfo(house.zone)
        if house.owned or not with_code:
            return None
        code = _owner_code(settings)
        shop = await open_shop(unit, premises)
        await shop.team.open_house(code)
        return code


async def found(unit: Unit, premises: Premises, settings: Settings) -> BusinessView:
    """Write down the business and its ladder, unless they are there; how the business stands."""
    house = await unit.business.create(_first_values(settings), premises.clock.now())
    await unit.ladder.seed()
    return house


def _owner_code(settings: Settings) -> str:
    """What the operator chose; else the same in every process of this house, and at every start.

    Where there is no secret there is no chat to bring a code to, either.
    """
    if settings.owner_code:
        return settings.owner_code.get_secret_value()
    ours = (settings.secret_key, settings.telegram_token)
    keys = (*ours, settings.whatsapp_app_secret, settings.evolution_api_key)
    secret = next((key.get_secret_value() for key in keys if key), "")
    return code_from(secret) if secret else new_code()


def _first_values(settings: Settings) -> BusinessView:
    return BusinessView(
        name=settings.business_name,
        city="",
        pix_key=None,
        zone=settings.timezone.key,
        currency=settings.currency,
        country=settings.country,
        language=settings.locale,
        hours=first_hours(),
    )
