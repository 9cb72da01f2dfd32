"""Open the chat on WhatsApp through a linked device, if its server has all it needs."""

import asyncio

import structlog
from pydantic import SecretStr

from bot.channels.evolution.client import EvolutionClient
from bot.channels.evolution.files import EvolutionFiles
from bot.channels.evolution.link import Link, LinkFacts
from bot.channels.evolution.proof import Proof
from bot.channels.evolution.reasons import Reason
from bot.channels.evolution.receive import Reader
from bot.channels.evolution.send import EvolutionSender
from bot.channels.evolution.standing import ENDED_BY_A_LINK
from bot.composition.chats import Chat
from bot.composition.telling import Telling
from bot.config import Settings
from bot.domain.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.message import ChannelName
from bot.domain.own_number import NumberFacts
from bot.jobs.deliveries import ChannelIn
from bot.resilience.paces import Limits
from bot.web.parts import Hook
from bot.words import Catalogues

log = structlog.get_logger(__name__)

ME = ChannelName.WHATSAPP
# A person's pace, not a machine's: what we start is held back further by the rules of contact.
LIMITS = Limits(per_second=1, burst=4, every_s=1.5, personal_burst=4)
_LOOK_EVERY_S = 60
_LOOKS_ALONE = 10


class DeviceNumber:
    """The linked number, told as any other is; of quality and limits a device knows nothing."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def facts(self) -> NumberFacts:
        """How it stands just now."""
        told = await self._link.facts()
        status = "DISCONNECTED" if told.stop else "CONNECTED"
        return NumberFacts(phone=told.phone, name=told.name, status=status)


class EvolutionChat:
    """Everything a linked device needs, built once. ``phone`` is known once it has been seen."""

    def __init__(self, settings: Settings, words: Catalogues, clock: Clock) -> None:
        self._settings = settings
        self._words = words
        self._clock = clock
        self.client = EvolutionClient(
            settings.evolution_url or "",
            _secret(settings.evolution_api_key),
            settings.evolution_instance,
        )
        self.link = Link(self.client, clock)
        self.number = DeviceNumber(self.link)
        self.phone = ""
        self.port = settings.port  # the one we do listen on, where any would do
        self._reader = Reader(settings.evolution_instance, clock)
        self._stop: str | None = None  # what we said last of why nothing goes
        self._gone = 0  # looks, one after the other, that found the line down

    def chat(self, telling: Telling) -> Chat:
        """The open chat; ``telling`` hears why nothing goes, and that it does again."""

        async def look() -> bool:
            return await self._look(telling)

        async def watch() -> None:
            while True:
                await asyncio.sleep(_LOOK_EVERY_S)
                await look()

        secret = _secret(self._settings.evolution_webhook_secret)
        return Chat(
            name=ME,
            sender=EvolutionSender(self.client, self._words, self._clock),
            way_in=ChannelIn(self._reader, EvolutionFiles(self.client).fetch),
            hooks={"evolution": Hook(ME, Proof(secret, self._clock).proven)},
            opened=look,
            loops=(watch,),
            close=self.client.close,
            well=self._is_well,
            plain=True,
            limits=LIMITS,
        )

    async def _is_well(self) -> bool:
        """Whether the link stands."""
        try:
            return not (await self.link.facts()).stop
        except (Refusal, ConnectionError):
            return False

    async def _look(self, telling: Telling) -> bool:
        """Find out how the link stands: an event about it may have been lost. No if nobody says."""
        try:
            facts = await self.link.facts()
        except Refusal as refusal:
            await self._say(refusal.key.removeprefix("reason."), telling)
            return True
        except ConnectionError as error:
            log.warning("evolution.unanswered", why=str(error))
            return False
        self._learn(facts)
        self._gone = self._gone + 1 if facts.stop == Reason.DISCONNECTED else 0
        # A line comes back by itself; one that does not within ten minutes is for a person.
        stop = Reason.OFFLINE if self._gone > _LOOKS_ALONE else facts.stop
        await self._say(stop, telling)
        await self._be_told()
        return True

    def _learn(self, facts: LinkFacts) -> None:
        self.phone = facts.phone
        self._reader.linked_at = facts.made_at

    async def _say(self, stop: str, telling: Telling) -> None:
        """Only what is news to us: a look must not undo what else may have stopped the chat."""
        if stop == self._stop:
            return
        self._stop = stop
        if stop:
            await telling.stopped(ME, stop)
        else:
            await telling.mended(ME, ENDED_BY_A_LINK)

    async def _be_told(self) -> None:
        """Have the server post to us, if it does not yet: a new instance posts to nobody."""
        wanted = hook_url(self._settings, self.port)
        try:
            url, fine = await self.link.listens_at()
            if url != wanted or not fine:
                await self.link.listen(wanted, _secret(self._settings.evolution_webhook_secret))
                log.info("evolution.webhook_set")
        except (Refusal, ConnectionError) as trouble:
            log.warning("evolution.webhook_not_set", why=str(trouble))


def is_linked(settings: Settings) -> bool:
    """Whether clients are reached through a linked device."""
    return settings.whatsapp_gateway == "evolution" and settings.whatsapp_on


def hook_url(settings: Settings, port: int = 0) -> str:
    """Where the server finds us: it often stands beside us, not out there.

    ``port``: the one that we listen on, once it is known.
    """
    if settings.evolution_webhook_url:
        return settings.evolution_webhook_url
    here = settings.public_url or f"http://{settings.host}:{port or settings.port}"
    return f"{here}/webhooks/evolution"


def _secret(value: SecretStr | None) -> str:
    return value.get_secret_value() if value else ""
