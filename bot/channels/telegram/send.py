"""Send a message to Telegram and say, in one of five words, what became of it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeAlias, TypeVar

import structlog
from telegram import Bot, InputFile, InputMediaPhoto, LinkPreviewOptions, Message
from telegram.error import BadRequest, TelegramError

from bot.channels.telegram.outcomes import is_about, outcome_of
from bot.channels.telegram.reasons import Reason
from bot.channels.telegram.render import Drawing, draw
from bot.domain.clock import Clock
from bot.domain.delivery import Accepted, GiveUp, Outcome
from bot.domain.message import Attachment, Parcel
from bot.services.ports.words import Words

log = structlog.get_logger(__name__)

PHOTO_BYTES = 10_000_000  # a heavier picture goes as a document
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

Sent = TypeVar("Sent")
Tapped: TypeAlias = tuple[int, int]  # chat, message


class TelegramSender:
    """The way out to Telegram. Paces nothing and repeats nothing: that is the outbox's."""

    def __init__(self, bot: Bot, words: Words, clock: Clock) -> None:
        self._bot = bot
        self._words = words
        self._clock = clock

    async def send(self, parcel: Parcel) -> Outcome:
        """Edit the message that was tapped, where there is one to edit; else send a new one."""
        if not parcel.address.to.isdecimal():
            return GiveUp(Reason.NOT_STARTED, unreachable=True)
        drawing = draw(parcel.outgoing, parcel.language, self._words)
        if tapped := _to_edit(parcel):
            edited = await self._edit(tapped, parcel, drawing)
            if edited is not None:
                return edited
        try:
            message = await _with_marks(lambda drawn: self._new(parcel, drawn), drawing)
        except TelegramError as error:
            return outcome_of(error, self._clock.now())
        return Accepted(f"{message.chat_id}:{message.message_id}")

    async def _edit(self, tapped: Tapped, parcel: Parcel, drawing: Drawing) -> Outcome | None:
        """What became of the edit; none if there is nothing that could be edited."""
        chat, message = tapped
        attachment, blob = parcel.outgoing.attachment, parcel.blob

        async def edit(drawn: Drawing) -> None:
            if attachment and blob is not None:
                caption, mode = drawn.text, drawn.parse_mode
                photo = InputMediaPhoto(blob, caption, mode, filename=attachment.name)
                await self._bot.edit_message_media(
                    photo, chat, message, reply_markup=drawn.keyboard
                )
                return
            await self._bot.edit_message_text(
                drawn.text,
                chat,
                message,
                parse_mode=drawn.parse_mode,
                reply_markup=drawn.keyboard,
                link_preview_options=_NO_PREVIEW,
            )

        try:
            await _with_marks(edit, drawing)
        except BadRequest as error:
            if not is_about(error, "not modified"):
                # Deleted, too old, or words where a picture was and the reverse: say it anew.
                log.info("telegram.edit_refused", why=error.message)
                return None
        except TelegramError as error:
            return outcome_of(error, self._clock.now(), repeatable=True)
        return Accepted(f"{chat}:{message}")

    async def _new(self, parcel: Parcel, drawing: Drawing) -> Message:
        chat = int(parcel.address.to)
        attachment = parcel.outgoing.attachment
        if attachment and parcel.blob is not None:
            return await self._with_file(chat, parcel.blob, attachment, drawing)
        if attachment:
            # Words without their file say more than silence.
            log.error("telegram.file_missing", opaque=parcel.opaque)
            drawing = replace(drawing, text=drawing.text or attachment.name)
        return await self._bot.send_message(
            chat,
            drawing.text,
            parse_mode=drawing.parse_mode,
            reply_markup=drawing.keyboard,
            link_preview_options=_NO_PREVIEW,
        )

    async def _with_file(
        self, chat: int, blob: bytes, attachment: Attachment, drawing: Drawing
    ) -> Message:
        file = InputFile(blob, filename=attachment.name)
        if attachment.is_picture and len(blob) <= PHOTO_BYTES:
            try:
                return await self._bot.send_photo(
                    chat,
                    file,
                    caption=drawing.text,
                    parse_mode=drawing.parse_mode,
                    reply_markup=drawing.keyboard,
                )
            except BadRequest as error:
                # Too wide, too narrow or broken for a photo: people can still open the file.
                if not is_about(error, "photo", "image"):
                    raise
        return await self._bot.send_document(
            chat,
            file,
            caption=drawing.text,
            parse_mode=drawing.parse_mode,
            reply_markup=drawing.keyboard,
        )


def _to_edit(parcel: Parcel) -> Tapped | None:
    """The message to replace: ours, in this very chat; by a picture only one that it renews."""
    outgoing = parcel.outgoing
    told = outgoing.renews or (None if outgoing.attachment else outgoing.edits)
    chat, _, message = (told or "").partition(":")
    file = outgoing.attachment
    drawable = file is None or (file.is_picture and parcel.blob is not None)
    if chat != parcel.address.to or not message.isdecimal() or not drawable:
        return None
    return int(chat), int(message)


async def _with_marks(call: Callable[[Drawing], Awaitable[Sent]], drawing: Drawing) -> Sent:
    """Do it, and once more with bare words if Telegram does not understand our marks."""
    try:
        return await call(drawing)
    except BadRequest as error:
        if not is_about(error, "can't parse"):
            raise
        log.warning("telegram.marks_refused", why=error.message)
        return await call(drawing.unmarked())
