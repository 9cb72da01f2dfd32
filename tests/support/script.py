"""Carry out a script: a conversation in the words of people, a line for each thing done or seen.

``Bia writes novo``, ``Bia taps Salvar``, ``Carla sees vence hoje``, ``2 hours pass``. What stands
in braces is filled in: ``{today}``, ``{in 3 days}``, ``{3 days ago}``, or what somebody kept.
"""

import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile
from pathlib import Path

from bot.domain.pix import read_pix
from tests.support.pictures import png
from tests.support.shop_list import a_shop_list
from tests.support.stage import CHANNELS, Actor, Stage, as_said
from tests.support.waiting import until

FOLDER = Path(__file__).parents[1] / "journeys" / "conversations"
_ONLY = re.compile(r"# Only on (\w+(?: and \w+)*)\..*")
_PLAYS = re.compile(r"# Plays (.+)")
_NEEDS = re.compile(r"# Needs (\w+)\..*")
_GAP = re.compile(r"\{([^{}]+)\}")
_DAYS = re.compile(r"in (\d+) days|(\d+) days ago")
_CODE = re.compile(r"Código: (\S+)")
_UNSEEN = re.compile(r"[`*]")  # a phone shows the letters between them otherwise
_WHO = r"(?P<who>[A-ZÁÍ]\w+(?: elsewhere| by phone)?)"


@dataclass(frozen=True)
class Line:
    """One line of a script, and where it stands."""

    where: str
    text: str


def plays() -> list[tuple[str, str]]:
    """Every script there is, with each chat that it is played on."""
    names = sorted(path.stem for path in FOLDER.glob("*.txt"))
    return [(name, channel) for name in names for channel in _channels(name)]


def needs(name: str) -> Sequence[str]:
    """What the house of a script has besides: a line at its beginning says so."""
    return [said[1] for line in _remarks(name) if (said := _NEEDS.fullmatch(line))]


def declared(name: str) -> frozenset[str]:
    """What a script says at its beginning that it plays; others may be played on the way."""
    said = [match[1] for line in _remarks(name) if (match := _PLAYS.fullmatch(line))]
    return frozenset(part for line in said for part in line.split(", "))


def _remarks(name: str) -> Sequence[str]:
    """The lines before the conversation begins."""
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return list(takewhile(lambda line: line.startswith("#"), lines))


def _channels(name: str) -> Sequence[str]:
    """All of them, unless the script begins with the ones where there is such a thing."""
    only = _ONLY.fullmatch(_remarks(name)[0])
    return only[1].split(" and ") if only else CHANNELS


def read(name: str) -> Iterator[Line]:
    """The lines of a script that say something; what is indented goes on with the line above."""
    path = FOLDER / f"{name}.txt"
    found: list[Line] = []
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        text = raw.strip()
        if not text or text.startswith("#"):
            continue
        if raw.startswith(" "):
            verb = _VERB.match(found[-1].text)
            assert verb, f"{path.name}:{number} goes on with nothing"
            text = f"{verb[0]} {text}"
        found.append(Line(f"{path.name}:{number}", text))
    return iter(found)


class Play:
    """A script on a stage."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._kept: dict[str, str] = {}

    async def carry_out(self, line: Line) -> None:
        """Do what the line says, or see whether it is so."""
        text = _GAP.sub(self._filled, line.text)
        for pattern, deed in _DEEDS:
            if match := pattern.fullmatch(text):
                said = match.groupdict()
                actor = self._stage.actor(said.pop("who")) if "who" in said else None
                try:
                    await deed(self, actor, **said)
                except (AssertionError, LookupError) as trouble:
                    shown = _screen(actor) if actor else ""
                    message = f"{line.where} on {self._stage.channel}: {line.text}\n{trouble}\n"
                    raise AssertionError(f"{message}{shown}") from trouble
                return
        raise ValueError(f"{line.where}: nobody understands {line.text!r}")

    def _filled(self, match: re.Match[str]) -> str:
        gap = match[1]
        if days := _DAYS.fullmatch(gap):
            apart = int(days[1] or 0) - int(days[2] or 0)
            day = self._stage.town.today.date() + timedelta(days=apart)
        elif gap == "today":
            day = self._stage.town.today.date()
        else:
            return self._kept.get(gap, match[0])
        return f"{day:%d/%m/%Y}"

    async def moves_in(self, _actor: Actor | None, clients: str | None) -> None:
        await self._stage.moves_in()
        if clients:
            await self._stage.has_clients()

    async def owe_today(self, _actor: Actor | None, count: str) -> None:
        await self._stage.has_many_who_owe(int(count))

    async def changes_there(self, _actor: Actor | None, before: str, after: str) -> None:
        self._stage.rules_change_there(before, after)

    async def is_slow(self, _actor: Actor | None, lost: str, of: str) -> None:
        await self._stage.is_slow(int(lost), int(of))

    async def is_held(self, _actor: Actor | None) -> None:
        await self._stage.is_held()

    async def is_warned(self, _actor: Actor | None) -> None:
        self._stage.is_warned()
        await self._stage.town.quiet()

    async def is_lost(self, _actor: Actor | None) -> None:
        self._stage.is_lost()
        await self._stage.town.quiet()

    async def is_linked(self, _actor: Actor | None) -> None:
        self._stage.is_linked()
        await self._stage.town.quiet()

    async def goes_over(self, _actor: Actor | None, before: str, now: str) -> None:
        self._stage.goes_over(before, now)
        await self._stage.town.quiet()

    async def can_be_reached(self, _actor: Actor | None, names: str) -> None:
        for name in _names(names):
            await self._stage.can_be_reached(name)

    async def did_not_arrive(self, _actor: Actor | None, names: str) -> None:
        for name in _names(names):
            await self._stage.loses_reminders_to(name)

    async def passes(self, _actor: Actor | None, count: str, unit: str) -> None:
        await self._stage.town.later(**{f"{unit}s": float(count)})

    async def morning(self, _actor: Actor | None) -> None:
        await self._stage.town.until_morning()

    async def writes(self, actor: Actor, words: str) -> None:
        await self._does(actor, lambda: actor.says(words))

    async def writes_at_once(self, actor: Actor, words: str, times: str) -> None:
        """So often that nobody waits for an answer."""
        await self._does(actor, lambda: [actor.who.says(words) for _ in range(int(times))])

    async def corrects(self, actor: Actor, words: str) -> None:
        await self._does(actor, lambda: actor.corrects(words))

    async def takes_number(self, actor: Actor, phone: str) -> None:
        await self._does(actor, lambda: actor.takes_number(phone))

    async def takes_back(self, actor: Actor) -> None:
        await self._does(actor, actor.takes_back)

    async def reacts(self, actor: Actor, emoji: str) -> None:
        await self._does(actor, lambda: actor.reacts(emoji))

    async def taps(self, actor: Actor, label: str) -> None:
        await self._does(actor, lambda: actor.taps(label))

    async def sends(self, actor: Actor, what: str, caption: str | None) -> None:
        content, mime, name = self._file(what)
        await self._does(actor, lambda: actor.uploads(content, mime, name, caption or ""))

    async def sees(self, actor: Actor, words: str) -> None:
        await self._stage.town.quiet()
        assert as_said(words) in _news(actor), "it is not there"

    async def does_not_see(self, actor: Actor, words: str) -> None:
        await self._stage.town.quiet()
        assert as_said(words) not in _news(actor), "it is there"

    async def sees_nothing(self, actor: Actor) -> None:
        await self._stage.town.quiet()
        assert not actor.news(), "something came"

    async def gets_answers(self, actor: Actor, count: str) -> None:
        await self._stage.town.quiet()
        assert len(actor.news()) == int(count), f"{len(actor.news())} came"

    async def can_tap(self, actor: Actor, label: str) -> None:
        assert any(as_said(label) in as_said(one) for one in _labels(actor)), "nothing says so"

    async def cannot_tap(self, actor: Actor, label: str) -> None:
        assert not any(as_said(label) in as_said(one) for one in _labels(actor)), "it can"

    async def gets_a_picture(self, actor: Actor) -> None:
        await self._stage.town.quiet()
        assert any(seen.picture and seen.content for seen in actor.news()), "there is none"

    async def gets_a_file(self, actor: Actor, name: str) -> None:
        def arrived() -> bool:
            files = [seen.file for seen in actor.news() if seen.file and seen.content]
            return any(name in file.name for file in files)

        await self._stage.town.quiet()
        await until(arrived, within=30)

    async def gets_a_pix_code(self, actor: Actor, amount: str) -> None:
        codes = [seen.text for seen in actor.news() if seen.text.startswith("000201")]
        assert [read_pix(code)["amount"] for code in codes] == [amount], codes

    async def keeps(self, actor: Actor, what: str) -> None:
        """Remember a code that they see, as somebody does who copies it into another chat."""
        text = _UNSEEN.sub("", "\n".join(seen.text for seen in actor.news()))
        found = _CODE.search(text)
        assert found, "there is none"
        self._kept[what] = found[1]

    async def _does(self, actor: Actor, deed: Callable[[], object]) -> None:
        town = self._stage.town
        await town.quiet()
        town.breathes()
        actor.begins()
        deed()
        await town.quiet(within=60)  # many answers to one chat go at the network's pace

    def _file(self, what: str) -> tuple[bytes, str, str]:
        if what == "the list":
            return a_shop_list(self._stage.town.today.date()), "text/csv", "clientes.csv"
        if what == "a picture":
            return png(40, 40), "image/png", "recibo.png"
        if what == "a document":
            return b"%PDF-1.4 recibo", "application/pdf", "recibo.pdf"
        if what == "a voice message":
            return b"OggS voz", "audio/ogg", "voz.ogg"
        raise ValueError(f"nobody has {what}")


def _names(names: str) -> list[str]:
    return re.split(r", | and ", names)


def _news(actor: Actor) -> str:
    return as_said("\n".join(seen.text for seen in actor.news()))


def _labels(actor: Actor) -> list[str]:
    return [label for seen in actor.news() for label in seen.labels]


def _screen(actor: Actor) -> str:
    news = [f"{seen.text}\n{list(seen.labels)}" for seen in actor.news()]
    return "What they see:\n" + "\n--\n".join(news)


_VERB = re.compile(
    rf"{_WHO} (?:writes|taps|sees|does not see|can tap|cannot tap|gets a file|gets|sends)"
)
_Deed = Callable[..., Awaitable[None]]
_DEEDS: list[tuple[re.Pattern[str], _Deed]] = [
    (re.compile(pattern), deed)
    for pattern, deed in (
        (r"Bia has moved in(?P<clients> with her list)?", Play.moves_in),
        (r"(?P<names>.+) can be reached", Play.can_be_reached),
        (r"(?P<count>\d+) more clients owe today", Play.owe_today),
        (r"at GitHub (?P<before>.+) becomes (?P<after>.+)", Play.changes_there),
        (r"the number is slow: (?P<lost>\d+) of (?P<of>\d+) did not arrive", Play.is_slow),
        (r"the number waits until somebody looks at its phone", Play.is_held),
        (r"WhatsApp warns of the number's quality", Play.is_warned),
        (r"the link to the phone is lost", Play.is_lost),
        (r"the phone is linked again", Play.is_linked),
        (r"(?P<before>\w+)'s account has the number of (?P<now>\w+) now", Play.goes_over),
        (r"the reminders to (?P<names>.+) did not arrive", Play.did_not_arrive),
        (r"(?P<count>\d+) (?P<unit>minute|hour|day)s? pass(?:es)?", Play.passes),
        (r"the next morning comes", Play.morning),
        (rf"{_WHO} writes (?P<words>.+) (?P<times>\d+) times at once", Play.writes_at_once),
        (rf"{_WHO} writes (?P<words>.+)", Play.writes),
        (rf"{_WHO} corrects that to (?P<words>.+)", Play.corrects),
        (rf"{_WHO} takes that back", Play.takes_back),
        (rf"{_WHO} takes the number (?P<phone>.+)", Play.takes_number),
        (rf"{_WHO} puts (?P<emoji>\S+) under it", Play.reacts),
        (rf"{_WHO} taps (?P<label>.+)", Play.taps),
        (rf"{_WHO} sees nothing", Play.sees_nothing),
        (rf"{_WHO} sees (?P<words>.+)", Play.sees),
        (rf"{_WHO} does not see (?P<words>.+)", Play.does_not_see),
        (rf"{_WHO} can tap (?P<label>.+)", Play.can_tap),
        (rf"{_WHO} cannot tap (?P<label>.+)", Play.cannot_tap),
        (rf"{_WHO} gets (?P<count>\d+) answers", Play.gets_answers),
        (rf"{_WHO} gets a picture", Play.gets_a_picture),
        (rf"{_WHO} gets a file (?P<name>.+)", Play.gets_a_file),
        (rf"{_WHO} gets a Pix code of (?P<amount>.+)", Play.gets_a_pix_code),
        (rf"{_WHO} sends (?P<what>[\w ]+?)(?: saying (?P<caption>.+))?", Play.sends),
        (rf"{_WHO} keeps the (?P<what>\w+)", Play.keeps),
    )
]
