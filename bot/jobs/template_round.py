"""Bring the account's forms of words in step with ours, a short transaction at a time."""

from dataclasses import dataclass

import structlog

from bot.domain.errors import Refusal
from bot.domain.reasons import BUTTON_TROUBLES
from bot.domain.template import REFUSED, TemplateStatus
from bot.jobs.rooms import Rooms
from bot.services.ports.templates import TemplateAccount
from bot.services.templates import Wanted

log = structlog.get_logger(__name__)


async def in_step(rooms: Rooms, account: TemplateAccount) -> int:
    """Ask for what lacks, change what differs, take out what is over; how many stand there now.

    No transaction is open while the account is asked.
    """
    async with rooms() as room:
        if not await room.templates.wants_asking():
            return 0
    try:
        listed = await account.listed()
    except (ConnectionError, Refusal) as trouble:
        log.warning("templates.not_listed", why=_why(trouble))
        return 0
    async with rooms() as room:
        wanted = await room.templates.wanted(listed, account)
    standing = {(each.name, each.language): each for each in listed}
    no_button = _NoButton()
    for status in await _asked_for(wanted, account, no_button):
        standing[status.name, status.language] = status
    for status in await _retired(wanted, account):
        del standing[status.name, status.language]
    async with rooms() as room:
        if no_button.why:
            await room.forms.refuse_button(no_button.why, room.now())
        await room.templates.keep(list(standing.values()))
    return len(standing)


@dataclass(slots=True)
class _NoButton:
    """Why the account does not take the button that copies a Pix code, once it has said so."""

    why: str = ""


async def _asked_for(
    wanted: Wanted, account: TemplateAccount, no_button: _NoButton
) -> list[TemplateStatus]:
    """Ask for each; one that is refused keeps the reason, and the others go on."""
    asked: list[TemplateStatus] = []
    for text in wanted.create:
        if text.copies and no_button.why:
            continue  # none of them would be taken
        try:
            asked.append(await account.create(text))
        except Refusal as refusal:
            log.warning(
                "templates.not_created", name=text.name, language=text.language, why=_why(refusal)
            )
            reason = refusal.key.removeprefix("reason.")
            if reason in BUTTON_TROUBLES:
                no_button.why = reason
                continue
            asked.append(TemplateStatus(text.name, text.language, REFUSED, reason=reason))
        except ConnectionError:
            return asked
    for there, text in wanted.edit:
        try:
            asked.append(await account.edit(there, text))
        except (ConnectionError, Refusal) as trouble:
            # What is there still goes; it is tried again with the next look.
            log.warning("templates.not_edited", name=there.name, why=_why(trouble))
    return asked


async def _retired(wanted: Wanted, account: TemplateAccount) -> list[TemplateStatus]:
    """Take out those that nobody sends any more; the account holds no end of them."""
    retired: list[TemplateStatus] = []
    for there in wanted.retire:
        try:
            await account.retire(there)
        except (ConnectionError, Refusal) as trouble:
            log.warning("templates.not_retired", name=there.name, why=_why(trouble))
        else:
            retired.append(there)
    return retired


def _why(trouble: Exception) -> str:
    return trouble.key if isinstance(trouble, Refusal) else type(trouble).__name__
