"""A provider that takes every message and sends no webhook: the owner hears of it, once."""

from bot.composition.probes import Probes, Readings
from bot.composition.sampling import Sampler
from bot.domain.watch import SILENT_S
from bot.jobs.punctual import Punctuality
from bot.sandbox.telegram.person import TelegramPerson
from tests.support.town import Town

LASTS_MIN = SILENT_S // 60 + 10  # the limit, and how long it has to last
SILENT, OVER = "⚠️ WhatsApp aceita as mensagens, mas não conta nada", "Já passou: WhatsApp aceita"


class AllWell(Probes):
    """A machine of which nothing is to be said."""

    async def look(self) -> Readings:
        return Readings()


async def minutes(town: Town, pulse: Sampler, count: int) -> None:
    """So many minutes pass, and in each the house looks at itself."""
    for _ in range(count):
        town.box.advance(minutes=1)
        await pulse.take()
    await town.quiet()


def told(owner: TelegramPerson, words: str) -> int:
    return sum(words in seen.text for seen in owner.visible() if not seen.mine)


async def test_webhooks_that_stop_while_we_send_are_told_and_so_is_their_return(
    town: Town, owner: TelegramPerson
) -> None:
    probes = AllWell(town.house.settings, {})
    # The house's own makes nothing of it, because its clock is moved.
    pulse = Sampler(town.house.units, town.house.premises, probes, Punctuality({}))
    await town.later(minutes=10)  # the templates are approved
    ana = town.phone("5527998112173", "Ana Souza")
    for kind in ("status", "inbound"):
        town.box.faults.mix(f"whatsapp.{kind}", {"lose": 1}, 1)
    await minutes(town, pulse, LASTS_MIN)
    assert told(owner, SILENT) == 0, "nothing was sent"
    await town.tells(owner, "/novo Ana Souza; 27 99811-2173; Mensal; 49,90; hoje")
    await town.taps(owner, "✅ Salvar")
    await town.later(minutes=5)
    assert town.box.accepted("whatsapp")
    await minutes(town, pulse, LASTS_MIN)
    assert told(owner, SILENT) == 1
    town.box.faults.clear()
    await town.tells(ana, "oi")
    await minutes(town, pulse, 5)
    assert told(owner, OVER) == 1
    await minutes(town, pulse, LASTS_MIN)
    assert (told(owner, SILENT), told(owner, OVER)) == (1, 1)
