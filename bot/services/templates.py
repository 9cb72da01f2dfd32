"""Keep our approved forms of words in step with the account, and tell how they stand."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.clock import Clock
from bot.domain.template import PENDING, TemplateNews, TemplateStatus
from bot.domain.wording import WORDINGS
from bot.services.ports.templates import TemplateAccount, TemplateStore

# Approval takes minutes; a webhook usually tells. Whatever is approved changes rarely.
_ASK_WHILE_PENDING = timedelta(minutes=3)
_ASK_ANYWAY = timedelta(hours=6)
# Those that are being looked at cannot be changed meanwhile.
_CHANGEABLE = frozenset({"APPROVED", "REJECTED", "PAUSED"})

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class TemplatesView:
    """How our forms of words stand: those that may go, those waited for, those refused."""

    approved: Sequence[TemplateStatus] = ()
    pending: Sequence[TemplateStatus] = ()
    refused: Sequence[TemplateStatus] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What must be asked of the account: new ones, and those whose words have changed."""

    create: Sequence[Key]
    edit: Sequence[TemplateStatus]


class Templates:
    """One transaction's look at the forms of words. ``spoken``: languages we have words in."""

    def __init__(self, *, store: TemplateStore, clock: Clock, spoken: Collection[str]) -> None:
        self._store = store
        self._clock = clock
        self._spoken = spoken

    async def state(self) -> TemplatesView:
        """For the screen that shows them."""
        statuses = [kept.status for kept in await self._store.all()]
        return TemplatesView(
            approved=[status for status in statuses if status.usable],
            pending=[status for status in statuses if status.status == PENDING],
            refused=[s for s in statuses if not s.usable and s.status != PENDING],
        )

    async def news(self, news: TemplateNews) -> bool:
        """Take in what a webhook said."""
        return await self._store.note(news, self._clock.now())

    async def check_again(self) -> None:
        """Ask the account about all of them at the next occasion."""
        await self._store.doubt()

    async def wants_asking(self) -> bool:
        """Whether it is time to ask the account: something is missing, unapproved, or old."""
        kept = {_key(each.status): each for each in await self._store.all()}
        now = self._clock.now()
        for key in await self._needed():
            known = kept.get(key)
            if known is None:
                return True
            patience = _ASK_ANYWAY if known.status.usable else _ASK_WHILE_PENDING
            if now - known.checked_at > patience:
                return True
        return False

    async def wanted(self, listed: Sequence[TemplateStatus], account: TemplateAccount) -> Wanted:
        """What the account lacks of what we need."""
        there = {_key(status): status for status in listed}
        needed = await self._needed()
        return Wanted(
            create=[key for key in needed if key not in there],
            edit=[there[key] for key in needed if _changed(there, key, account)],
        )

    async def keep(self, statuses: Sequence[TemplateStatus]) -> None:
        """Write down how they stand in the account."""
        await self._store.keep(statuses, self._clock.now())

    async def _needed(self) -> Sequence[Key]:
        languages = sorted(set(await self._store.languages()) & set(self._spoken))
        return [(wording.name, language) for wording in WORDINGS for language in languages]


def _key(status: TemplateStatus) -> Key:
    return status.name, status.language


def _changed(there: Mapping[Key, TemplateStatus], key: Key, account: TemplateAccount) -> bool:
    status = there.get(key)
    return (
        status is not None
        and status.status in _CHANGEABLE
        and status.fingerprint != account.fingerprint(*key)
    )
