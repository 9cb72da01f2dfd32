"""What we say of charges: the same in what goes, and in what is only shown before."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from bot.domain.ids import StepId
from bot.domain.ladder import Step
from bot.domain.message import Outgoing, TemplateUse
from bot.domain.money import Money
from bot.domain.own_text import TextBook, TextKey
from bot.domain.text import Param, Text, own, t
from bot.domain.wording import body_key, forms_for, true_form
from bot.services.pix import code_if_any, may_use_pix
from bot.services.ports.house import BusinessView
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


def others_than(form: str, lines: Sequence[Line], today: date) -> tuple[str, ...]:
    """Forms that say the same as truly, for when this one may not be sent."""
    if len(lines) > 1:
        return ()
    return tuple(one for one in forms_for((today - lines[0].due_on).days) if one != form)


def words_of(
    name: str, house: BusinessView, lines: Sequence[Line], form: str, language: str, book: TextBook
) -> tuple[tuple[Text, ...], TemplateUse]:
    """The same words in every chat, the owner's own if there are any for the plan.

    Where free words may go, every charge is told by itself. One Pix code is for all of them.
    """
    owed = Money.total((line.left for line in lines), lines[0].left.currency)
    params: dict[str, Param] = {"name": name, "business": house.name, "amount": owed}
    each: tuple[Text, ...] = ()
    if form == _MANY:
        params["count"] = len(lines)
        each = tuple(t("reminder.line", amount=line.left, due=line.due_on) for line in lines)
    else:
        params["due"] = lines[0].due_on
    plans = {line.plan_id for line in lines}
    plan = plans.pop() if len(plans) == 1 else None
    text = book.own(TextKey(form, language, plan))
    said = own(text.words, params) if text else Text(body_key(form, pix=may_use_pix(house)), params)
    code = code_if_any(house, owed, lines[0].txid)
    return (said, *each), TemplateUse(form, params, plan_id=plan, pix_code=code)


def in_own_words(outgoing: Outgoing, language: str, book: TextBook) -> Outgoing:
    """A notice that has an approved form, begun with the owner's own words if there are any."""
    use = outgoing.template
    text = book.own(TextKey(use.name, language)) if use else None
    if use is None or text is None:
        return outgoing
    return replace(outgoing, body=(own(text.words, use.params), *outgoing.body[1:]))
