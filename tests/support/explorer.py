"""Somebody who taps every button there is, and remembers what they saw on the way."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from bot.dialog.form_buttons import BUTTONS, CANCELLED, SAVED, WENT_BACK
from bot.dialog.lists import NARROW
from bot.dialog.session import Session
from bot.sandbox import Seen
from bot.sandbox.telegram.person import TelegramPerson
from bot.sandbox.whatsapp.person import WhatsAppPerson
from bot.storage.tables import addresses, sessions, tickets
from tests.support.town import Town

ALIKE = 1  # taps on buttons that differ only in whom or which number they are about
_LATER = {CANCELLED: 0, WENT_BACK: 1, SAVED: 2}  # these leave a form: what is inside comes first
# These end something, or leave it alone: everything beside them is tried before.
_ENDS = ("client_pause", "client_mute", "client_cancel", "remove_member", "_drop", "drop_", "_hold")
_LAST = "home"
_WORDS = {
    "name": "Nova Pessoa",
    "plan": "Semestral",
    "price": "77,70",
    "amount": "10",
    "amount_from": "10",
    "amount_to": "900",
    "due_from": "hoje",
    "due_to": "31/12/2027",
    "first_due": "dia 12",
    "paid_on": "hoje",
    "method": "pix",
    "period": "mensal",
    "city": "Serra",
    "pix_key": "pix@boaforma.com.br",
    "note": "prefere de manhã #vip",
    "standing": "em dia",
    "text": "souza",
    "typed": "souza",
    "own_words": (
        "Oi, {nome}! Aqui é a equipe da {loja}. O seu valor de {valor} vence em {vence}, viu?"
    ),
    "days": "11 dias depois",
    "hour": "10h",
    "calling_code": "55",
    "rate": "0,04",
}
_ANYTHING = "10"  # a day, a number, a sum: what most questions can do something with


@dataclass(frozen=True)
class Step:
    """One thing done: a tap by its token, or words typed."""

    what: str  # of the deed, without what changes from round to round
    label: str
    message: str = ""
    token: str = ""
    serial: str = ""

    @property
    def deed(self) -> str:
        """The handler that it goes to."""
        return self.what.split(" ")[0]

    def __str__(self) -> str:
        return f"{self.label!r} ({self.what})"


@dataclass
class Explorer:
    """One person who leaves no button untried. ``seen`` are the answers to each step, in order."""

    town: Town
    who: TelegramPerson | WhatsAppPerson
    avoid: frozenset[str] = frozenset()
    seen: list[tuple[Step, list[Seen]]] = field(default_factory=list)
    _stack: list[Step] = field(default_factory=list)
    _tried: Counter[str] = field(default_factory=Counter)
    _before: dict[str, Seen] = field(default_factory=dict)
    _phones: int = 0

    async def explore(self, words: str, most: int = 1000) -> None:
        """Say the words, then tap whatever can be reached from the answer."""
        self._before = {seen.id: seen for seen in self.who.visible()}
        await self._take(Step(f"says {words}", words))
        await self._go_on(most)

    async def look(self, most: int = 1000) -> None:
        """Look at what came in since, and tap whatever can be reached from there."""
        await self.town.quiet()
        await self._learn(Step("looks", ""))
        await self._go_on(most)

    async def _go_on(self, most: int) -> None:
        while self._stack and len(self.seen) < most:
            step = self._stack.pop()
            if self._tried[step.what] >= ALIKE or await self._is_over(step):
                continue
            self._tried[step.what] += 1
            await self._take(step)

    @property
    def silent(self) -> list[str]:
        """The steps that nothing answered."""
        return [str(step) for step, answers in self.seen if not answers]

    @property
    def deeds(self) -> set[str]:
        """Everything that was tried, by the name of its handler."""
        return {step.deed for step, _ in self.seen}

    async def _take(self, step: Step) -> None:
        if step.token:
            await self._tap(step)
        else:
            await self.town.tells(self.who, step.label)
        await self._learn(step)

    async def _learn(self, step: Step) -> None:
        now = [seen for seen in self.who.visible() if not seen.mine]
        answers = [seen for seen in now if self._before.get(seen.id) != seen]
        self._before = {seen.id: seen for seen in now}
        self.seen.append((step, answers))
        ahead = sorted(await self._buttons(answers), key=_how_late)
        self._stack += [one for one in ahead if one.deed != _LAST]
        self._stack[:0] = [one for one in ahead if one.deed == _LAST]
        session = await self._session()
        self._stack += list(self._words(session))

    async def _tap(self, step: Step) -> None:
        self.town.breathes()
        if isinstance(self.who, TelegramPerson):
            self.who.forges_tap(step.token, step.message)
            await self.town.sees(self.who)
        else:
            await self.town.taps(self.who, step.token, step.message)

    async def _buttons(self, answers: list[Seen]) -> list[Step]:
        choices = {choice.id: (choice, seen) for seen in answers for choice in seen.choices}
        query = sa.select(tickets.c.id, tickets.c.deed, tickets.c.about)
        rows = {row.id: row for row in await self.town.rows(query.where(tickets.c.id.in_(choices)))}
        steps = []
        for token, (choice, seen) in choices.items():
            deed, about = rows[token].deed, rows[token].about
            what = f"{deed} {_shape(deed, about)}"
            serial = str(about.get("serial", ""))
            steps.append(Step(what, choice.label, seen.id, token, serial))
        return [step for step in steps if step.deed not in self.avoid]

    def _words(self, session: Session) -> Iterator[Step]:
        """What is typed where words are waited for."""
        if session.expecting:
            asked = str(session.expecting.about.get("field", "typed"))
            yield Step(f"typed {session.expecting.name} {asked}", _WORDS.get(asked, _ANYTHING))
        elif session.form and session.in_form and session.form.asking:
            asked, form = session.form.asking, session.form
            yield Step(
                f"typed {form.name} {asked}", self._answer(form.name, asked), serial=form.serial
            )

    def _answer(self, form: str, asked: str) -> str:
        if asked == "phone":
            self._phones += 1
            return f"27 99700-{self._phones:04}"
        if form == "set_up" and asked == "plan":
            return "Mensal 49,90"
        return _WORDS.get(asked, _ANYTHING)

    async def _is_over(self, step: Step) -> bool:
        """Whether it belongs to a form that has ended, or to another question of it."""
        session = await self._session()
        form = session.form
        if step.serial and (form is None or form.serial != step.serial):
            return True
        if not step.what.startswith("typed"):
            return False
        return step.what not in {one.what for one in self._words(session)}

    async def _session(self) -> Session:
        if isinstance(self.who, TelegramPerson):
            mine = addresses.c.send_to == str(self.who.id)
        else:
            mine = addresses.c.send_to == self.who.phone
        query = sa.select(sessions.c.state).join(
            addresses, addresses.c.person_id == sessions.c.person_id
        )
        (row,) = await self.town.rows(query.where(mine))
        return Session.model_validate_json(row.state)


def _how_late(step: Step) -> int:
    """The last one is tapped first."""
    if step.deed in BUTTONS:
        return _LATER.get(step.deed, 5)
    return 3 if any(word in step.deed for word in _ENDS) else 4


def _shape(deed: str, about: Mapping[str, Any]) -> str:
    """What a button is about, without the numbers that make each one different."""
    # A filter is asked for in the same way whatever the others are.
    left_out = {"serial", "filter"} if deed == NARROW else {"serial"}
    told = {name: value for name, value in about.items() if name not in left_out}
    return " ".join(f"{name}={_kind(value)}" for name, value in sorted(told.items()))


def _kind(value: object) -> str:
    if isinstance(value, bool | str):
        return str(value)
    return "some" if isinstance(value, dict) and value else "#"
