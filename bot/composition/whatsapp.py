"""Open the chat on WhatsApp, if the gateway has all it needs."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import structlog
from pydantic import SecretStr

from bot.channels.whatsapp.client import CloudClient
from bot.channels.whatsapp.files import WhatsAppFiles
from bot.channels.whatsapp.number import OwnNumber
from bot.channels.whatsapp.receive import Reader
from bot.channels.whatsapp.send import WhatsAppSender
from bot.channels.whatsapp.signature import Proof
from bot.channels.whatsapp.templates import TemplateGateway
from bot.composition.chats import Chat, TroubleTold
from bot.config import Settings
from bot.domain.clock import Clock
from bot.domain.contact import allowed_by
from bot.domain.errors import Refusal
from bot.domain.message import ChannelName
from bot.jobs.deliveries import ChannelIn
from bot.web.parts import Hook
from bot.words import Catalogues

log = structlog.get_logger(__name__)

ME = ChannelName.WHATSAPP

LimitTold: TypeAlias = Callable[[ChannelName, int], Awaitable[None]]


class WhatsAppChat:
    """Everything the Cloud API needs, built once. ``phone`` is known once it has been opened."""

    def __init__(self, settings: Settings, words: Catalogues, clock: Clock) -> None:
        self._settings = settings
        self._words = words
        self._clock = clock
        self.client = CloudClient(
            settings.whatsapp_api_url,
            settings.whatsapp_api_version,
            _secret(settings.whatsapp_token),
            settings.whatsapp_phone_number_id,
            settings.whatsapp_business_account_id,
        )
        self.number = OwnNumber(self.client)
        self.templates = TemplateGateway(self.client, words)
        self.phone = ""

    def chat(self, trouble: TroubleTold, limited: LimitTold | None = None) -> Chat:
        """The open chat; ``limited`` hears to how many people a day we may write first."""

        async def opened() -> bool:
            return await self._open(trouble, limited)

        proof = Proof(
            _secret(self._settings.whatsapp_app_secret),
            _secret(self._settings.whatsapp_verify_token),
        )
        return Chat(
            name=ME,
            sender=WhatsAppSender(self.client, self._words, self._clock),
            way_in=ChannelIn(
                Reader(self._settings.whatsapp_phone_number_id), WhatsAppFiles(self.client).fetch
            ),
            hooks={"whatsapp": Hook(ME, proof.proven, proof.challenge)},
            opened=opened,
            close=self.client.close,
            well=self._is_well,
        )

    async def _is_well(self) -> bool:
        """Whether the number stands as one that may send."""
        try:
            facts = await self.number.facts()
        except (Refusal, ConnectionError):
            return False
        return facts.is_well

    async def _open(self, trouble: TroubleTold, limited: LimitTold | None) -> bool:
        try:
            facts = await self.number.facts()
        except Refusal as refusal:
            await trouble(ME, refusal.key.removeprefix("reason."))
        except ConnectionError as error:
            log.warning("whatsapp.unanswered", why=str(error))
            return False
        else:
            self.phone = "".join(sign for sign in facts.phone if sign.isdecimal())
            # What stopped us before the restart may be mended; if not, the next message says so.
            await trouble(ME, "")
            people_a_day = allowed_by(facts.limit)
            if limited and people_a_day is not None:
                await limited(ME, people_a_day)
        return True


def _secret(value: SecretStr | None) -> str:
    return value.get_secret_value() if value else ""
