"""The record of deeds in plain words, for whoever reads it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.domain.text import Text, plain, t
from bot.domain.trail import shown
from bot.services.ports.audit import DeedView

_DEEDS = """
    business.changed business.set_up
    channel.code_asked channel.held channel.restarted channel.resumed channel.warning_seen
    claim.rejected
    client.added client.cancelled client.due_day_changed client.moved client.not_before
    client.noted client.opted_in client.opted_out client.paused client.promise_forgotten
    client.promised client.remind_overdue client.renamed client.replanned client.repriced
    client.resumed client.invited client.on_telegram client.chat_tied client.no_advertising
    client.advertising
    delivery.dropped delivery.sent_again
    import.done import.dropped
    number.priced
    ladder.added ladder.changed ladder.removed
    pace.released
    payment.recorded payment.undone
    pix_button.asked pix_button.off pix_button.on
    plan.added plan.not_sold plan.renamed plan.repriced plan.sold
    reminder.skipped reminders.big_day reminders.by_hand
    rules.rolled_back rules.taken_over rules.put_back
    team.chat_added team.codes_tried team.invited team.joined team.removed team.under_attack
    text.changed text.reset text.restored
    token.created token.revoked
"""
_FIELDS = """
    amount answer channel city day days due_day evening_digest file form gap_hours hour
    hours_0 hours_1 hours_2 hours_3 hours_4 hours_5 hours_6 imported known language member messages
    method name next_due not_before note opted_out other_chat owed paid_on people people_a_day
    per_minute per_week period phone pix_key plan plans price promised_on reason role scopes skipped
    similar_words standing state step_on tries unheard_hours unreadable usual
    version who words
"""
DEEDS = frozenset(_DEEDS.split())  # any other is told by its name
FIELDS = frozenset(_FIELDS.split())
CLOSED_ON = "closed_on "  # and the day: each day off is a thing of its own
ORIGINS = frozenset({"telegram", "whatsapp", "terminal", "api", "cli", "job"})


def what(deed: DeedView) -> Text:
    """What was done, as the rest of a sentence that begins with who did it."""
    if deed.deed not in DEEDS:
        return t("audit.deed.other", deed=deed.deed)
    client = plain(deed.client_name) if deed.client_name else t("audit.some_client")
    return t(f"audit.deed.{deed.deed}", client=client)


def who(deed: DeedView) -> Text:
    """Who did it."""
    if deed.by is None:
        return t("audit.by_itself")
    return plain(deed.by_name) if deed.by_name else t("team.nameless")


def whence(deed: DeedView) -> Text:
    """Where they did it."""
    return t(f"audit.from.{deed.origin}" if deed.origin in ORIGINS else "audit.from.unknown")


def changes(deed: DeedView) -> list[Text]:
    """What became of each thing that was touched."""
    return told_changes(deed.about)


def told_changes(about: Mapping[str, Any]) -> list[Text]:
    """What ``domain.trail.changed`` found, a line for each thing."""
    before = about.get("before") or {}
    after = about.get("after") or {}
    return [
        t("audit.change", field=_field(name), before=shown(before[name]), after=shown(value))
        if before.get(name) is not None
        else t("audit.detail", field=_field(name), value=shown(value))
        for name, value in after.items()
    ]


def _field(name: str) -> Text:
    if name.startswith(CLOSED_ON):
        return t("audit.closed_on", day=date.fromisoformat(name.removeprefix(CLOSED_ON)))
    return t(f"audit.field.{name}") if name in FIELDS else plain(name)
