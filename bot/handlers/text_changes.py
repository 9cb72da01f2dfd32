"""A text put otherwise: typed, checked, shown as clients will read it, used; and put back."""

from typing import Any

from bot.dialog.handler import action
from bot.dialog.screen import Screen, say
from bot.domain.errors import Unreadable
from bot.domain.message import Style
from bot.domain.own_text import OwnText
from bot.domain.own_words import as_typed
from bot.domain.placeholders import offered
from bot.domain.role import Role
from bot.domain.text import Text, plain, t
from bot.domain.text_flags import doubts
from bot.handlers.desk import Desk
from bot.handlers.texts import as_read, kept, read, text_view

_SHOWN = 8  # of the earlier versions
_LINE = 60  # letters of each


@action()
async def change_text(desk: Desk, key: list[Any]) -> Screen:
    """Ask for other words; what goes now may be copied and changed."""
    view = await desk.texts.view(read(key))
    desk.texts.read(view.key, as_typed(view.words, desk.language), desk.language)
    screen = say("texts.write").add("texts.now", words=as_typed(view.words, desk.language))
    screen = screen.add("texts.gaps")
    for gap in view.wording.params:
        name = plain(f"{{{offered(gap, desk.language)}}}")
        screen = screen.add("texts.gap", gap=name, what=t(f"texts.gap.{gap}"))
    screen = screen.expecting(text_typed, key=key, field="own_words")
    return screen.offer("texts.leave", text_view, key=key)


@action()
async def text_typed(desk: Desk, key: list[Any], typed: str, field: str = "") -> Screen:
    """Other words, read; asked for again where they cannot be used."""
    try:
        words = desk.texts.read(read(key), typed, desk.language)
    except Unreadable as refusal:
        screen = say(refusal.text).add("texts.write_again")
        screen = screen.expecting(text_typed, key=key, field=field)
        return screen.offer("texts.leave", text_view, key=key)
    return await text_proposal_of(desk, key, words)


@action()
async def text_proposal(desk: Desk, key: list[Any], words: str) -> Screen:
    """Words from before, shown once more."""
    return await text_proposal_of(desk, key, words)


@action()
async def reset_text(desk: Desk, key: list[Any]) -> Screen:
    """What would go without words of its own."""
    instead = await desk.texts.without_own(read(key))
    copies = await desk.pix_button.wanted()
    screen = say("texts.would_reset").add(await as_read(desk, read(key), instead, copies=copies))
    screen = screen.offer("texts.reset_yes", accept_text, None, Style.PRIMARY, key=key, words="")
    return screen.offer("texts.leave", text_view, key=key)


@action()
async def accept_text(desk: Desk, key: list[Any], words: str) -> Screen:
    """Use them from now on."""
    saved = await desk.texts.save(read(key), words, by=desk.me)
    shown = await text_view.run(desk, key=key)
    assert isinstance(shown, Screen)  # it leads nowhere else
    sent = words and await desk.templates.standing()
    note = t("texts.saved_sent" if sent else "texts.saved") if saved else t("texts.saved_already")
    return Screen((note, *shown.body), shown.choices)


@action(needs=Role.VIEWER)
async def text_versions(desk: Desk, key: list[Any]) -> Screen:
    """Everything it ever said, the newest first."""
    versions = await desk.texts.versions(read(key))
    screen = say("texts.all_versions", count=len(versions))
    for version in versions[:_SHOWN]:
        label = t("texts.version", version=version.version, at=version.at)
        screen = screen.offer(
            label, text_version, _begins(version), key=key, number=version.version
        )
    return screen.offer("texts.leave", text_view, key=key)


@action(needs=Role.VIEWER)
async def text_version(desk: Desk, key: list[Any], number: int) -> Screen:
    """One of them, and a way back to it."""
    version = await desk.texts.version(read(key), number)
    words = version.words or await desk.texts.without_own(version.key)
    screen = say("texts.version", version=version.version, at=version.at)
    copies = await desk.pix_button.wanted()
    screen = screen.add(await as_read(desk, version.key, words, copies=copies))
    if desk.role >= Role.MANAGER:
        if version.words:
            screen = screen.offer("texts.restore", text_proposal, key=key, words=version.words)
        else:
            screen = screen.offer("texts.restore", reset_text, key=key)
    return screen.offer("texts.versions", text_versions, key=key)


async def text_proposal_of(desk: Desk, key: list[Any], words: str) -> Screen:
    """The words as clients would read them, what may be held against them, and the yes."""
    text = read(key)
    found = doubts(words, text.language)
    copies = await desk.pix_button.wanted()
    screen = say("texts.would_be").add(await as_read(desk, text, words, copies=copies))
    if found:
        screen = screen.add("texts.doubts")
    for doubt in found:
        screen = screen.add(doubt.told)
    sent = await desk.templates.standing()
    label = "texts.use_anyway" if found else "texts.send" if sent else "texts.use"
    style = Style.PLAIN if found else Style.PRIMARY
    screen = screen.offer(label, accept_text, None, style, key=kept(text), words=words)
    screen = screen.offer("texts.edit_more", change_text, key=key)
    return screen.offer("texts.leave", text_view, key=key)


def _begins(version: OwnText) -> Text:
    words = as_typed(version.words, version.key.language).replace("\n", " ")
    return plain(f"{words[:_LINE]}…") if words else t("texts.ours")
