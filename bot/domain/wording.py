"""The approved forms of words we use: their names, what goes into them, how many buttons.

The sentences stand in the catalogues: ``template.<name>.body``, ``template.<name>.button.<n>``
with n from 1, and one ``template.footer`` for all that goes to clients. Where nobody pays by Pix,
those that speak of it are ``template.<name>.abroad``, and the button is ``template.how_to_pay``.
"""

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
_PIX_BUTTON = 2


def body_key(form: str, *, pix: bool) -> str:
    """Where a form's sentence stands; ``pix`` is whether the house can be paid so."""
    return f"template.{form}.body" if pix or form not in SPEAK_OF_PIX else f"template.{form}.abroad"


def button_key(form: str, place: int, *, pix: bool) -> str:
    """Where the words on one of its buttons stand."""
    if place == _PIX_BUTTON and not pix:
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
