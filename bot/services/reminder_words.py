"""What a reminder says: the same for the one that goes, and for one that is only shown before."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.domain.ids import StepId
from bot.domain.ladder import Step
from bot.domain.message import TemplateUse
from bot.domain.money import Money
from bot.domain.text import Param, Text, t
from bot.domain.wording import true_form
from bot.services.ports.reminders import Line

_MANY = "reminder_many"


def form_of(
    lines: Sequence[Line], steps: Mapping[StepId, Step], today: date, *, again: bool = False
) -> str:
    """The approved form for these lines on a day. What is sent ``again`` has left its step."""
    if len(lines) > 1:
        return _MANY
    number, days = lines[0].step_id, (today - lines[0].due_on).days
    step = steps.get(number) if number is not None else None
    return true_form("" if again or step is None else step.template, days)


def words_of(
    name: str, business: str, lines: Sequence[Line], form: str
) -> tuple[tuple[Text, ...], TemplateUse]:
    """The same words in every chat; where free words may go, with every charge by itself."""
    owed = Money.total((line.left for line in lines), lines[0].left.currency)
    params: dict[str, Param] = {"name": name, "business": business, "amount": owed}
    each: tuple[Text, ...] = ()
    if form == _MANY:
        params["count"] = len(lines)
        each = tuple(t("reminder.line", amount=line.left, due=line.due_on) for line in lines)
    else:
        params["due"] = lines[0].due_on
    body = (Text(f"template.{form}.body", params), *each)
    return body, TemplateUse(form, params)
