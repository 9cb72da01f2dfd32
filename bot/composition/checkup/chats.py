"""The chats: whether each provider knows us, and whether it reaches us."""

from collections import Counter
from datetime import timedelta

import aiohttp

from bot.channels.telegram.facts import HookFacts, hook_facts
from bot.channels.telegram.line import close_bot
from bot.composition.checkup import cloud
from bot.composition.checkup.evolution import linked_device
from bot.composition.checkup.findings import Finding, State
from bot.composition.telegram import TelegramChat
from bot.composition.whatsapp import WhatsAppChat
from bot.config import Settings
from bot.domain.clock import SystemClock
from bot.domain.errors import Refusal
from bot.domain.template import APPROVED, PENDING, TemplateStatus
from bot.domain.template_names import named
from bot.domain.text import Text, plain, t
from bot.services.template_words import called, why_refused
from bot.words import Catalogues

_OLD_NEWS = timedelta(hours=1)
_TIMEOUT = aiohttp.ClientTimeout(total=8)
_OK = 200
_PATIENCE = t("doctor.templates.pending.todo")


async def telegram(settings: Settings, words: Catalogues) -> list[Finding]:
    """Whether the token is right, and where updates go."""
    if not settings.telegram_on:
        todo = t("doctor.telegram.off.todo")
        return [Finding("telegram", State.OFF, t("doctor.telegram.off"), todo)]
    chat = TelegramChat(settings, words, SystemClock())
    try:
        name = await chat.check()
        facts = await hook_facts(chat.bot)
    except ConnectionError:
        return [Finding("telegram", State.BROKEN, t("reason.telegram.no_connection"))]
    finally:
        await close_bot(chat.bot)
    trouble = _trouble_of(settings, facts)
    fine = t(f"doctor.telegram.{settings.telegram_mode}", name=plain(name))
    return [trouble or Finding("telegram", State.OK, fine)]


def _trouble_of(settings: Settings, facts: HookFacts) -> Finding | None:
    """What keeps updates away."""
    ours = f"{settings.public_url}/webhooks/telegram"
    wanted = ours if settings.telegram_mode == "webhook" else ""
    if facts.url != wanted:
        elsewhere = t(
            "doctor.telegram.elsewhere" if facts.url else "doctor.telegram.nowhere",
            url=plain(facts.url),
        )
        return Finding("telegram", State.ATTENTION, elsewhere, t("doctor.telegram.restart.todo"))
    if facts.trouble_at and SystemClock().now() - facts.trouble_at < _OLD_NEWS:
        failing = t("doctor.telegram.failing", why=plain(facts.trouble))
        return Finding("telegram", State.ATTENTION, failing, t("doctor.address.away.todo"))
    return None


async def whatsapp(settings: Settings, words: Catalogues) -> list[Finding]:
    """The number, whether we hear of it, and the approved forms of words."""
    if absent := _why_off(settings):
        return [absent]
    if settings.whatsapp_gateway == "evolution":
        return await linked_device(settings, words)
    chat = WhatsAppChat(settings, words, SystemClock())
    try:
        found = await cloud.number(settings, chat)
        if not settings.whatsapp_business_account_id:
            todo = t("doctor.whatsapp.no_account.todo")
            absent = Finding("templates", State.ATTENTION, t("doctor.whatsapp.no_account"), todo)
            return [*found, absent]
        return [*found, *await _forms(chat)]
    except ConnectionError:
        return [Finding("whatsapp", State.BROKEN, t("reason.whatsapp.no_connection"))]
    finally:
        await chat.client.close()


async def _forms(chat: WhatsAppChat) -> list[Finding]:
    try:
        return templates(await chat.templates.listed())
    except Refusal as refusal:  # a permission is missing, as was found before
        return [Finding("templates", State.BROKEN, refusal.text)]


def _why_off(settings: Settings) -> Finding | None:
    missing = settings.whatsapp_missing
    if settings.whatsapp_on:
        return None
    begun = settings.whatsapp_token or settings.whatsapp_phone_number_id or settings.evolution_url
    if settings.whatsapp_gateway == "none" or not begun:
        return Finding(
            "whatsapp", State.OFF, t("doctor.whatsapp.off"), t("doctor.whatsapp.off.todo")
        )
    half = t("doctor.whatsapp.missing", names=plain(", ".join(missing)))
    return Finding("whatsapp", State.ATTENTION, half, t("doctor.whatsapp.off.todo"))


def templates(listed: list[TemplateStatus]) -> list[Finding]:
    """The forms of words: how many may go, which wait, which were refused and why."""
    ours = [status for status in listed if named(status.name, status.language)]
    if not ours:
        todo = t("doctor.templates.none.todo")
        return [Finding("templates", State.ATTENTION, t("doctor.templates.none"), todo)]
    count = Counter(status.status for status in ours)
    found = []
    if count[APPROVED]:
        approved = t("doctor.templates.approved", count=count[APPROVED])
        found.append(Finding("templates", State.OK, approved))
    if count[PENDING]:
        pending, todo = t("doctor.templates.pending", count=count[PENDING]), _PATIENCE
        found.append(Finding("templates", State.ATTENTION, pending, todo))
    return found + [
        Finding("templates", State.ATTENTION, _refused(status), t("doctor.templates.refused.todo"))
        for status in ours
        if status.status not in {APPROVED, PENDING}
    ]


def _refused(status: TemplateStatus) -> Text:
    return t(
        "doctor.templates.refused",
        name=called(status),
        language=t(f"language.{status.language}"),
        why=why_refused(status) if status.reason else plain(status.status),
    )


async def address(settings: Settings) -> list[Finding]:
    """Whether the internet reaches us, where it has to."""
    url = settings.public_url
    # An Evolution API server stands in a network of ours, and is looked at by itself.
    meta_calls = settings.whatsapp_on and settings.whatsapp_gateway == "cloud"
    if not url:
        if meta_calls:
            todo = t("doctor.address.missing.todo")
            return [Finding("address", State.ATTENTION, t("doctor.address.missing"), todo)]
        return [Finding("address", State.OFF, t("doctor.address.off"))]
    why = await _why_away(f"{url}/healthz")
    if not why:
        return [Finding("address", State.OK, t("doctor.address.ok", url=plain(url)))]
    needed = meta_calls or settings.telegram_mode == "webhook"
    state = State.BROKEN if needed else State.ATTENTION
    away = t("doctor.address.away", url=plain(url), why=plain(why))
    return [Finding("address", state, away, t("doctor.address.away.todo"))]


async def _why_away(url: str) -> str:
    """What went wrong, in a word; empty if it answers."""
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT) as session,
            session.get(url, allow_redirects=False) as answer,
        ):
            return "" if answer.status == _OK else str(answer.status)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return type(error).__name__
