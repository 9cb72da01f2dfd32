"""The schema, one table a thing; migrations are written against it and a test keeps them equal.

Money is integer minor units, times are UTC instants, due dates are dates of the business's zone.
"""

from bot.storage.tables.access import api_deeds, api_tokens
from bot.storage.tables.backups import backups
from bot.storage.tables.billing import (
    allocations,
    charges,
    clients,
    imports,
    ladder_steps,
    payments,
    plans,
    subscriptions,
)
from bot.storage.tables.channels import (
    channel_states,
    inbox_raw,
    inbox_seen,
    pix_buttons,
    templates,
)
from bot.storage.tables.claims import claim_messages, claims, files
from bot.storage.tables.columns import Instant, metadata
from bot.storage.tables.house import (
    addresses,
    audit,
    big_days,
    business,
    invitations,
    knocks,
    people,
    sessions,
    tickets,
)
from bot.storage.tables.links import links
from bot.storage.tables.messages import (
    attempts,
    holds,
    notice_lines,
    offers,
    orphan_reports,
    outbox,
)
from bot.storage.tables.number import message_costs, message_prices, number_facts
from bot.storage.tables.paces import number_paces, paced_starts
from bot.storage.tables.rule_pushes import rule_edits, rule_pushes
from bot.storage.tables.texts import texts
from bot.storage.tables.versions import rule_versions
from bot.storage.tables.watch import incidents, samples

__all__ = [
    "Instant",
    "addresses",
    "allocations",
    "api_deeds",
    "api_tokens",
    "attempts",
    "audit",
    "backups",
    "big_days",
    "business",
    "channel_states",
    "charges",
    "claim_messages",
    "claims",
    "clients",
    "files",
    "holds",
    "imports",
    "inbox_raw",
    "inbox_seen",
    "incidents",
    "invitations",
    "knocks",
    "ladder_steps",
    "links",
    "message_costs",
    "message_prices",
    "metadata",
    "notice_lines",
    "number_facts",
    "number_paces",
    "offers",
    "orphan_reports",
    "outbox",
    "paced_starts",
    "payments",
    "people",
    "pix_buttons",
    "plans",
    "rule_edits",
    "rule_pushes",
    "rule_versions",
    "samples",
    "sessions",
    "subscriptions",
    "templates",
    "texts",
    "tickets",
]
