"""The approved forms of words we use: their names, what goes into them, how many buttons.

The sentences stand in the catalogues: ``template.<name>.body``, ``template.<name>.button.<n>``
with n from 1, and one ``template.footer`` for all that goes to clients.
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
