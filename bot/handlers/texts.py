"""``/modelos``: what we say to clients, as they read it, in each language and for each plan."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from bot.dialog.handler import action
from bot.dialog.screen import Deed, Screen, say
from bot.domain.ids import PlanId
from bot.domain.names import fold
from bot.domain.own_text import TextBook, TextKey
from bot.domain.role import Role
from bot.domain.template import TemplateStatus
from bot.domain.template_names import name_of
from bot.domain.text import Text, plain, t
from bot.domain.wording import WORDINGS, may_copy
from bot.forms.rules import LANGUAGES
from bot.handlers.desk import Desk
from bot.services.template_words import state_of, troubles
from bot.services.texts import TextView, has_plans

_PLANS = 20

Standing: TypeAlias = Mapping[tuple[str, str], TemplateStatus]


def kept(key: TextKey) -> list[Any]:
    """What a button carries of it."""
    return [key.form, key.language, key.plan_id]


def read(key: list[Any]) -> TextKey:
    """The same again."""
    form, language, plan = key
    return TextKey(str(form), str(language), None if plan is None else PlanId(plan))


@action("texts", needs=Role.VIEWER)
async def texts(desk: Desk, typed: str = "", language: str = "") -> Screen | Deed:
    """Every form of words and how it stands, in one language; ``typed``, one by its name."""
    language = language or desk.house.language
    if named := _called(desk, typed, language):
        return Deed("text_view", {"key": kept(named)})
    book, standing = await desk.texts.book(), await desk.templates.standing()
    screen = say("texts.title", language=t(f"language.{language}"))
    for wording in WORDINGS:
        key = TextKey(wording.name, language)
        hint = _stands(key, book, standing)
        screen = screen.offer(key.called, text_view, hint, key=kept(key))
    screen = screen.offer("texts.other_language", text_languages, key=None)
    return screen.offer("go.home", "home")


@action(needs=Role.VIEWER)
async def text_view(desk: Desk, key: list[Any]) -> Screen:
    """One text as a client reads it, and what may be done with it."""
    view = await desk.texts.view(read(key))
    screen = say("texts.name", name=view.key.called, language=t(f"language.{view.key.language}"))
    for line in await _at_the_provider(desk, view):
        screen = screen.add(line)
    button = await desk.pix_button.stands(view.key, view.own)
    if button:
        screen = screen.add(_with_button(button))
    copies = button is not None and button.usable
    screen = screen.add(_whose(view)).add(await as_read(desk, view.key, view.words, copies=copies))
    if view.editable and desk.role >= Role.MANAGER:
        screen = screen.offer("texts.edit", "change_text", key=key)
        if view.has_own:
            screen = screen.offer("texts.reset", "reset_text", key=key)
    if view.versions:
        screen = screen.offer("texts.versions", "text_versions", key=key)
    if has_plans(view.key.form):
        screen = screen.offer("texts.for_plan", text_plans, key=key)
    screen = screen.offer("texts.other_language", text_languages, key=key)
    return screen.offer("texts.back", texts, language=view.key.language)


@action(needs=Role.VIEWER)
async def text_languages(desk: Desk, key: list[Any] | None = None) -> Screen:
    """The same in another language: each client is written to in theirs."""
    del desk
    screen = say("texts.which_language")
    for language in LANGUAGES:
        label = f"language.{language}"
        if key is None:
            screen = screen.offer(label, texts, language=language)
        else:
            screen = screen.offer(label, text_view, key=[key[0], language, key[2]])
    return screen.offer("texts.back", texts)


@action(needs=Role.VIEWER)
async def text_plans(desk: Desk, key: list[Any]) -> Screen:
    """Whether everybody reads it so, or those on one plan read something else."""
    book, standing = await desk.texts.book(), await desk.templates.standing()
    screen = say("texts.which_plan")
    screen = screen.offer("ladder.all_plans", text_view, key=[*key[:2], None])
    for plan in (await desk.plans.all())[:_PLANS]:
        its = TextKey(key[0], key[1], plan.id)
        hint = _stands(its, book, standing) if its in book.newest else None
        screen = screen.offer(plain(plan.name), text_view, hint, key=kept(its))
    return screen.offer("texts.back", texts, language=key[1])


def _called(desk: Desk, typed: str, language: str) -> TextKey | None:
    """The one text whose name has these words in it."""
    keys = [TextKey(wording.name, language) for wording in WORDINGS] if typed else []
    found = [key for key in keys if fold(typed) in fold(desk.say(key.called))]
    return found[0] if len(found) == 1 else None


def _stands(key: TextKey, book: TextBook, standing: Standing) -> Text:
    own = book.own(key)
    if own is None or own.key != key:
        whose, name = t("texts.ours"), key.form
    else:
        whose, name = t("texts.own", version=own.version), name_of(own)
    if not standing:
        return whose
    status = standing.get((name, key.language))
    state = state_of(status) if status else t("texts.state.not_yet")
    return t("texts.stands", whose=whose, state=state)


async def _at_the_provider(desk: Desk, view: TextView) -> list[Text]:
    """How it stands with WhatsApp, where there is an account; all that is wrong with it."""
    standing = await desk.templates.standing()
    if not standing:
        return []
    name = name_of(view.own) if view.own else view.key.form
    status = standing.get((name, view.key.language))
    state = state_of(status) if status else t("texts.state.not_yet")
    return [t("texts.at_whatsapp", state=state), *(troubles(status) if status else ())]


async def as_read(desk: Desk, key: TextKey, words: str, *, copies: bool) -> Text:
    """A text as a client reads it; EmDia's are others where a button ``copies`` the Pix code."""
    if copies and words == desk.texts.ours(key):
        words = desk.texts.ours(key, copies=True)
    return await desk.texts.preview(key, words, copies=copies and may_copy(key.form, words))


def _with_button(status: TemplateStatus) -> Text:
    """How the same stands in the form that copies the Pix code, and what goes meanwhile."""
    if status.usable:
        return t("pix_button.text_has")
    state = state_of(status) if status.status else t("texts.state.not_yet")
    return t("pix_button.text_has_not", state=state)


def _whose(view: TextView) -> Text:
    """Whose words they are, and for whom."""
    if view.plan is None:
        return t("texts.is_own", version=view.own.version) if view.own else t("texts.is_ours")
    plan = plain(view.plan)
    if view.has_own and view.own:
        return t("texts.of_plan", plan=plan, version=view.own.version)
    return t("texts.plan_as_all", plan=plan)
