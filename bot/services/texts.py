"""The owner's own texts: shown as clients read them, changed, put back, every version kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.calendar import Calendar
from bot.domain.clock import Clock
from bot.domain.errors import Conflict, NotFound
from bot.domain.ids import PersonId
from bot.domain.money import Money
from bot.domain.own_text import OwnText, TextBook, TextKey
from bot.domain.own_words import as_typed, read_words
from bot.domain.text import Param, Text, own, plain, t
from bot.domain.trail import changed
from bot.domain.wording import COPY_LABEL, WORDING, Wording, body_key
from bot.services.pix import may_use_pix
from bot.services.ports.house import Audit, BusinessView
from bot.services.ports.plans import PlanStore
from bot.services.ports.texts import TextStore
from bot.services.ports.words import Words
from bot.services.template_texts import replies

_SOMEBODY, _OWED, _MANY = "Ana", 4990, 3  # where nobody owes yet


@dataclass(frozen=True, slots=True)
class TextView:
    """One text. ``words`` are what goes now; ``own`` is none where they are EmDia's."""

    key: TextKey
    words: str
    own: OwnText | None
    plan: str | None = None
    versions: int = 0

    @property
    def wording(self) -> Wording:
        """The form it is a text for."""
        return WORDING[self.key.form]

    @property
    def editable(self) -> bool:
        """Whether it may be put otherwise: what goes to the house is EmDia's."""
        return not self.wording.to_staff

    @property
    def has_own(self) -> bool:
        """Whether this very text was put otherwise, not the one that stands in for it."""
        return self.own is not None and self.own.key == self.key


class Texts:
    """One transaction's texts."""

    def __init__(
        self,
        *,
        store: TextStore,
        plans: PlanStore,
        audit: Audit,
        words: Words,
        house: BusinessView,
        calendar: Calendar,
        clock: Clock,
    ) -> None:
        self._store = store
        self._plans = plans
        self._audit = audit
        self._words = words
        self._house = house
        self._calendar = calendar
        self._clock = clock

    async def book(self) -> TextBook:
        """The newest of every text."""
        return TextBook.of(await self._store.newest())

    async def view(self, key: TextKey) -> TextView:
        """One text as it goes now."""
        plan = await self._plan(key)
        own_text = (await self.book()).own(key)
        words = own_text.words if own_text else self.ours(key)
        return TextView(key, words, own_text, plan, len(await self._store.versions(key)))

    def ours(self, key: TextKey, *, copies: bool = False) -> str:
        """EmDia's words for it; others where a button ``copies`` the Pix code."""
        _form(key)
        pix = may_use_pix(self._house)
        return self._words.raw(body_key(key.form, pix=pix, copies=copies), key.language)

    async def without_own(self, key: TextKey) -> str:
        """What goes instead once it has no words of its own."""
        above = (await self.book()).own(key.for_all) if key.plan_id is not None else None
        return above.words if above else self.ours(key)

    async def versions(self, key: TextKey) -> Sequence[OwnText]:
        """All versions of it, the newest first."""
        await self._plan(key)
        return await self._store.versions(key)

    async def version(self, key: TextKey, number: int) -> OwnText:
        """One of them; a refusal if there is none."""
        for version in await self.versions(key):
            if version.version == number:
                return version
        raise NotFound("errors.own.no_version")

    def read(self, key: TextKey, typed: str, language: str) -> str:
        """What somebody typed in their ``language``, as it would be kept; or why it cannot be."""
        if _form(key).to_staff:
            raise Conflict("errors.own.ours")
        return read_words(typed, key.form, language)

    async def save(self, key: TextKey, words: str, by: PersonId) -> OwnText | None:
        """Use these words from now on; none if they are used already. Empty: EmDia's again."""
        plan = await self._plan(key)
        if words:
            words = self.read(key, as_typed(words, key.language), key.language)
        before = await self._store.versions(key)
        was = before[0].words if before else ""
        if words == was:
            return None
        now = self._clock.now()
        version = await self._store.add(key, words, by, now)
        if version is None:
            raise Conflict("errors.own.at_once")
        deed = "text.changed" if words else "text.reset"
        if words and any(words == old.words for old in before):
            deed = "text.restored"
        about = changed({"words": was or None}, {"words": words or None})
        about["after"] |= changed({}, _about(key, plan, version.version))["after"]
        await self._audit.note(deed, by, now, about)
        return version

    async def preview(self, key: TextKey, words: str, *, copies: bool = False) -> Text:
        """The text as a client reads it, with its footer and its buttons."""
        to_staff = _form(key).to_staff
        body = self._words.say(own(words, await self._values(key)), key.language)
        lines = [body]
        if not to_staff:
            lines += ["", self._words.raw("template.footer", key.language)]
        pix = may_use_pix(self._house)
        answers = replies(self._words, key.form, key.language, pix=pix, copies=copies)
        labels = [*([COPY_LABEL] if copies else []), *answers]
        if labels:
            lines += ["", "  ".join(f"[ {label} ]" for label in labels)]
        return plain("\n".join(lines))

    async def _values(self, key: TextKey) -> dict[str, Param]:
        """A real client's, where there is one; else an example's."""
        today = self._calendar.today(self._clock.now())
        example = await self._store.example(key.plan_id)
        return {
            "name": example.name if example else _SOMEBODY,
            "business": self._house.name,
            "amount": example.amount if example else Money(_OWED, self._house.currency),
            "due": example.due_on if example else today,
            "day": today,
            "count": _MANY,
        }

    async def _plan(self, key: TextKey) -> str | None:
        """What its plan is called; a refusal if there is no such text."""
        _form(key)
        if key.plan_id is None:
            return None
        plan = await self._plans.get(key.plan_id)
        if plan is None:
            raise NotFound("errors.plan.gone")
        if not has_plans(key.form):
            raise NotFound("errors.own.no_form")
        return plan.name


def has_plans(form: str) -> bool:
    """Whether a form may have other words for a plan: only what the ladder sends knows plans."""
    return form.startswith("reminder_")


def _form(key: TextKey) -> Wording:
    if key.form not in WORDING:
        raise NotFound("errors.own.no_form")
    return WORDING[key.form]


def _about(key: TextKey, plan: str | None, version: int) -> dict[str, object]:
    return {
        "form": key.called,
        "language": t(f"language.{key.language}"),
        "plan": plan,
        "version": version,
    }
