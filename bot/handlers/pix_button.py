"""The button on reminders that copies the Pix code: whether they have it, and if not, why."""

from bot.dialog.handler import action
from bot.dialog.screen import Screen, say
from bot.domain.role import Role
from bot.domain.text import Text, t
from bot.handlers.desk import Desk
from bot.services.pix_button import PixButtonView


@action(needs=Role.VIEWER)
async def pix_button(desk: Desk) -> Screen:
    """How it stands; the owner may do without it, or have Meta asked again."""
    view = await desk.pix_button.view()
    screen = say("pix_button.title").add(_stands(view))
    if desk.role is Role.OWNER and view.button.possible:
        if view.button.off:
            screen = screen.offer("pix_button.switch_on", pix_button_switch, off=False)
        else:
            if view.button.refused_at:
                screen = screen.offer("pix_button.try_now", pix_button_again)
            screen = screen.offer("pix_button.switch_off", pix_button_switch, off=True)
    return screen.offer("pix_button.back", "whatsapp")


@action(needs=Role.OWNER)
async def pix_button_switch(desk: Desk, *, off: bool) -> Screen:
    """Do without it, or use it wherever the account takes it."""
    await desk.pix_button.switch(off=off, by=desk.me)
    return await _shown(desk)


@action(needs=Role.OWNER)
async def pix_button_again(desk: Desk) -> Screen:
    """Ask Meta again with the next look."""
    await desk.pix_button.ask_again(by=desk.me)
    return await _shown(desk)


async def _shown(desk: Desk) -> Screen:
    screen = await pix_button.run(desk)
    assert isinstance(screen, Screen)  # it leads nowhere else
    return screen


def _stands(view: PixButtonView) -> Text:
    button = view.button
    if not button.possible:
        return t("pix_button.no_key")
    if button.off:
        return t("pix_button.is_off")
    if button.refused_at and button.tried_again and not view.wanted:
        why = t(f"reason.{button.why}")
        return t("pix_button.refused", why=why, at=button.refused_at, again=button.tried_again)
    if view.approved:
        return t("pix_button.is_on", count=view.approved)
    return t("pix_button.waiting")
