"""A changed step on its way through buttons: kept as plain JSON, read again, and said in words."""

from collections.abc import Mapping
from datetime import time
from typing import Any, TypeAlias

from bot.dialog.screen import Screen
from bot.domain.ids import PlanId, StepId
from bot.domain.ladder import Step
from bot.domain.ladder_words import shown_offset
from bot.domain.message import ChannelName
from bot.domain.own_text import TextBook, TextKey
from bot.domain.text import Text, own, plain, t
from bot.domain.wording import body_key
from bot.services.pix import may_use_pix
from bot.services.ports.house import BusinessView
from bot.services.ports.ladder import Draft, StepView

Kept: TypeAlias = dict[str, Any]


def kept(draft: Draft) -> Kept:
    """What a button carries of it."""
    return {
        "step": draft.step_id,
        "days": draft.offset_days,
        "at": draft.at.isoformat("minutes"),
        "wording": draft.template,
        "plan": draft.plan_id,
        "channel": draft.channel.value if draft.channel else None,
        "on": draft.on,
        "gone": draft.gone,
    }


def read(draft: Mapping[str, Any]) -> Draft:
    """The same again."""
    return Draft(
        step_id=None if draft["step"] is None else StepId(draft["step"]),
        offset_days=draft["days"],
        at=time.fromisoformat(draft["at"]),
        template=draft["wording"],
        plan_id=None if draft["plan"] is None else PlanId(draft["plan"]),
        channel=ChannelName(draft["channel"]) if draft["channel"] else None,
        on=draft["on"],
        gone=draft["gone"],
    )


def as_step(draft: Draft) -> Step:
    """The step that it would become."""
    return Step(
        draft.step_id or StepId(0),
        draft.offset_days,
        draft.at,
        draft.template,
        draft.plan_id,
        draft.channel,
        draft.on,
    )


def called(step: Step) -> Text:
    """A step in a few words: its day and its hour."""
    return t("ladder.called", day=shown_offset(step.offset_days), hour=at(step))


def at(step: Step) -> Text:
    """Its hour, as a clock shows it."""
    return plain(step.at.isoformat("minutes"))


def in_short(view: StepView) -> Text:
    """What a list says of it besides its day."""
    wording = t(f"whatsapp.form.{view.step.template}")
    if not view.step.on:
        return t("ladder.short_off", hour=at(view.step), wording=wording)
    if view.plan is not None:
        return t("ladder.short_plan", hour=at(view.step), wording=wording, plan=plain(view.plan))
    return t("ladder.short", hour=at(view.step), wording=wording)


def told(screen: Screen, view: StepView, book: TextBook, house: BusinessView) -> Screen:
    """Everything about a step, a line each, and what it says in the house's language."""
    step = view.step
    screen = screen.add("ladder.hour", hour=at(step))
    plan = plain(view.plan) if view.plan is not None else t("ladder.all_plans")
    screen = screen.add("ladder.for_plan", plan=plan)
    if step.channel:
        screen = screen.add("ladder.rather", channel=t(f"channel.{step.channel}"))
    if not step.on:
        screen = screen.add("ladder.is_off")
    key = TextKey(step.template, house.language, step.plan_id)
    return screen.add("ladder.wording", name=key.called, words=sample(key, book, house))


def sample(key: TextKey, book: TextBook, house: BusinessView) -> Text:
    """A form of words as it goes now, with its gaps named."""
    gaps = {name: t(f"ladder.gap.{name}") for name in ("name", "business", "amount", "due")}
    text = book.own(key)
    if text:
        return own(text.words, gaps)
    return Text(body_key(key.form, pix=may_use_pix(house)), gaps)
