"""WhatsApp's Cloud API: the token, the number, whether we hear of it, the forms of words."""

from bot.channels.whatsapp.number import HookFacts
from bot.channels.whatsapp.token import MANAGEMENT, TokenFacts, token_facts
from bot.composition.checkup.findings import Finding, State
from bot.composition.whatsapp import WhatsAppChat
from bot.config import Settings
from bot.domain.contact import NO_LIMIT, allowed_by
from bot.domain.own_number import NumberFacts
from bot.domain.text import plain, t


async def number(settings: Settings, chat: WhatsAppChat) -> list[Finding]:
    """Everything but the forms of words; what cannot be asked without a permission is left out."""
    told = await token_facts(chat.client)
    found = token(told)
    if MANAGEMENT in told.missing:
        return found
    found += standing(await chat.number.facts())
    if settings.whatsapp_business_account_id:
        found += heard(await chat.number.hook(), settings.public_url)
    return found


def token(facts: TokenFacts) -> list[Finding]:
    """Whether it may do both things, and lasts; nothing if all is well with it."""
    found = []
    if facts.missing:
        names = plain(", ".join(facts.missing))
        said, todo = t("doctor.token.missing", names=names), t("doctor.token.missing.todo")
        found.append(Finding("whatsapp", State.BROKEN, said, todo))
    if facts.ends_at:
        said, todo = t("doctor.token.ends", at=facts.ends_at), t("doctor.token.ends.todo")
        found.append(Finding("whatsapp", State.ATTENTION, said, todo))
    return found


def standing(facts: NumberFacts) -> list[Finding]:
    """How the number stands; that all is well, with what it may do, if it is."""
    phone = plain(facts.phone)
    found = []
    if facts.status not in {"", "CONNECTED"}:
        said = t("doctor.whatsapp.status", phone=phone, status=plain(facts.status))
        todo = t("doctor.whatsapp.status.todo")
        found.append(Finding("whatsapp", State.ATTENTION, said, todo))
    if facts.name_status not in {"", "APPROVED"}:
        said = t("doctor.whatsapp.name", name=plain(facts.name), status=plain(facts.name_status))
        todo = t("reason.whatsapp.name_not_approved")
        found.append(Finding("whatsapp", State.ATTENTION, said, todo))
    if facts.quality in {"YELLOW", "RED"}:
        said = t("doctor.whatsapp.quality", phone=phone, quality=plain(facts.quality))
        todo = t("doctor.whatsapp.quality.todo")
        found.append(Finding("whatsapp", State.ATTENTION, said, todo))
    return found or [_fine(facts)]


def heard(facts: HookFacts, public_url: str | None) -> list[Finding]:
    """Whether what happens is told to us; nothing if it is."""
    if not facts.heard:
        todo = t("doctor.whatsapp.deaf.todo")
        return [Finding("whatsapp", State.BROKEN, t("doctor.whatsapp.deaf"), todo)]
    ours = f"{public_url}/webhooks/whatsapp" if public_url else ""
    if ours and facts.url and facts.url != ours:
        said = t("doctor.whatsapp.elsewhere", url=plain(facts.url))
        todo = t("doctor.whatsapp.deaf.todo")
        return [Finding("whatsapp", State.BROKEN, said, todo)]
    return []


def _fine(facts: NumberFacts) -> Finding:
    phone, name = plain(facts.phone), plain(facts.name or facts.phone)
    people = allowed_by(facts.limit)
    if people is None or people >= NO_LIMIT:
        return Finding("whatsapp", State.OK, t("doctor.whatsapp.ok", phone=phone, name=name))
    said = t("doctor.whatsapp.ok_people", phone=phone, name=name, count=people)
    return Finding("whatsapp", State.OK, said)
