"""What to make of it when the account does not take the button that copies a Pix code."""

from bot.channels.whatsapp.codes import Reaction
from bot.channels.whatsapp.errors import Refused, log_refusal, ruling_on
from bot.channels.whatsapp.reasons import Reason
from bot.domain.errors import Refusal
from bot.domain.template import TemplateText

# What is said of a kind of button that the account does not have is published nowhere: one of
# the general refusals, then. Whatever else it may mean is found out with the form without.
_NOT_SO = frozenset((Reason.REFUSED, Reason.TEMPLATE_REFUSED))
_INVALID = frozenset((100, 131009, 132068))
_NOT_THIS_FORM = frozenset(
    (Reason.TEMPLATE_MISSING, Reason.TEMPLATE_PAUSED, Reason.TEMPLATE_DISABLED)
)


def without_button(text: TemplateText, refused: Refused) -> Refusal | None:
    """Why there can be no such template in this account; none if it was refused for itself."""
    if not text.copies:
        return None
    reason = ruling_on(refused.fault).reason
    if refused.fault.code in _INVALID:
        reason = Reason.NO_PAYMENT_BUTTON
    if reason not in {Reason.NO_PAYMENT_BUTTON, Reason.PAYMENT_TERMS}:
        return None
    log_refusal(refused)
    return Refusal(f"reason.{reason}")


def goes_without(trouble: Exception) -> str:
    """Why a message goes at once in the form without the button; empty if that would not help."""
    if not isinstance(trouble, Refused) or trouble.fault.code is None:
        return ""
    ruling = ruling_on(trouble.fault)
    if ruling.reason is Reason.PAYMENT_TERMS or ruling.reason in _NOT_THIS_FORM:
        return ruling.reason
    not_so = ruling.reaction is Reaction.DROP and ruling.reason in _NOT_SO
    return Reason.NO_PAYMENT_BUTTON if not_so else ""
