"""The ladder: its steps in words, and every change read back with whom it would touch."""

from collections.abc import Sequence

from bot.dialog.handler import Said, action, form
from bot.dialog.screen import Deed, Offer, Screen, say
from bot.domain.ids import StepId
from bot.domain.ladder_words import shown_offset
from bot.domain.message import ChannelName, Style
from bot.domain.names import fold
from bot.domain.own_text import TextKey
from bot.domain.role import Role
from bot.domain.text import plain, t
from bot.domain.wording import forms_for
from bot.forms.ladder import MoveStep, NewStep, StepAt
from bot.handlers.desk import Desk
from bot.handlers.step_drafts import Kept, as_step, in_short, kept, read, sample, told
from bot.services.ladder import fitting
from bot.services.ports.ladder import Draft, StepView

_SIMULATE = frozenset({"simular", "simulate", "simula", "simulacao", "simulacion"})
_VERSIONS = frozenset({"versoes", "versions", "versiones"})
_DAYS = ("-3", "0", "1", "3", "7")
_HOURS = ("08:00", "09:00", "10:00", "14:00", "17:00")
_CHANNELS = (ChannelName.WHATSAPP, ChannelName.TELEGRAM)
_PLANS = 20


@action("ladder", needs=Role.VIEWER)
async def ladder(desk: Desk, typed: str = "") -> Screen | Deed:
    """Every step, the earliest first; a tap opens it."""
    if fold(typed) in _SIMULATE:
        return Deed("ladder_replay")
    if fold(typed) in _VERSIONS:
        return Deed("versions")
    views = await desk.ladder.steps()
    screen = say("ladder.title", count=len(views)) if views else say("ladder.empty")
    for view in views:
        screen = screen.offer(
            shown_offset(view.step.offset_days), step_view, in_short(view), step=view.step.id
        )
    return (
        screen.offer("ladder.add", add_step)
        .offer("ladder.simulate", "ladder_replay")
        .offer("ladder.go.texts", "texts")
        .offer("ladder.go.tomorrow", "tomorrow")
        .offer("go.home", "home")
    )


@action(needs=Role.VIEWER)
async def step_view(desk: Desk, step: int) -> Screen:
    """One step, what it says, and what may change about it."""
    view = await desk.ladder.step(StepId(step))
    now = Draft.of(view.step)
    book = await desk.texts.book()
    screen = say("ladder.step", day=shown_offset(view.step.offset_days))
    screen = told(screen, view, book, desk.house)
    key = TextKey(view.step.template, desk.house.language, view.step.plan_id)
    if await desk.templates.held_back(key):
        screen = screen.add("ladder.held_back")
    screen = screen.offer("ladder.move", move_step, step=step)
    screen = screen.offer("ladder.change_hour", step_at, step=step)
    for label, name in (
        ("ladder.change_wording", "step_wording"),
        ("ladder.change_plan", "step_plan"),
        ("ladder.change_channel", "step_channel"),
    ):
        screen = screen.offer(label, name, draft=kept(now))
    other = kept(Draft.of(view.step, on=not view.step.on))
    label = "ladder.switch_off" if view.step.on else "ladder.switch_on"
    screen = screen.offer(label, "step_proposal", draft=other)
    gone = {**kept(now), "gone": True}
    screen = screen.offer("ladder.remove", "step_proposal", None, Style.DANGER, draft=gone)
    screen = screen.offer("versions.go", "versions")
    return screen.offer("ladder.back", ladder)


@form(NewStep, needs=Role.MANAGER, confirm=False)
async def add_step(answers: NewStep, desk: Desk) -> Screen:
    """One more reminder, proposed."""
    offset = answers.days.offset
    return await proposed(desk, Draft(None, offset, answers.hour, forms_for(offset)[0]))


@form(MoveStep, needs=Role.MANAGER, confirm=False, hidden=("step",))
async def move_step(answers: MoveStep, desk: Desk) -> Screen:
    """The reminder on another day, with words that are true then."""
    view = await desk.ladder.step(StepId(answers.step))
    return await proposed(desk, fitting(Draft.of(view.step, offset_days=answers.days.offset)))


@form(StepAt, needs=Role.MANAGER, confirm=False, hidden=("step",))
async def step_at(answers: StepAt, desk: Desk) -> Screen:
    """The reminder at another hour."""
    view = await desk.ladder.step(StepId(answers.step))
    return await proposed(desk, Draft.of(view.step, at=answers.hour))


@add_step.offers("days")
@move_step.offers("days")
async def usual_days(desk: Desk, _said: Said) -> Sequence[Offer]:
    """The days that most ladders have."""
    del desk
    return [Offer(day, shown_offset(int(day))) for day in _DAYS]


@add_step.offers("hour")
@step_at.offers("hour")
async def usual_hours(desk: Desk, _said: Said) -> Sequence[Offer]:
    """Hours at which people read; any other may be typed."""
    del desk
    return [Offer(hour, plain(hour)) for hour in _HOURS]


@action()
async def step_wording(desk: Desk, draft: Kept) -> Screen:
    """Which of the approved forms that are true on its day; each as it reads."""
    as_is, book = read(draft), await desk.texts.book()
    screen = say("ladder.which_wording")
    for name in forms_for(as_is.offset_days):
        key = TextKey(name, desk.house.language, as_is.plan_id)
        screen = screen.add("ladder.wording", name=key.called, words=sample(key, book, desk.house))
        screen = screen.offer(
            t(f"whatsapp.form.{name}"), step_proposal, draft={**draft, "wording": name}
        )
    screen = screen.add("ladder.wordings_are_approved")
    return screen.offer("ladder.leave", ladder)


@action()
async def step_plan(desk: Desk, draft: Kept) -> Screen:
    """For all clients, or only for those on one plan."""
    screen = say("ladder.which_plan")
    screen = screen.offer("ladder.all_plans", step_proposal, draft={**draft, "plan": None})
    for plan in (await desk.plans.all())[:_PLANS]:
        screen = screen.offer(plain(plan.name), step_proposal, draft={**draft, "plan": plan.id})
    return screen.offer("ladder.leave", ladder)


@action()
async def step_channel(desk: Desk, draft: Kept) -> Screen:
    """Over which chat it would rather go, where a client has several."""
    del desk
    screen = say("ladder.which_channel")
    screen = screen.offer("ladder.any_channel", step_proposal, draft={**draft, "channel": None})
    for name in _CHANNELS:
        label = t(f"channel.{name}")
        screen = screen.offer(label, step_proposal, draft={**draft, "channel": name.value})
    return screen.offer("ladder.leave", ladder)


@action()
async def step_proposal(desk: Desk, draft: Kept) -> Screen:
    """The change, read back."""
    return await proposed(desk, read(draft))


@action()
async def accept_step(desk: Desk, draft: Kept) -> Screen:
    """Make the change that was read back."""
    await desk.ladder.accept(read(draft), by=desk.me)
    shown = await ladder.run(desk)
    assert isinstance(shown, Screen)  # only typed words lead elsewhere
    return Screen((t("ladder.changed"), *shown.body), shown.choices)


async def proposed(desk: Desk, draft: Draft) -> Screen:
    """What a step would become, whom that touches, and a button to say yes."""
    touch = await desk.ladder.propose(draft)
    day = shown_offset(draft.offset_days)
    if draft.gone:
        screen = say("ladder.would_go", day=day)
    else:
        plan = await desk.plans.view(draft.plan_id) if draft.plan_id else None
        view = StepView(as_step(draft), plan.name if plan else None)
        book = await desk.texts.book()
        screen = told(say("ladder.would_be", day=day), view, book, desk.house)
    screen = screen.add("ladder.touches_today", count=touch.today)
    screen = screen.add("ladder.touches_week", count=touch.week)
    screen = screen.add("ladder.last_month", before=touch.month_before, after=touch.month_after)
    about = kept(draft)
    screen = screen.offer("ladder.accept", accept_step, None, Style.PRIMARY, draft=about)
    screen = screen.offer("ladder.simulate_this", "ladder_replay", draft=about)
    if not draft.gone:
        screen = screen.offer("ladder.change_wording", step_wording, draft=about)
        screen = screen.offer("ladder.change_plan", step_plan, draft=about)
        screen = screen.offer("ladder.change_channel", step_channel, draft=about)
    return screen.offer("ladder.leave", ladder)
