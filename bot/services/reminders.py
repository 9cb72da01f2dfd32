"""Remind those who owe: plan what the ladder says, and compose each notice right before it goes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.domain.calendar import Calendar
from bot.domain.clock import Clock
from bot.domain.delivery import Snooze
from bot.domain.ids import OutboxId, PlanId, StepId
from bot.domain.ladder import Due, Step, due_now, newest_open, own_plans
from bot.domain.message import Button, ChannelName, Outgoing
from bot.domain.own_text import TextBook
from bot.domain.reasons import Reason
from bot.domain.text import Text
from bot.domain.wording import button_key
from bot.services.contact import ContactGuard
from bot.services.pix import may_use_pix
from bot.services.ports.contact import Contacts
from bot.services.ports.house import BusinessView
from bot.services.ports.outbox import Cancelled, Claimed
from bot.services.ports.reminders import Bounds, Ladder, Line, Planner, Sheet, Sheets
from bot.services.ports.texts import TextStore
from bot.services.reminder_words import form_of, others_than, words_of

# What a client may answer to a reminder, in the order of the forms' buttons.
_DEEDS = ("client_paid", "client_pix", "client_stop")
_LOOK_AGAIN = timedelta(minutes=10)

Composed = Outgoing | Snooze | Cancelled
_Reached = Mapping[tuple[date, PlanId | None], StepId | None]


class Reminders:
    """One transaction's reminders. ``channels`` are those that are on."""

    def __init__(
        self,
        *,
        ladder: Ladder,
        planner: Planner,
        sheets: Sheets,
        texts: TextStore,
        house: BusinessView,
        calendar: Calendar,
        contacts: Contacts,
        channels: Collection[ChannelName],
        clock: Clock,
    ) -> None:
        self._ladder = ladder
        self._planner = planner
        self._sheets = sheets
        self._texts = texts
        self._house = house
        self._calendar = calendar
        self._guard = ContactGuard(
            contacts=contacts, rules=house.rules, calendar=calendar, clock=clock
        )
        self._channels = channels
        self._clock = clock

    async def plan(self) -> int:
        """Queue what is due, one notice a person; how many. Ask again until there is none left."""
        now = self._clock.now()
        steps = await self._ladder.steps()
        await self._keep_back(steps, now)
        if not self._calendar.allows(now):
            return 0
        if not self._house.name:
            await self.wait(Reason.NAMELESS)
            return 0
        dues = due_now(steps, now, self._calendar)
        return await self._planner.plan(dues, self._channels, now, self._bounds(now))

    async def wait(self, reason: Reason) -> None:
        """Plan nothing, and write down what would have gone and why it waits."""
        now = self._clock.now()
        dues = due_now(await self._ladder.steps(), now, self._calendar)
        await self._planner.keep_back(dues, self._channels, now, self._bounds(now), reason)

    async def _keep_back(self, steps: Sequence[Step], now: datetime) -> None:
        """Write down what would have its day, were it not for the hours or a day off."""
        today = self._calendar.today(now)
        opened = {_key(due) for due in due_now(steps, now, self._calendar)}
        wanted = due_now(steps, now, self._calendar.never_shut)
        moved = [due for due in wanted if _key(due) not in opened]
        reason = Reason.CLOSED if self._calendar.closed(today) else Reason.HOURS
        await self._planner.keep_back(moved, self._channels, now, self._bounds(now), reason)

    def _bounds(self, now: datetime) -> Bounds:
        return Bounds(self._calendar.today(now), self._calendar.closes(now), self._house.rules)

    async def compose(self, rows: Sequence[Claimed]) -> Mapping[OutboxId, Composed]:
        """What each claimed reminder says now, unless it is no longer wanted.

        All is asked again: money may have come in since it was planned, or the client may have
        said so, or stopped us, or the hour may be wrong.
        """
        now = self._clock.now()
        if not self._calendar.allows(now):
            asleep = Snooze(self._calendar.next_allowed(now), Reason.HOURS)
            return {row.id: asleep for row in rows}
        if not self._house.name:
            unsigned = Snooze(now + _LOOK_AGAIN, Reason.NAMELESS)
            return {row.id: unsigned for row in rows}
        steps = {step.id: step for step in await self._ladder.steps()}
        today = self._calendar.today(now)
        sheets = await self._sheets.load([row.id for row in rows], today)
        again = [row.id for row in rows if row.again]
        passed = await self._sheets.followed(again)
        sorting = _Sorting(self._open_steps(sheets.values(), steps), passed)
        told = {row.id: sorting.of(row, sheets.get(row.id)) for row in rows}
        await self._sheets.close(sorting.moot, "dropped")
        await self._sheets.close(sorting.late, "overtaken")
        wanted = [row for row in rows if not isinstance(told[row.id], Cancelled)]
        held = await self._guard.held(wanted)
        going = [row.person_id for row in wanted if row.id not in held]
        tokens = await self._sheets.issue(going, _DEEDS, now)
        book = TextBook.of(await self._texts.newest()) if going else TextBook()
        composed: dict[OutboxId, Composed] = {**held}
        for row in rows:
            lines = told[row.id]
            if isinstance(lines, Cancelled):
                composed[row.id] = lines
            elif row.id not in held:
                form = form_of(lines, steps, today, again=row.again)
                body, template = words_of(
                    sheets[row.id].name, self._house, lines, form, row.language, book
                )
                if self._house.rules.similar_words:
                    template = replace(template, others=others_than(form, lines, today))
                buttons = self._buttons(form, tokens[row.person_id])
                composed[row.id] = Outgoing(body, buttons, template=template)
        return composed

    def _buttons(self, form: str, tokens: Sequence[str]) -> tuple[Button, ...]:
        pix = may_use_pix(self._house)
        return tuple(
            Button(Text(button_key(form, place, pix=pix)), token)
            for place, token in enumerate(tokens, 1)
        )

    def _open_steps(self, sheets: Collection[Sheet], steps: Mapping[StepId, Step]) -> _Reached:
        """The step that each due date has reached now, for each plan."""
        now = self._clock.now()
        wanted = {(line.due_on, line.plan_id) for sheet in sheets for line in sheet.lines}
        own = own_plans(steps.values())
        reached: dict[tuple[date, PlanId | None], StepId | None] = {}
        for due_on, plan_id in wanted:
            # Plans without steps of their own climb one ladder: it is asked once a date.
            ladder = (due_on, plan_id if plan_id in own else None)
            if ladder not in reached:
                opening = newest_open(due_on, steps.values(), now, self._calendar, ladder[1])
                reached[ladder] = opening.step.id if opening else None
            reached[due_on, plan_id] = reached[ladder]
        return reached


def _key(due: Due) -> tuple[date, PlanId | None, StepId]:
    return due.due_on, due.plan_id, due.step.id


class _Sorting:
    """Which lines still go, and why the others do not."""

    def __init__(self, reached: _Reached, followed: Collection[int]) -> None:
        self._reached = reached
        self._followed = followed
        self.moot: list[int] = []
        self.late: list[int] = []

    def of(self, row: Claimed, sheet: Sheet | None) -> Sequence[Line] | Cancelled:
        """The lines of one notice that go now."""
        if sheet is None:
            return Cancelled(Reason.MOOT)
        going: list[Line] = []
        late = False
        for line in sheet.lines:
            # Another currency is another notice: its lines are planned again.
            if not line.wanted or (going and going[0].left.currency != line.left.currency):
                self.moot.append(line.id)
            elif line.id in self._followed or (not row.again and self._is_late(line)):
                self.late.append(line.id)
                late = True
            else:
                going.append(line)
        return going or Cancelled(Reason.OVERTAKEN if late else Reason.MOOT)

    def _is_late(self, line: Line) -> bool:
        """Whether the ladder has gone on; what was asked for by hand stands on none."""
        reached = self._reached[line.due_on, line.plan_id]
        return line.step_id is not None and reached != line.step_id
