"""Link our WhatsApp's phone, where it is a linked device: a code to scan, or letters to type."""

from bot.dialog.handler import action, form
from bot.dialog.screen import Screen, say
from bot.domain.message import Style
from bot.forms.linking import LinkByLetters
from bot.handlers.desk import Desk
from bot.services.ports.linking import Wanted


@action()
async def link_code(desk: Desk) -> Screen:
    """A picture comes in a moment, and a new one each time it has grown old."""
    await desk.linking.ask(Wanted.CODE, desk.me)
    return say("link.code_comes").offer("whatsapp.look_again", "whatsapp")


@form(LinkByLetters, confirm=False)
async def link_letters(answers: LinkByLetters, desk: Desk) -> Screen:
    """For a phone whose camera cannot see this screen: its own number, then eight letters."""
    await desk.linking.ask(Wanted.LETTERS, desk.me, answers.phone)
    return say("link.letters_come").offer("whatsapp.look_again", "whatsapp")


@action()
async def link_restart(desk: Desk) -> Screen:
    """Connect anew, with the link that there is."""
    await desk.linking.ask(Wanted.RESTART, desk.me)
    return say("link.restarting").offer("whatsapp.look_again", "whatsapp")


def with_buttons(screen: Screen, *, stopped: bool) -> Screen:
    """What can be done about the link."""
    if stopped:
        screen = screen.offer("link.button.code", link_code, style=Style.PRIMARY)
        screen = screen.offer("link.button.letters", link_letters)
    return screen.offer("link.button.restart", link_restart)
