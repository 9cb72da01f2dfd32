"""Words that steer wherever one is, in every language we speak: a person need not switch."""

import re
from collections.abc import Sequence

from bot.dialog.session import Session, Shown
from bot.domain.names import fold

BACK = frozenset({"voltar", "volta", "back", "volver", "atras"})
SKIP = frozenset({"pular", "skip", "saltar", "omitir"})
CANCEL = frozenset({"cancelar", "cancela", "cancel", "/cancelar", "/cancel"})
CONTINUE = frozenset({"continuar", "continue", "seguir"})
SAVE = frozenset({"salvar", "salva", "sim", "ok", "save", "yes", "guardar", "si"})

_PLACE = re.compile(r"[0-9]{1,3}")  # the number of a choice; more digits are a phone or a slip
_SIGN_AHEAD = re.compile(r"^[^\w#]+")  # the picture before a label's words, which nobody types


def means(text: str, words: frozenset[str]) -> bool:
    """Whether somebody typed one of the words, whatever the case and accents."""
    return fold(text) in words


def spoken_choice(text: str, session: Session) -> str | None:
    """The token of the last screen's choice whose words, or whose number, were typed."""
    return choice_among(text, session.shown, numbers=session.numbers_mean_choices)


def choice_among(text: str, shown: Sequence[Shown], *, numbers: bool) -> str | None:
    """The token of the choice whose words were typed, or its number, if numbers mean choices."""
    wanted = fold(text)
    for choice in shown:
        label = fold(choice.label)
        if wanted and wanted in (label, _SIGN_AHEAD.sub("", label)):
            return choice.token
    if numbers and _PLACE.fullmatch(wanted):
        place = int(wanted) - 1
        if 0 <= place < len(shown):
            return shown[place].token
    return None
