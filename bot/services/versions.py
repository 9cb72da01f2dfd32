"""Every version of the book of rules: kept as it changes, compared, and gone back to.

Going back changes nothing of what was: it does again what people would do one by one, and what
comes of it is the next version.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.clock import Clock
from bot.domain.errors import Conflict, NotFound
from bot.domain.ids import PersonId
from bot.domain.rule_book import HouseRules, PlanRule, RuleBook, TextRule
from bot.domain.rule_files import digest, render
from bot.domain.rule_reading import parse
from bot.domain.text import Text
from bot.domain.trail import details
from bot.services.ports.house import Audit, BusinessStore
from bot.services.ports.paging import ROWS, Found, Key
from bot.services.ports.plans import PlanStore
from bot.services.ports.reminders import Ladder
from bot.services.ports.texts import TextStore
from bot.services.ports.versions import Noted, VersionStore, VersionView
from bot.services.rule_changes import RuleChanges
from bot.services.rule_words import differences, house_differences

BEGUN, ROLLED_BACK = "rules.begun", "rules.rolled_back"
# Deeds after which the book may not be as it was. What changed nothing makes no version.
_TOUCHING = ("business.", "ladder.", "plan.", "import.", "text.", "rules.")


@dataclass(frozen=True, slots=True)
class Told:
    """A version, and how it differs from the one before it; ``first``: there is none."""

    version: VersionView
    changes: Sequence[Text]
    first: bool = False


@dataclass(frozen=True, slots=True)
class WayBack:
    """What going back would change, from the newest version ``seen``.

    ``kept`` is what it would leave, because only the owner may change it.
    """

    version: VersionView
    seen: int
    changes: Sequence[Text]
    kept: Sequence[Text]


class Versions:
    """One transaction's."""

    def __init__(
        self,
        *,
        store: VersionStore,
        business: BusinessStore,
        ladder: Ladder,
        plans: PlanStore,
        texts: TextStore,
        changes: RuleChanges,
        audit: Audit,
        clock: Clock,
    ) -> None:
        self._store = store
        self._business = business
        self._ladder = ladder
        self._plans = plans
        self._texts = texts
        self._changes = changes
        self._audit = audit
        self._clock = clock

    async def book(self) -> RuleBook | None:
        """All the rules as they stand; none until the house is set up."""
        house = await self._business.get()
        if house is None or not house.set_up:
            return None
        rules = HouseRules(
            name=house.name,
            city=house.city,
            pix_key=house.pix_key,
            evening_digest=house.evening_digest,
            hours=house.hours,
            closed_days=house.closed_days,
            rules=house.rules,
        )
        plans = [
            PlanRule(plan.id, plan.name, plan.price, plan.period, plan.on_sale)
            for plan in await self._plans.all(on_sale_only=False)
        ]
        texts = [TextRule(one.key, one.words) for one in await self._texts.newest() if one.words]
        return RuleBook.of(rules, await self._ladder.steps(), plans, texts)

    async def keep(self, noted: Sequence[Noted]) -> None:
        """Write the next version, at the end of a transaction that did these deeds.

        Nobody who holds the turn waits for anything else, so two who change different things at
        once both get a version, and the later one shows both changes.
        """
        touching = [one for one in noted if one.deed.startswith(_TOUCHING)]
        if not touching:
            return
        await self._store.alone()
        book = await self.book()
        if book is None:
            return
        files, newest = render(book), await self._store.newest()
        if newest is not None and newest.files == files:
            return
        number = newest.number + 1 if newest else 1
        whole = next((one for one in touching if one.deed.startswith("rules.")), touching[0])
        await self._store.add(number, whole, self._clock.now(), files, digest(files))

    async def begin(self) -> None:
        """Write the first version of a house that was there before there were any."""
        if await self._store.newest() is None:
            await self.keep([Noted(BEGUN, None)])

    async def page(self, after: Key | None) -> Found[Told]:
        """The newest first."""
        before = int(after["number"]) if after else None
        found = await self._store.page(before, ROWS + 1)
        older = [*found[1:], None]
        told = tuple(_told(one, was) for one, was in zip(found[:ROWS], older, strict=False))
        more = len(found) > ROWS
        return Found(told, {"number": told[-1].version.number} if more else None)

    async def version(self, number: int) -> Told:
        """One, against the one before it."""
        return _told(await self._get(number), await self._store.get(number - 1))

    async def way_back(self, number: int, *, whole: bool) -> WayBack:
        """What going back to a version would change now."""
        version = await self._get(number)
        now, seen = await self.now()
        then = parse(version.files)
        kept = [] if whole else house_differences(now.house, then.house)
        if not whole:
            then = replace(then, house=now.house)
        return WayBack(version, seen, differences(now, then), kept)

    async def go_back(self, number: int, seen: int, by: PersonId, *, whole: bool) -> Sequence[Text]:
        """Go back to a version; what cannot be done any more is left, and told with its reason.

        Refused if there is a newer version than the one that the person has ``seen``.
        """
        version = await self._get(number)
        left = await self.become(parse(version.files), seen, by, whole=whole)
        await self._audit.note(ROLLED_BACK, by, self._clock.now(), details(version=number))
        return left

    async def become(
        self, then: RuleBook, seen: int, by: PersonId, *, whole: bool
    ) -> Sequence[Text]:
        """Make the house as a book says, from the version that the person has ``seen``."""
        await self._store.hold()  # of two who go somewhere at once, the second looks again
        now, newest = await self.now()
        if newest != seen:
            raise Conflict("errors.versions.moved_on")
        return await self._changes.become(now, then, by, whole=whole)

    async def now(self) -> tuple[RuleBook, int]:
        """The rules as they stand, and the newest version's number."""
        book, newest = await self.book(), await self._store.newest()
        if book is None or newest is None:
            raise NotFound("errors.versions.gone")
        return book, newest.number

    async def _get(self, number: int) -> VersionView:
        found = await self._store.get(number)
        if found is None:
            raise NotFound("errors.versions.gone")
        return found


def _told(version: VersionView, was: VersionView | None) -> Told:
    if was is None:
        return Told(version, (), first=True)
    return Told(version, differences(parse(was.files), parse(version.files)))
