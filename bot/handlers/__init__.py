"""Conversations: one file a subject; each ends in a call to a service."""

from types import ModuleType

from bot.dialog.handler import Action, FormHandler, Handler, Listing
from bot.handlers import (
    access,
    add_client,
    audit,
    backup,
    big_day,
    claims,
    client_card,
    client_edit,
    client_history,
    client_invite,
    client_talk,
    clients,
    contact_rules,
    export_clients,
    health,
    home,
    import_clients,
    ladder,
    ladder_replay,
    linking,
    message_prices,
    number_pace,
    numbers,
    payments,
    pix_button,
    plans,
    promises,
    queue,
    queue_piles,
    remind,
    rule_edits,
    settings,
    start,
    team,
    text_changes,
    texts,
    tomorrow,
    versions,
    whatsapp,
    who_is_it,
    why,
)


def _of(*subjects: ModuleType) -> tuple[Handler, ...]:
    """The handlers that stand in these files, each at home in one."""
    return tuple(
        {
            found.name: found
            for subject in subjects
            for found in vars(subject).values()
            if isinstance(found, Action | FormHandler | Listing)
        }.values()
    )


EVERY: tuple[Handler, ...] = _of(
    home,
    start,
    add_client,
    clients,
    client_card,
    client_edit,
    client_history,
    client_invite,
    import_clients,
    export_clients,
    plans,
    claims,
    payments,
    numbers,
    promises,
    client_talk,
    who_is_it,
    why,
    ladder,
    ladder_replay,
    texts,
    text_changes,
    remind,
    tomorrow,
    big_day,
    queue,
    queue_piles,
    whatsapp,
    pix_button,
    linking,
    message_prices,
    number_pace,
    health,
    backup,
    settings,
    contact_rules,
    versions,
    rule_edits,
    team,
    access,
    audit,
)
