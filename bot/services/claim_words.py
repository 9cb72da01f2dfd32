"""What is said about a claim: to the house, which decides, and to the client, who waits."""

from bot.domain.message import Style, TemplateUse
from bot.domain.money import Money
from bot.domain.text import Param, Text, plain, t
from bot.services.pix import pay_label
from bot.services.ports.billing import Payer
from bot.services.ports.claims import ClaimState, ClaimView
from bot.services.ports.house import BusinessView
from bot.services.ports.post import Notice, Press


def told_of(claim: ClaimView) -> tuple[Text, ...]:
    """What the house should know before it decides."""
    lines = [t("claim.title", client=claim.client_name, at=claim.created_at)]
    lines.append(t("claim.owes", owed=claim.owed) if claim.owed else t("claim.owes_nothing"))
    if claim.said:
        lines.append(t("claim.said", words=plain(claim.said)))
    if claim.repeated:
        lines.append(t("claim.repeated"))
    if claim.taken_back:
        lines.append(t("claim.taken_back"))
    return tuple(lines)


def asking(claim: ClaimView, why: Text | None = None) -> Notice:
    """Whoever decides on payments is asked; ``why`` it is asked again. One decided is only told."""
    card = Press(t("client.open"), "client_card", {"client": claim.client_id})
    buttons = [card]
    if claim.state is ClaimState.PENDING:
        about = {"claim": claim.id}
        buttons = [
            Press(t("claim.confirm"), "confirm_claim", about, Style.PRIMARY),
            Press(t("claim.not_yet"), "reject_claim", about),
            card,
        ]
    body = (why, *told_of(claim)) if why else told_of(claim)
    return Notice("claim", body, buttons, attachment=claim.attachment)


def not_found(payer: Payer, owed: Money, house: BusinessView) -> Notice:
    """The client is told kindly that nothing was found yet."""
    told: dict[str, Param] = {"name": payer.name, "business": house.name, "amount": owed}
    return Notice(
        "claim_rejected",
        (Text("claim.sorry" if owed else "claim.sorry_nothing_owed", told),),
        (
            Press(t("client.button.paid"), "client_paid"),
            Press(pay_label(house), "client_pix"),
        ),
        # Where they owe nothing, the template's amount would puzzle them.
        template=TemplateUse("claim_rejected", told) if owed else None,
    )
