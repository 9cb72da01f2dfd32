"""How our WhatsApp stands: whether it is heard, whether it may send, and its approved forms."""

from bot.dialog.handler import action
from bot.dialog.screen import Screen, say
from bot.domain.message import ChannelName
from bot.domain.role import Role
from bot.domain.template import TemplateStatus
from bot.domain.text import Text, t
from bot.handlers.desk import Desk
from bot.handlers.linking import with_buttons
from bot.handlers.number_pace import number_pace, today_of
from bot.handlers.number_words import lines_of
from bot.handlers.pix_button import pix_button
from bot.handlers.queue_words import chat_lines
from bot.services.template_words import called, why_refused

_SHOWN = 10  # of the refused ones, each with its reason


@action("whatsapp", needs=Role.VIEWER)
async def whatsapp(desk: Desk, typed: str = "") -> Screen:
    """Everything at a glance; what is wrong comes with what to do about it."""
    del typed
    screen = say("whatsapp.title")
    about = lines_of(await desk.number.view(), prices=desk.role is Role.OWNER)
    for line in (*await _number(desk), *about):
        screen = screen.add(line)
    if desk.linking.on:
        return await _linked(screen, desk)
    view = await desk.templates.state()
    if not (view.approved or view.pending or view.refused):
        screen = screen.add("whatsapp.no_forms_yet")
    if view.approved:
        screen = screen.add("whatsapp.approved", count=len(view.approved))
    if view.pending:
        screen = screen.add("whatsapp.pending", count=len(view.pending))
    for status in view.refused[:_SHOWN]:
        screen = screen.add(_refused(status))
    if (await desk.pix_button.view()).button.possible:
        screen = screen.offer("pix_button.go", pix_button)
    if desk.role is Role.OWNER:
        screen = screen.offer("whatsapp.go.prices", "message_prices")
    return (
        screen.offer("whatsapp.check_again", whatsapp_check)
        .offer("whatsapp.go.texts", "texts")
        .offer("whatsapp.go.queue", "queue")
        .offer("go.home", "home")
    )


async def _linked(screen: Screen, desk: Desk) -> Screen:
    """A linked device: it has a connection instead of approved forms."""
    channel = (await desk.delivery.channels()).get(ChannelName.WHATSAPP)
    stopped = channel is None or channel.is_paused(desk.clock.now())
    screen = screen.add("link.down" if stopped else "link.up")
    if desk.role >= Role.MANAGER:
        screen = with_buttons(screen, stopped=stopped)
    if pace := await desk.pace.view():
        screen = screen.add(today_of(pace)).offer("pace.go", number_pace)
    return screen.offer("whatsapp.go.queue", "queue").offer("go.home", "home")


@action()
async def whatsapp_check(desk: Desk) -> Screen:
    """Ask Meta about the number and the forms again, soon."""
    await desk.templates.check_again()
    await desk.number.ask_again()
    return say("whatsapp.checking").offer("whatsapp.look_again", whatsapp)


async def _number(desk: Desk) -> list[Text]:
    channel = (await desk.delivery.channels()).get(ChannelName.WHATSAPP)
    if channel is None:
        return [t("whatsapp.never_heard")]
    lines = chat_lines(channel, desk.clock.now())
    if channel.heard_at is None:
        lines.append(t("whatsapp.never_heard"))
    else:
        lines.append(t("whatsapp.heard", at=channel.heard_at))
    return lines


def _refused(status: TemplateStatus) -> Text:
    name, language = called(status), t(f"language.{status.language}")
    if not status.reason:
        return t("whatsapp.refused", name=name, language=language)
    return t("whatsapp.refused_because", name=name, language=language, why=why_refused(status))
