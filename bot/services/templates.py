"""Keep our approved forms of words in step with the account, and tell how they stand."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.clock import Clock
from bot.domain.message import TemplateUse
from bot.domain.own_text import TextBook, TextKey
from bot.domain.template import PENDING, REFUSED, TemplateNews, TemplateStatus, TemplateText
from bot.domain.template_names import has_button, name_of, named
from bot.domain.wording import WORDING
from bot.services.approved import approved_now
from bot.services.ports.templates import TemplateAccount, TemplateStore
from bot.services.ports.texts import TextStore
from bot.services.template_texts import texts_for

# Approval takes minutes; a webhook usually tells. Whatever is approved changes rarely.
_ASK_WHILE_PENDING = timedelta(minutes=3)
_ASK_ANYWAY = timedelta(hours=6)
# Those that are being looked at cannot be changed meanwhile.
_CHANGEABLE = frozenset({"APPROVED", "REJECTED", "PAUSED"})
_DECIDED = frozenset({"REJECTED", "REFUSED", "DISABLED"})

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class TemplatesView:
    """How our forms of words stand: those that may go, those waited for, those refused."""

    approved: Sequence[TemplateStatus] = ()
    pending: Sequence[TemplateStatus] = ()
    refused: Sequence[TemplateStatus] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What must be asked of the account: new ones, changed ones, and those to take out."""

    create: Sequence[TemplateText]
    edit: Sequence[tuple[TemplateStatus, TemplateText]]
    retire: Sequence[TemplateStatus] = ()


class Templates:
    """One transaction's look at the forms of words. ``spoken``: languages we have words in."""

    def __init__(
        self, *, store: TemplateStore, texts: TextStore, clock: Clock, spoken: Collection[str]
    ) -> None:
        self._store = store
        self._texts = texts
        self._clock = clock
        self._spoken = spoken

    async def state(self) -> TemplatesView:
        """For the screen that shows them."""
        statuses = [kept.status for kept in await self._store.all()]
        return TemplatesView(
            approved=[status for status in statuses if status.usable],
            pending=[status for status in statuses if status.status == PENDING],
            refused=[s for s in statuses if _is_refused(s)],
        )

    async def standing(self) -> Mapping[Key, TemplateStatus]:
        """How each stands, by its name and language; nothing where there is no account."""
        return {_key(kept.status): kept.status for kept in await self._store.all()}

    async def held_back(self, key: TextKey) -> bool:
        """Whether nothing that stands for this text may be sent now; never without an account."""
        if not await self._store.all():
            return False
        approved = await approved_now(self._store, self._texts, self._clock.now())
        return approved.form(TemplateUse(key.form, plan_id=key.plan_id), key.language) is None

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
        for text in await self._needed():
            known = kept.get((text.name, text.language))
            if known is None or now - known.checked_at > _patience(text, known.status):
                return True
        return False

    async def wanted(self, listed: Sequence[TemplateStatus], account: TemplateAccount) -> Wanted:
        """What the account lacks of what we need, and what it holds that nobody needs any more."""
        there = {_key(status): status for status in listed}
        needed = await self._needed()
        tried = await self._tried_lately()
        absent = [text for text in needed if (text.name, text.language) not in there]
        return Wanted(
            create=[text for text in absent if (text.name, text.language) not in tried],
            edit=[
                (there[text.name, text.language], text)
                for text in needed
                if not text.words and _changed(there.get((text.name, text.language)), text, account)
            ],
            retire=await self._outlived(there),
        )

    async def keep(self, statuses: Sequence[TemplateStatus]) -> None:
        """Write down how they stand in the account; whatever is not there is forgotten."""
        there = {_key(status) for status in statuses}
        wanted = {(text.name, text.language) for text in await self._needed()}
        gone = [
            kept.status
            for kept in await self._store.all()
            if _key(kept.status) not in there | wanted
        ]
        await self._store.forget(gone)
        await self._store.keep(statuses, self._clock.now())

    async def _needed(self) -> Sequence[TemplateText]:
        """EmDia's words in every language that is written in, and the owner's in each of these."""
        languages = sorted(set(await self._store.languages()) & set(self._spoken))
        pix = await self._store.paid_by_pix()
        button = (await self._store.pix_button()).wanted(self._clock.now())
        return texts_for(languages, await self._texts.newest(), pix=pix, button=button)

    async def _tried_lately(self) -> Collection[Key]:
        """Own texts that were not even taken: asking again would end in the same."""
        since = self._clock.now() - _ASK_ANYWAY
        return {
            _key(kept.status)
            for kept in await self._store.all()
            if kept.status.status == REFUSED
            and kept.checked_at > since
            and kept.status.name not in WORDING
        }

    async def _outlived(self, there: Mapping[Key, TemplateStatus]) -> Sequence[TemplateStatus]:
        """Earlier versions of texts whose newest may be sent by now."""
        book = TextBook.of(await self._texts.newest())
        usable = {key for key, status in there.items() if status.usable}
        found = []
        for status in there.values():
            known = named(status.name, status.language)
            if known is None or not known[1]:
                continue
            key, version = known
            newest = book.newest.get(key)
            if newest is None or newest.version <= version:
                continue
            instead = book.own(key)
            name = name_of(instead) if instead else key.form
            if (name, status.language) in usable:
                found.append(status)
        return found


def _key(status: TemplateStatus) -> Key:
    return status.name, status.language


def _is_refused(status: TemplateStatus) -> bool:
    """Whether it cannot go; where only the button cannot, the same goes without."""
    return not (status.usable or status.status == PENDING or has_button(status.name))


def _patience(text: TemplateText, status: TemplateStatus) -> timedelta:
    """How long we take it as it is; what was decided of an owner's text stays so."""
    decided = status.usable or ((text.words or text.copies) and status.status in _DECIDED)
    return _ASK_ANYWAY if decided else _ASK_WHILE_PENDING


def _changed(status: TemplateStatus | None, text: TemplateText, account: TemplateAccount) -> bool:
    return (
        status is not None
        and status.status in _CHANGEABLE
        and status.fingerprint != account.fingerprint(text)
    )
