"""Send a message over WhatsApp and say, in one of five words, what became of it."""

from dataclasses import replace

import structlog

from bot.channels.whatsapp.attach import WORDLESS, goes_as
from bot.channels.whatsapp.client import CloudClient, Json
from bot.channels.whatsapp.codes import Reaction
from bot.channels.whatsapp.copying import goes_without
from bot.channels.whatsapp.errors import (
    TROUBLE,
    Refused,
    log_refusal,
    outcome_of_trouble,
    ruling_on,
)
from bot.channels.whatsapp.fill import filled
from bot.channels.whatsapp.letters import clean
from bot.channels.whatsapp.reasons import Reason
from bot.channels.whatsapp.recipient import addressed
from bot.channels.whatsapp.render import Media, draw
from bot.domain.clock import Clock
from bot.domain.delivery import Accepted, GiveUp, Outcome, TryLater, Uncertain
from bot.domain.message import Attachment, Outgoing, Parcel, TemplateUse
from bot.domain.text import t
from bot.domain.wording import WORDING
from bot.services.ports.words import Words

log = structlog.get_logger(__name__)


class WhatsAppSender:
    """The way out to WhatsApp. Paces nothing and repeats nothing: that is the outbox's.

    One parcel is one message: a file and its buttons go together or not at all.
    """

    def __init__(self, client: CloudClient, words: Words, clock: Clock) -> None:
        self._client = client
        self._words = words
        self._clock = clock

    async def send(self, parcel: Parcel) -> Outcome:
        """Free words where they may go; else the approved form, if the message names one."""
        to = addressed(parcel.address.to)
        if to is None:
            return GiveUp(Reason.UNREACHABLE, unreachable=True)
        use = parcel.outgoing.template
        if use and (use.always or not parcel.window_open):
            return await self._approved(to, parcel, use)
        if not parcel.window_open:
            return GiveUp(Reason.WINDOW_CLOSED)
        return await self._free(to, parcel)

    async def _approved(self, to: Json, parcel: Parcel, use: TemplateUse) -> Outcome:
        wording = WORDING.get(use.name)
        if wording is None:
            log.error("whatsapp.no_such_wording", name=use.name)
            return GiveUp(Reason.TEMPLATE_DISABLED)
        content = filled(wording, use, parcel.outgoing, parcel.language, self._words)
        try:
            return await self._post(to, content, parcel)
        except TROUBLE as trouble:
            outcome = self._outcome(trouble, parcel)
            why = goes_without(trouble) if use.copies else ""
        if not why:
            return outcome
        # It was refused, so nobody has it: the same words, and the button that asks for the code.
        outcome = await self._approved(to, parcel, replace(use, copies=False))
        if isinstance(outcome, Accepted):
            outcome = replace(outcome, without_button=why)
        return outcome

    async def _free(self, to: Json, parcel: Parcel) -> Outcome:
        try:
            content = await self._drawn(parcel)
        except TROUBLE as trouble:
            outcome = self._outcome(trouble, parcel)
            # Only a file had gone, and nobody has seen it: the message has not left.
            return TryLater(Reason.UNAVAILABLE) if isinstance(outcome, Uncertain) else outcome
        try:
            return await self._post(to, content, parcel)
        except TROUBLE as trouble:
            use = parcel.outgoing.template
            if use and _wants_template(trouble):
                return await self._approved(to, parcel, use)
            return self._outcome(trouble, parcel)

    async def _drawn(self, parcel: Parcel) -> Json:
        """The free form, its file uploaded; words go even where their file cannot."""
        outgoing, media = parcel.outgoing, None
        if attachment := outgoing.attachment:
            media = await self._uploaded(attachment, parcel)
            if media and media.kind in WORDLESS and (outgoing.body or outgoing.buttons):
                log.error("whatsapp.words_with_a_voice", opaque=parcel.opaque)
                media = None
            if media is None:
                outgoing = _without(outgoing, attachment)
        return draw(outgoing, parcel.language, self._words, media)

    async def _uploaded(self, attachment: Attachment, parcel: Parcel) -> Media | None:
        goes = goes_as(attachment, parcel.blob or b"")
        if goes is None or parcel.blob is None:
            log.error("whatsapp.file_left_out", mime=attachment.mime, opaque=parcel.opaque)
            return None
        kind, mime = goes
        try:
            media_id = await self._client.upload(parcel.blob, mime, attachment.name)
        except Refused as refused:
            if isinstance(outcome_of_trouble(refused, self._clock.now()), GiveUp):
                log_refusal(refused, parcel.opaque)
                return None
            raise
        return Media(kind, media_id, attachment.name)

    async def _post(self, to: Json, content: Json, parcel: Parcel) -> Outcome:
        answer = await self._client.messages(
            {
                "messaging_product": "whatsapp",
                "recipient_type": "individual",
                **to,
                "biz_opaque_callback_data": parcel.opaque,
                **content,
            }
        )
        return _accepted(answer)

    def _outcome(self, trouble: Exception, parcel: Parcel) -> Outcome:
        if isinstance(trouble, Refused):
            log_refusal(trouble, parcel.opaque)
        return outcome_of_trouble(trouble, self._clock.now())


def _accepted(answer: Json) -> Outcome:
    """The message's name and the person's, as the answer gives them."""
    try:
        message_id = clean(answer["messages"][0]["id"])
    except (KeyError, IndexError, TypeError, AttributeError):
        return Uncertain(Reason.UNANSWERED)
    try:
        wa_id = clean(answer["contacts"][0]["wa_id"])
    except (KeyError, IndexError, TypeError, AttributeError):
        wa_id = ""  # not given for people who are known by their id alone
    return Accepted(message_id, wa_id or None)


def _wants_template(trouble: Exception) -> bool:
    return isinstance(trouble, Refused) and ruling_on(trouble.fault).reaction is Reaction.TEMPLATE


def _without(outgoing: Outgoing, attachment: Attachment) -> Outgoing:
    left_out = t("whatsapp.file_left_out", name=attachment.name)
    return Outgoing((*outgoing.body, left_out), outgoing.buttons)
