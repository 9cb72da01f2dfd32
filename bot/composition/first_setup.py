"""The first set-up: each token tried with its service, WhatsApp connected, its forms made."""

from contextlib import suppress
from dataclasses import dataclass

from bot.channels.telegram.line import close_bot
from bot.channels.whatsapp.token import token_facts
from bot.composition.checkup.cloud import token
from bot.composition.checkup.findings import Finding
from bot.composition.front import new_front
from bot.composition.health import Health
from bot.composition.office import Office, open_office
from bot.composition.telegram import TelegramChat
from bot.composition.whatsapp import WhatsAppChat
from bot.composition.work import new_rooms
from bot.config import Settings
from bot.domain.clock import SystemClock
from bot.domain.errors import Refusal
from bot.domain.message import ChannelName
from bot.jobs.rounds import Rounds
from bot.services.templates import TemplatesView
from bot.storage.raw_inbox import RawInbox
from bot.web.app import Server
from bot.words import Catalogues


@dataclass(frozen=True, slots=True)
class Connected:
    """What became of WhatsApp. ``refused`` says why Meta does not bring us its webhooks."""

    refused: Refusal | None
    templates: TemplatesView


async def telegram_name(settings: Settings, words: Catalogues) -> str:
    """The name of the bot whose token it is; a refusal if it is nobody's."""
    chat = TelegramChat(settings, words, SystemClock())
    try:
        return await chat.check()
    finally:
        await close_bot(chat.bot)


async def whatsapp_number(settings: Settings, words: Catalogues) -> str:
    """The number that token and id lead to; a refusal says which of them is wrong."""
    chat = WhatsAppChat(settings, words, SystemClock())
    try:
        told = await token_facts(chat.client)
        if told.missing:
            raise Refusal("doctor.token.missing", names=", ".join(told.missing))
        facts = await chat.number.facts()
        if settings.whatsapp_business_account_id:
            await chat.number.is_heard()
    finally:
        await chat.client.close()
    return f"{facts.phone} {facts.name}".strip()


async def whatsapp_token(settings: Settings, words: Catalogues) -> list[Finding]:
    """What is to be said of a token that works: that it will end, if it does."""
    chat = WhatsAppChat(settings, words, SystemClock())
    try:
        return token(await token_facts(chat.client))
    except (Refusal, ConnectionError):
        return []
    finally:
        await chat.client.close()


async def connect_whatsapp(settings: Settings, words: Catalogues) -> Connected:
    """Have Meta bring us its webhooks, and ask for the forms of words that we need."""
    async with open_office(settings, words, ChannelName.WHATSAPP) as office:
        chat = WhatsAppChat(settings, words, office.clock)
        try:
            refused = await _listen(office, chat)
            await Rounds(new_rooms(office.units, office.premises)).sync_templates(chat.templates)
        finally:
            await chat.client.close()
        async with office.looking() as shop:
            return Connected(refused, await shop.templates.state())


async def _listen(office: Office, chat: WhatsAppChat) -> Refusal | None:
    """Meta asks our address before it agrees: we answer for as long as that takes."""
    settings = office.settings
    url = f"{settings.public_url}/webhooks/whatsapp" if settings.public_url else ""
    secret = settings.whatsapp_verify_token
    server = _server(office, chat)
    try:
        with suppress(OSError):  # `emdia run` is there already, and answers
            await server.start()
        await chat.number.listen(url, secret.get_secret_value() if secret else "")
    except Refusal as refusal:
        return refusal
    except ConnectionError:
        return Refusal("reason.whatsapp.no_connection")
    finally:
        await server.stop()
    return None


def _server(office: Office, chat: WhatsAppChat) -> Server:
    """The webhook alone; what comes in meanwhile is kept as always."""
    health = Health(office.units, office.premises)
    keep = RawInbox(office.engines.writer, office.clock, _nobody_waits).keep
    front = new_front(office.settings, office.words, [chat.chat(_untold)], keep, health)
    return Server(front, office.settings.host, office.settings.port)


async def _untold(_channel: ChannelName, _reason: str) -> None:
    """Nothing is sent here that could be in trouble."""


def _nobody_waits() -> None:
    """`emdia run` understands later what is kept now."""
