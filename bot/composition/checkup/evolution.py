"""The linked device: whether its server knows us, the link stands, and its news reach us."""

from bot.channels.evolution.link import Link
from bot.composition.checkup.findings import Finding, State
from bot.composition.evolution import EvolutionChat, hook_url
from bot.config import Settings
from bot.domain.clock import SystemClock
from bot.domain.text import plain, t
from bot.words import Catalogues

_ME = "whatsapp"


async def linked_device(settings: Settings, words: Catalogues) -> list[Finding]:
    """Everything between us and the phone."""
    chat = EvolutionChat(settings, words, SystemClock())
    try:
        return [await _standing(chat.link), *await _news(chat.link, settings)]
    except ConnectionError:
        return [Finding(_ME, State.BROKEN, t("reason.evolution.no_connection"))]
    finally:
        await chat.client.close()


async def _standing(link: Link) -> Finding:
    facts = await link.facts()
    if facts.stop:
        todo = t("doctor.evolution.stopped.todo")
        return Finding(_ME, State.BROKEN, t(f"reason.{facts.stop}"), todo)
    who = {"phone": plain(facts.phone), "name": plain(facts.name or facts.phone)}
    return Finding(_ME, State.OK, t("doctor.evolution.ok", **who))


async def _news(link: Link, settings: Settings) -> list[Finding]:
    """A running house has them sent to itself; what is there now may be another's."""
    url, fine = await link.listens_at()
    wanted = hook_url(settings)
    if fine and url == wanted:
        return []
    said = t("doctor.evolution.deaf", url=plain(url or "-"), wanted=plain(wanted))
    return [Finding(_ME, State.ATTENTION, said, t("doctor.evolution.deaf.todo"))]
