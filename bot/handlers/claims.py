"""What clients say they paid: confirm with one tap, or not yet."""

from collections.abc import Mapping
from typing import Any

from bot.dialog.handler import action, listing
from bot.dialog.screen import Deed, Page, Row, Screen, say
from bot.domain.errors import Conflict
from bot.domain.ids import ClaimId
from bot.domain.message import Style
from bot.domain.role import Role
from bot.domain.text import plain, t
from bot.forms.filters import Everything
from bot.handlers.desk import Desk
from bot.services.claim_words import told_of
from bot.services.ports.claims import ClaimState, ClaimView
from bot.services.receipts import what_it_settles

_DECIDED = {
    ClaimState.CONFIRMED: "claim.already_confirmed",
    ClaimState.REJECTED: "claim.already_rejected",
    ClaimState.UNDONE: "claim.already_undone",
}


@action()
async def confirm_claim(desk: Desk, claim: int) -> Screen:
    """Record the money once, however often and by however many it is confirmed."""
    try:
        decision = await desk.claims.confirm(ClaimId(claim), by=desk.me)
    except Conflict as refusal:
        found = await desk.claims.get(ClaimId(claim))
        return (
            say(refusal.text)
            .offer("payment.record", "record_payment", client=found.client_id)
            .offer("claim.not_yet", reject_claim, claim=claim)
            .offer("client.open", "client_card", client=found.client_id)
        )
    if decision.recorded is None:
        return decided(decision.claim)
    payment = decision.recorded.payment
    screen = say("claim.confirmed", client=payment.client_name, amount=payment.amount)
    for line in what_it_settles(decision.recorded.settlement):
        screen = screen.add(line)
    return (
        screen.offer("payment.undo", "undo_payment", payment=payment.id)
        .offer("client.open", "client_card", client=payment.client_id)
        .offer("claim.others", claims)
    )


@action()
async def reject_claim(desk: Desk, claim: int) -> Screen:
    """Tell the client kindly that nothing was found yet; reminders go on."""
    decision = await desk.claims.reject(ClaimId(claim), by=desk.me)
    if not decision.new:
        return decided(decision.claim)
    return (
        say("claim.rejected", client=decision.claim.client_name)
        .offer("client.open", "client_card", client=decision.claim.client_id)
        .offer("claim.others", claims)
    )


@action(needs=Role.VIEWER)
async def claim_view(desk: Desk, claim: int) -> Screen:
    """One claim with its receipt and what can be done about it."""
    found = await desk.claims.get(ClaimId(claim))
    if found.state is not ClaimState.PENDING:
        return decided(found)
    screen = (
        Screen(told_of(found))
        .offer("claim.confirm", confirm_claim, style=Style.PRIMARY, claim=claim)
        .offer("claim.not_yet", reject_claim, claim=claim)
        .offer("client.open", "client_card", client=found.client_id)
    )
    return screen.showing(found.attachment) if found.attachment else screen


@listing(Everything, command="claims")
async def claims(wanted: Everything, after: Mapping[str, Any] | None, desk: Desk) -> Page:
    """Those that wait for a decision, the oldest first."""
    del wanted
    found = await desk.claims.pending(after=after)
    return Page(
        title=t("claims.title"),
        rows=tuple(
            Row(
                plain(claim.client_name),
                Deed(claim_view.name, {"claim": claim.id}),
                t("claims.row", owed=claim.owed, at=claim.created_at),
            )
            for claim in found.items
        ),
        next=found.next,
        empty=t("claims.none"),
    )


def decided(claim: ClaimView) -> Screen:
    """How a claim stands that somebody has decided already."""
    who = plain(claim.decided_by_name) if claim.decided_by_name else t("claim.somebody")
    at = claim.decided_at or claim.created_at
    return say(_DECIDED[claim.state], client=claim.client_name, who=who, at=at).offer(
        "client.open", "client_card", client=claim.client_id
    )
