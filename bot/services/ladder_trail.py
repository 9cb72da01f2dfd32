"""What the record of deeds keeps of a change to the ladder."""

from collections.abc import Mapping
from typing import Any

from bot.domain.ids import PlanId
from bot.domain.ladder import Step
from bot.domain.ladder_words import shown_offset
from bot.domain.text import Text, plain, t
from bot.domain.trail import changed, kept
from bot.domain.wording import WORDING


def deed_of(
    was: Step | None, now: Step | None, plans: Mapping[PlanId, str]
) -> tuple[str, dict[str, Any]]:
    """What was done to a step, and what is not as it was; its day is told in any case."""
    about = changed(told_of(was, plans), told_of(now, plans))
    if now is None:
        return "ladder.removed", about
    about["after"].setdefault("days", kept(shown_offset(now.offset_days)))
    return "ladder.changed" if was else "ladder.added", about


def called_form(template: str) -> Text:
    """A form of words by its name; what was written by hand may be none of ours."""
    return t(f"whatsapp.form.{template}") if template in WORDING else plain(template)


def told_of(step: Step | None, plans: Mapping[PlanId, str]) -> dict[str, object]:
    """A step by the names of what may change about it; of none, nothing."""
    if step is None:
        return {}
    return {
        "days": shown_offset(step.offset_days),
        "hour": step.at,
        "form": called_form(step.template),
        "plan": plans.get(step.plan_id) if step.plan_id else None,
        "channel": t(f"channel.{step.channel}") if step.channel else None,
        "step_on": step.on,
    }
