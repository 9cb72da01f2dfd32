"""Every text that should stand in the account: EmDia's words, the owner's, and with the button."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.own_text import OwnText
from bot.domain.template import TemplateText
from bot.domain.template_names import name_of, with_button
from bot.domain.wording import PIX_BUTTON, WORDING, WORDINGS, button_key, may_copy
from bot.services.ports.words import Words


def replies(
    words: Words, form: str, language: str, *, pix: bool, copies: bool = False
) -> Sequence[str]:
    """The words on the buttons that come back to us; one that copies stands before them."""
    return [
        words.raw(button_key(form, place, pix=pix), language)
        for place in range(1, WORDING[form].buttons + 1)
        if not (copies and place == PIX_BUTTON)
    ]


def texts_for(
    languages: Sequence[str], newest: Sequence[OwnText], *, pix: bool, button: bool
) -> Sequence[TemplateText]:
    """``pix``: the house can be paid so; ``button``: reminders should copy its code.

    Those with the button stand beside those without, and are asked for last: an account that does
    not have it lacks nothing else.
    """
    ours = [
        TemplateText.ours(wording.name, language, pix=pix)
        for wording in WORDINGS
        for language in languages
    ]
    own = [
        TemplateText(name_of(text), text.key.form, text.key.language, text.words, pix)
        for text in newest
        if text.words and text.key.language in languages
    ]
    copying = [
        replace(text, name=with_button(text.name), copies=True)
        for text in (*ours, *own)
        if button and may_copy(text.form, text.words)
    ]
    return [*ours, *own, *copying]
