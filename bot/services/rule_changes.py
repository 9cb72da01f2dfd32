"""Make the house as a book of rules says, by the very deeds that an owner would do one by one."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from bot.domain.errors import Refusal
from bot.domain.ids import PersonId
from bot.domain.own_text import TextKey
from bot.domain.rule_book import NEW, HouseRules, PlanRule, RuleBook
from bot.domain.text import Text, plain, t
from bot.forms import rules as typed
from bot.forms.plan import NewPlan
from bot.services.business import Businesses
from bot.services.ladder import Ladders
from bot.services.plans import Plans
from bot.services.ports.desk import Savepoints
from bot.services.rule_steps import StepMoves
from bot.services.rule_words import called_text
from bot.services.texts import Texts

Deed = Callable[[], Awaitable[object]]


@dataclass(slots=True)
class RuleChanges:
    """One transaction's. What is refused is left as it is, and told; the rest is done."""

    business: Businesses
    ladder: Ladders
    plans: Plans
    texts: Texts
    savepoints: Savepoints
    currency: str
    left: list[Text] = field(default_factory=list)

    async def become(
        self, now: RuleBook, then: RuleBook, by: PersonId, *, whole: bool
    ) -> Sequence[Text]:
        """From ``now`` to ``then``; without ``whole`` the house's own settings stay.

        Tells what could not be done, each with the reason.
        """
        self.left = []
        await self._plans(now, then, by)
        await self._steps(now, then, by)
        await self._texts(now, then, by)
        if whole:
            await self._house(now.house, then.house, by)
        return self.left

    async def _plans(self, now: RuleBook, then: RuleBook, by: PersonId) -> None:
        before = {plan.id: plan for plan in now.plans}
        waiting: list[tuple[Text, Deed]] = []
        for plan in then.plans:
            was = before.get(plan.id) if plan.id != NEW else None
            if was is None:
                waiting.append((plain(plan.name), partial(self._sell_new, plan, by)))
            elif was != plan:
                waiting.append((plain(was.name), partial(self._change_plan, was, plan, by)))
        kept = {plan.id for plan in then.plans}
        for gone in now.plans:
            if gone.id not in kept and gone.on_sale:
                stop = partial(self.plans.sell, gone.id, on_sale=False, by=by)
                waiting.append((plain(gone.name), stop))
        await self._until_no_more_goes(waiting)

    async def _sell_new(self, plan: PlanRule, by: PersonId) -> None:
        name, price = typed.plan_name(plan.name), typed.price(plan.price, self.currency)
        made = await self.plans.add(NewPlan(plan=name, price=price, period=plan.period), by=by)
        if not plan.on_sale:
            await self.plans.sell(made.id, on_sale=False, by=by)

    async def _change_plan(self, was: PlanRule, plan: PlanRule, by: PersonId) -> None:
        if plan.name != was.name:
            await self.plans.rename(plan.id, typed.plan_name(plan.name), by=by)
        if plan.price != was.price:
            await self.plans.change_price(plan.id, typed.price(plan.price, self.currency), by=by)
        if plan.on_sale != was.on_sale:
            await self.plans.sell(plan.id, on_sale=plan.on_sale, by=by)
        if plan.period != was.period:
            raise Refusal("errors.versions.period")

    async def _steps(self, now: RuleBook, then: RuleBook, by: PersonId) -> None:
        moves = StepMoves(now.steps, then.steps, then.plan_names)
        accept = partial(self.ladder.accept, by=by)
        await self._until_no_more_goes(
            [(moves.called(draft), partial(accept, draft)) for draft in moves.drafts()]
        )
        there = {view.step.id for view in await self.ladder.steps()}
        for draft in moves.home_again(there):
            await self._refused(partial(accept, draft))

    async def _texts(self, now: RuleBook, then: RuleBook, by: PersonId) -> None:
        if then.texts is None:
            return
        before = {text.key: text.words for text in now.texts or ()}
        after = {text.key: text.words for text in then.texts}
        waiting = [
            (called_text(key, then.plan_names), partial(self._put, key, after.get(key, ""), by))
            for key in dict.fromkeys((*before, *after))
            if before.get(key) != after.get(key)
        ]
        await self._until_no_more_goes(waiting)

    async def _put(self, key: TextKey, words: str, by: PersonId) -> None:
        typed.language(key.language)
        await self.texts.save(key, words, by)

    async def _house(self, now: HouseRules, then: HouseRules, by: PersonId) -> None:
        deeds = self._deeds(then, by)
        waiting = [
            (t(f"versions.house.{name}"), deed)
            for name, deed in deeds.items()
            if getattr(now, name) != getattr(then, name)
        ]
        # Days that open come first: a week without an open hour is refused on the way, too.
        for day in sorted(range(7), key=lambda day: day not in then.hours):
            if (times := then.hours.get(day)) != now.hours.get(day):
                deed = partial(self._keep_hours, day, times, by)
                waiting.append((t(f"audit.field.hours_{day}"), deed))
        for off in sorted(then.closed_days ^ now.closed_days):
            change = self.business.close_on if off in then.closed_days else self.business.open_on
            waiting.append((t("audit.closed_on", day=off), partial(change, off, by)))
        await self._until_no_more_goes(waiting)

    def _deeds(self, then: HouseRules, by: PersonId) -> dict[str, Deed]:
        house, evening = self.business, then.evening_digest
        return {
            "name": lambda: house.rename(typed.business_name(then.name), by),
            "city": lambda: house.move(typed.city(then.city), by),
            "pix_key": lambda: house.take_money_at(typed.pix_key(then.pix_key), by),
            "evening_digest": lambda: house.tell_in_the_evening(by=by, on=evening),
            "rules": lambda: house.keep_rules(typed.contact(then.rules), by),
        }

    async def _keep_hours(self, day: int, times: tuple[str, str] | None, by: PersonId) -> None:
        await self.business.keep_hours([day], typed.hours(times), by)

    async def _until_no_more_goes(self, waiting: Sequence[tuple[Text, Deed]]) -> None:
        """Do all that can be done: one that is in the way of another may go away with its own."""
        while waiting:
            refused = [
                (about, deed, why)
                for about, deed in waiting
                if (why := await self._refused(deed)) is not None
            ]
            if len(refused) == len(waiting):
                self.left += [t("versions.left", what=about, why=why) for about, _, why in refused]
                return
            waiting = [(about, deed) for about, deed, _ in refused]

    async def _refused(self, deed: Deed) -> Text | None:
        try:
            async with self.savepoints():
                await deed()
        except Refusal as refusal:
            return refusal.text
        return None
