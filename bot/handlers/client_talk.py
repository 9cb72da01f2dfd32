"""The client's side: I paid, send me the Pix code, stop; anything else goes to the owner."""

from datetime import date

from bot.dialog.handler import action
from bot.dialog.screen import Deed, Screen, say
from bot.domain.errors import Refusal
from bot.domain.ids import FileId
from bot.domain.intent import Intent, intent_of
from bot.domain.message import Attachment, Incoming, IncomingFile
from bot.domain.names import fold, tidy_lines
from bot.domain.promise import promised_day
from bot.domain.role import Role
from bot.domain.text import Text, plain, t
from bot.handlers.desk import Desk
from bot.services.pix import NO_CODE, NO_PIX_HERE, pay_label
from bot.services.ports.house import BusinessView
from bot.services.ports.post import Notice, Press

_GREETINGS = ("/start", "/inicio", "/menu", "/help", "/ajuda", "/ayuda")
_RECEIPTS = ("image/", "application/pdf")  # what a receipt of a bank's app comes as
_NO_RECEIPTS = frozenset(("image/webp", "image/gif"))  # stickers, and pictures that move
_WORDLESS = ("audio/", "image/webp")  # what WhatsApp takes no words with
_TELEGRAM = "telegram"  # and nothing else: they want to be written to there
# A language's name and nothing else: from then on they are written to in it.
_LANGUAGES = {
    **dict.fromkeys(("portugues", "portuguese"), "pt_BR"),
    **dict.fromkeys(("english", "ingles"), "en"),
    **dict.fromkeys(("espanol", "espanhol", "spanish", "castellano"), "es"),
}
_FORWARDED = 1500  # letters of one message that the house is shown


@action(needs=Role.CLIENT)
async def client_paid(desk: Desk) -> Screen:
    """Hold the reminders and ask the owner; only they confirm."""
    return await _claimed(desk, "")


@action(needs=Role.CLIENT)
async def client_pix(desk: Desk) -> Screen:
    """The code as a message of its own, so that it can be copied, and its picture."""
    try:
        code = await desk.pix.for_client(desk.client_id)
    except Refusal as refusal:
        # They are told that somebody will write to them.
        if refusal.key == NO_CODE:
            await desk.forward(t("client.wants_pix"))
        elif refusal.key == NO_PIX_HERE:
            await desk.forward(t("client.wants_to_pay"))
        return say(refusal.text)
    picture = await desk.pictures.qr(code.payload)
    file_id = await desk.files.put("pix.png", "image/png", picture)
    return (
        say("client.pix.here", amount=code.amount, receiver=code.receiver)
        .followed_by(say(plain(code.payload)))
        .followed_by(
            say("client.pix.scan", amount=code.amount)
            .showing(Attachment(file_id, "pix.png", "image/png"))
            .offer("client.button.paid", client_paid)
        )
    )


@action(needs=Role.CLIENT)
async def client_stop(desk: Desk) -> Screen:
    """Leave them alone at once, with a word that it is done."""
    await desk.clients.opt_out(desk.client_id)
    return say("client.stopped", business=desk.signature).offer(
        "client.button.resume", client_resume
    )


@action(needs=Role.CLIENT)
async def client_resume(desk: Desk) -> Screen:
    """They want to be reminded again."""
    await desk.clients.opt_in(desk.client_id)
    return with_buttons(say("client.resumed"), desk.house)


@action(needs=Role.CLIENT)
async def client_telegram(desk: Desk) -> Screen:
    """Their own link to Telegram, because they asked; it works once."""
    if not await desk.client_doors.may_come(desk.person, desk.incoming.channel):
        known = "there" if desk.client_doors.on_telegram else "none"
        told = say(f"client.telegram.{known}", business=desk.signature)
        return with_buttons(told, desk.house)
    link = await desk.client_doors.own(desk.client_id, desk.me)
    return say("client.telegram.here", business=desk.signature, link=plain(link))


@action(needs=Role.CLIENT)
async def client_says(desk: Desk, incoming: Incoming) -> Screen | Deed:
    """Understand what can be understood; the rest reaches the owner, and the client is told."""
    if incoming.corrects:
        return await _corrected(desk, incoming)
    if incoming.file_id is not None:
        return await _file(desk, incoming, incoming.file_id)
    if incoming.unsupported:
        await desk.forward(t("client.unreadable"))
        return with_buttons(say("client.please_write", business=desk.signature), desk.house)
    return await _said(desk, tidy_lines(incoming.text))


async def _hello(desk: Desk) -> Screen:
    hello = say("client.hello", name=desk.person.name, business=desk.signature)
    screen = with_buttons(hello, desk.house)
    if await desk.client_doors.may_come(desk.person, desk.incoming.channel):
        return screen.offer("client.button.telegram", client_telegram)
    return screen


async def _said(desk: Desk, words: str) -> Screen | Deed:
    if not words or words.casefold().startswith(_GREETINGS):
        return await _hello(desk)
    if intent_of(words) is Intent.PAID:
        return await _claimed(desk, words)
    if deed := _wanted(words, desk.today):
        return deed
    await desk.forward(plain(words[:_FORWARDED]))
    return with_buttons(say("client.forwarded", business=desk.signature), desk.house)


_DEEDS = {Intent.PIX: client_pix, Intent.STOP: client_stop, Intent.RESUME: client_resume}


def _wanted(words: str, today: date) -> Deed | None:
    """What a few words ask for, if it is plain."""
    if day := promised_day(words, today):
        return Deed("client_promises", {"day": day.isoformat(), "said": words})
    if language := _LANGUAGES.get(fold(words)):
        return Deed("change_language", {"to": language})
    if fold(words).strip(" .!?") == _TELEGRAM:
        return Deed(client_telegram.name)
    handler = _DEEDS.get(intent_of(words))
    return Deed(handler.name) if handler else None


async def _claimed(desk: Desk, words: str) -> Screen:
    """Take their word: the reminders rest until somebody of the house has looked."""
    made = await desk.claims.make(
        desk.client_id, said=words, file_id=None, came_by=desk.incoming.message_id
    )
    key = "client.paid.thanks" if made.new else "client.paid.known"
    return say(key, business=desk.signature)


async def _file(desk: Desk, incoming: Incoming, file_id: FileId) -> Screen:
    """A picture or a PDF is a receipt; any other file is for a person to open."""
    file = incoming.file
    if file is None or _is_receipt(file) or intent_of(tidy_lines(incoming.text)) is Intent.PAID:
        made = await desk.claims.make(
            desk.client_id, said=incoming.text, file_id=file_id, came_by=incoming.message_id
        )
        key = "client.paid.with_file" if made.new else "client.paid.file_added"
        return say(key, business=desk.signature)
    attachment = Attachment(file_id, file.name or "file", file.mime)
    for notice in _passing_on(desk, attachment, plain(incoming.text[:_FORWARDED])):
        for member in await desk.post.staff():
            await desk.post.tell(member, notice)
    return with_buttons(say("client.forwarded", business=desk.signature), desk.house)


def _is_receipt(file: IncomingFile) -> bool:
    return file.mime.startswith(_RECEIPTS) and file.mime not in _NO_RECEIPTS


def _passing_on(desk: Desk, attachment: Attachment, words: Text) -> tuple[Notice, ...]:
    """A file for the house, with a way to the client; a voice goes by itself, as chats have it."""
    said = t("client.sent_file", client=plain(desk.person.name))
    press = Press(t("client.open"), "client_card", {"client": desk.client_id})
    if attachment.mime.startswith(_WORDLESS):
        said = t("client.sent_voice", client=plain(desk.person.name))
        alone = Notice("forwarded", (), attachment=attachment)
        return Notice("forwarded", (said,), (press,)), alone
    return (Notice("forwarded", (said, words), (press,), attachment=attachment),)


async def _corrected(desk: Desk, incoming: Incoming) -> Screen | Deed:
    """What they wrote reads otherwise now: the house sees it so, and what it asks for is done."""
    words = tidy_lines(incoming.text)[:_FORWARDED]
    known = await desk.claims.correct(desk.client_id, incoming.corrects, said=words)
    if deed := _wanted(words, desk.today):
        return deed
    if not known and intent_of(words) is Intent.PAID:
        return await _claimed(desk, words)
    await desk.forward(plain(words or "…"), "client.corrected")
    if known:
        return say("client.paid.known", business=desk.signature)
    return with_buttons(say("client.forwarded", business=desk.signature), desk.house)


def with_buttons(screen: Screen, house: BusinessView) -> Screen:
    """What a client may want next."""
    return screen.offer("client.button.paid", client_paid).offer(pay_label(house), client_pix)
