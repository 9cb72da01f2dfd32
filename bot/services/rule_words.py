"""How two books of rules differ, in the words that an owner changes them by."""

from collections.abc import Iterator, Mapping

from bot.domain.ids import PlanId
from bot.domain.ladder import Step
from bot.domain.ladder_words import shown_offset
from bot.domain.own_text import TextKey
from bot.domain.own_words import as_typed
from bot.domain.rule_book import NEW, HouseRules, PlanRule, RuleBook
from bot.domain.text import Text, plain, t
from bot.domain.trail import changed, shown
from bot.forms.rules import LANGUAGES
from bot.services.audit_words import told_changes
from bot.services.business import told_of as told_of_house
from bot.services.ladder_trail import called_form
from bot.services.ladder_trail import told_of as told_of_step


def differences(was: RuleBook, now: RuleBook) -> list[Text]:
    """A line for each thing that is not as it was; none if all is."""
    names = {**was.plan_names, **now.plan_names}
    return [
        *house_differences(was.house, now.house),
        *_of_steps(was, now, names),
        *_of_plans(was, now),
        *_of_texts(was, now, names),
    ]


def house_differences(was: HouseRules, now: HouseRules) -> list[Text]:
    """What only the owner may change."""
    return _changes(told_of_house(was), told_of_house(now))


def _of_steps(was: RuleBook, now: RuleBook, names: Mapping[PlanId, str]) -> Iterator[Text]:
    before = {step.id: step for step in was.steps}
    after = {step.id: step for step in now.steps if step.id != NEW}
    for step in now.steps:
        old = before.get(step.id) if step.id != NEW else None
        if old is None:
            yield t("versions.step_new", step=_called(step, names))
        elif old != step:
            for line in _changes(told_of_step(old, names), told_of_step(step, names)):
                yield t("versions.step", step=_called(old, names), change=line)
    for step in was.steps:
        if step.id not in after:
            yield t("versions.step_gone", step=_called(step, names))


def _called(step: Step, names: Mapping[PlanId, str]) -> Text:
    """A step by its day, its words, and its plan if it is for one only."""
    day, words = shown_offset(step.offset_days), called_form(step.template)
    if step.plan_id is None:
        return t("versions.called", day=day, words=words)
    plan = plain(names.get(step.plan_id, str(step.plan_id)))
    return t("versions.called_of_plan", day=day, words=words, plan=plan)


def _of_plans(was: RuleBook, now: RuleBook) -> Iterator[Text]:
    before = {plan.id: plan for plan in was.plans}
    after = {plan.id: plan for plan in now.plans if plan.id != NEW}
    for plan in now.plans:
        old = before.get(plan.id) if plan.id != NEW else None
        if old is None:
            yield t("versions.plan_new", name=plain(plan.name), price=plan.price)
        elif old != plan:
            yield from _of_plan(old, plan)
    for plan in was.plans:
        if plan.id not in after:
            yield t("versions.plan_gone", name=plain(plan.name))


def _of_plan(was: PlanRule, now: PlanRule) -> Iterator[Text]:
    if was.on_sale != now.on_sale:
        key = "versions.plan_sold" if now.on_sale else "versions.plan_not_sold"
        yield t(key, name=plain(was.name))
    for line in _changes(_told(was), _told(now)):
        yield t("versions.plan", name=plain(was.name), change=line)


def _of_texts(was: RuleBook, now: RuleBook, names: Mapping[PlanId, str]) -> Iterator[Text]:
    if was.texts is None or now.texts is None:
        return
    before = {text.key: text.words for text in was.texts}
    after = {text.key: text.words for text in now.texts}
    for key in dict.fromkeys((*before, *after)):
        old, new = before.get(key), after.get(key)
        if old != new:
            yield t(
                "versions.text", text=called_text(key, names), change=_put(old, new, key.language)
            )


def _put(was: str | None, now: str | None, language: str) -> Text:
    """The words as people type them there, gaps and all."""
    if now is None:
        return t("versions.text_ours")
    after = shown(as_typed(now, language))
    if was is None:
        return t("versions.text_new", words=after)
    return t("versions.text_changed", before=shown(as_typed(was, language)), after=after)


def called_text(key: TextKey, names: Mapping[PlanId, str]) -> Text:
    """A text by its form, its language, and its plan if it is for one only."""
    form = called_form(key.form)
    spoken = key.language in LANGUAGES
    language = t(f"language.{key.language}") if spoken else plain(key.language)
    if key.plan_id is None:
        return t("versions.a_text", form=form, language=language)
    plan = plain(names.get(key.plan_id, str(key.plan_id)))
    return t("versions.a_text_of_plan", form=form, language=language, plan=plan)


def _changes(was: Mapping[str, object], now: Mapping[str, object]) -> list[Text]:
    """As the record of deeds tells them, to stand within another line."""
    return [
        t("versions.change", **line.params)
        if line.key == "audit.change"
        else t("versions.detail", **line.params)
        for line in told_changes(changed(was, now))
    ]


def _told(plan: PlanRule) -> dict[str, object]:
    return {"name": plan.name, "price": plan.price, "period": plan.period}
