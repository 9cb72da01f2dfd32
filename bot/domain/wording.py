"""The approved forms of words we use: their names, what goes into them, how many buttons.

The sentences stand in the catalogues: ``template.<name>.body``, ``template.<name>.button.<n>``
with n from 1, and one ``template.footer`` for all that goes to clients. Where nobody pays by Pix,
those that speak of it are ``template.<name>.abroad``, and the button is ``template.how_to_pay``.
Where a button copies the Pix code they are ``template.<name>.copies``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Wording:
    """One form of words. Its buttons carry the message's own tokens, in their order."""

    name: str
    params: tuple[str, ...]
    buttons: int
    to_staff: bool = False


_MARK = re.compile("<[^<>]*>")
_ONE_CHARGE = ("name", "business", "amount", "due")
_PAID_PIX_STOP = 3  # the buttons of every reminder
_PAID_PIX = 2

WORDINGS: tuple[Wording, ...] = (
    Wording("reminder_before", _ONE_CHARGE, _PAID_PIX_STOP),
    Wording("reminder_today", _ONE_CHARGE, _PAID_PIX_STOP),
    Wording("reminder_late", _ONE_CHARGE, _PAID_PIX_STOP),
    Wording("reminder_last", _ONE_CHARGE, _PAID_PIX_STOP),
    Wording("reminder_many", ("name", "business", "count", "amount"), _PAID_PIX_STOP),
    Wording("receipt", ("name", "business", "amount", "day"), 0),
    Wording("claim_rejected", ("name", "business", "amount"), _PAID_PIX),
    Wording("waiting", ("count",), 1, to_staff=True),
)

WORDING: Mapping[str, Wording] = MappingProxyType({wording.name: wording for wording in WORDINGS})

_BEFORE, _TODAY, _LATE = "reminder_before", "reminder_today", "reminder_late"
_AFTER = (_LATE, "reminder_last")


# These tell the client to tap "See Pix".
SPEAK_OF_PIX = frozenset((_BEFORE, _TODAY, _LATE, "reminder_many", "claim_rejected"))
PIX_BUTTON = 2
COPY_LABEL = "Copy Pix code"  # the network's own words; it takes no others
_ASKS_FOR_PIX = ("ver pix", "see pix")


def body_key(form: str, *, pix: bool, copies: bool = False) -> str:
    """Where a form's sentence stands; ``pix`` is whether the house can be paid so."""
    if form not in SPEAK_OF_PIX:
        return f"template.{form}.body"
    if copies:
        return f"template.{form}.copies"
    return f"template.{form}.body" if pix else f"template.{form}.abroad"


def may_copy(form: str, words: str = "") -> bool:
    """Whether a form may carry the button that copies the Pix code of what it asks for.

    Not with words that send people to the button in whose place it would stand.
    """
    said = " ".join(_MARK.sub("", words).lower().split())
    asks = any(label in said for label in _ASKS_FOR_PIX)
    return form in WORDING and WORDING[form].buttons == _PAID_PIX_STOP and not asks


def button_key(form: str, place: int, *, pix: bool) -> str:
    """Where the words on one of its buttons stand."""
    if place == PIX_BUTTON and not pix:
        return "template.how_to_pay"
    return f"template.{form}.button.{place}"


def forms_for(days: int) -> tuple[str, ...]:
    """The forms of words that are true so many days after the due date, the usual one first."""
    if days < 0:
        return (_BEFORE,)
    return (_TODAY, _BEFORE) if days == 0 else _AFTER


def true_form(wanted: str, days: int) -> str:
    """The form that was wanted, if it is true so many days after the due date; else one that is.

    A step may go out later than on its day: then "it is due today" would be wrong.
    """
    fitting = forms_for(days)
    return wanted if wanted in fitting else fitting[0]
