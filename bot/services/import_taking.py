"""Take a sorted list in: the plans it names, its clients, what they owe already."""

from bot.domain.ids import PlanId, SubscriptionId
from bot.domain.money import Money
from bot.domain.plan import Period, plan_key
from bot.forms.client import NewClient
from bot.services.import_book import ImportBook
from bot.services.import_preview import Sorted
from bot.services.list_reading import GoodRow
from bot.services.newcomers import record_of
from bot.services.ports.client_store import ClientRecord
from bot.services.terms import begun

_BATCH = 500  # clients written down at once


class ImportTaking(ImportBook):
    """Writes in batches: thousands of rows take seconds, in one transaction."""

    async def _take_in(self, seen: Sorted, *, remind_overdue: bool) -> None:
        plans = await self._all_plans(seen)
        records = [self._record(row, price, *plans[plan_key(row.plan)]) for row, price in seen.new]
        opened: list[SubscriptionId] = []
        for start in range(0, len(records), _BATCH):
            some = records[start : start + _BATCH]
            added = await self._clients.add(some, self._house.language, self._now)
            opened += [one.subscription for one in added]
        await self._charges.open_due(
            self._today,
            self._lead,
            self._now,
            subscriptions=opened,
            reminded_from=None if remind_overdue else self._today,
        )

    async def _all_plans(self, seen: Sorted) -> dict[str, tuple[PlanId, Period]]:
        """The plans by what each is known by, those that the list names made now."""
        new = [plan.record for plan in seen.plans]
        numbers = await self._plans.add(new)
        plans = {key: (plan.id, plan.period) for key, plan in (await self._plans.keys()).items()}
        made = zip(new, numbers, strict=True)
        return plans | {record.key: (number, record.period) for record, number in made}

    def _record(self, row: GoodRow, price: Money, plan: PlanId, period: Period) -> ClientRecord:
        client = NewClient.model_construct(
            name=row.name,
            phone=row.phone,
            plan=row.plan,
            price=price,
            first_due=row.first_due,
            note=row.note,
        )
        paid = row.standing == "paid"
        terms = begun(row.first_due, period, paid_up_to=self._today if paid else None)
        return record_of(client, plan, period, terms, "active" if paid else row.standing)
