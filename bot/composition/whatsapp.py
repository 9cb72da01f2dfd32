"""Open the chat on WhatsApp, if the gateway has all it needs."""

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
from bot.domain.errors import Refusal
from bot.domain.message import ChannelName
from bot.jobs.deliveries import ChannelIn
from bot.web.parts import Hook
from bot.words import Catalogues

log = structlog.get_logger(__name__)

ME = ChannelName.WHATSAPP


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

    def chat(self, trouble: TroubleTold) -> Chat:
        """The open chat."""

        async def opened() -> bool:
            return await self._open(trouble)

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
        )

    async def _open(self, trouble: TroubleTold) -> bool:
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
        return True


def _secret(value: SecretStr | None) -> str:
    return value.get_secret_value() if value else ""
