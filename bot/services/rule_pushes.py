"""The rules, readable away from this machine: what goes there next, and what was changed there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.clock import Clock
from bot.domain.errors import Conflict, NotFound, Refusal
from bot.domain.ids import PersonId
from bot.domain.rule_files import Files, digest
from bot.domain.rule_reading import parse, parse_edit
from bot.domain.text import Text, plain, t
from bot.domain.trail import details
from bot.services.ports.house import Audit
from bot.services.ports.outbox import Waiting
from bot.services.ports.post import Notice, Post, Press
from bot.services.ports.rule_pushes import Decision, Edit, Parcel, PushStore, Seen
from bot.services.ports.versions import VersionStore, VersionView
from bot.services.ports.words import Words
from bot.services.rule_words import differences
from bot.services.versions import Versions

TAKEN_OVER, PUT_BACK = "rules.taken_over", "rules.put_back"
_TELL_AGAIN = timedelta(hours=20)
_SUBJECT = 72  # letters of a commit's first line
_BY_ITSELF = "EmDia"


@dataclass(frozen=True, slots=True)
class Due:
    """How things stand here: what stood there last, what goes next, and what was found."""

    last: VersionView | None
    next: VersionView | None
    edit: Edit | None


@dataclass(frozen=True, slots=True)
class Review:
    """An edit that waits, and what it would change; ``trouble`` is why it cannot be read."""

    edit: Edit
    seen: int
    changes: Sequence[Text] = ()
    trouble: Text | None = None


class RulePushes:
    """One transaction's."""

    def __init__(
        self,
        *,
        store: PushStore,
        versions: Versions,
        kept: VersionStore,
        post: Post,
        told: Waiting,
        words: Words,
        language: str,
        audit: Audit,
        clock: Clock,
    ) -> None:
        self._store = store
        self._versions = versions
        self._kept = kept
        self._post = post
        self._told = told
        self._words = words
        self._language = language
        self._audit = audit
        self._clock = clock

    async def due(self) -> Due:
        """What there is to do."""
        return Due(await self._store.last(), await self._store.next(), await self._store.edit())

    async def parcel(self, version: VersionView, *, again: bool = False) -> Parcel:
        """A version as a commit: who, what in words, and its number; ``again`` puts it back."""
        was = await self._kept.get(version.number - 1)
        changes = differences(parse(was.files), parse(version.files)) if was else []
        lines = [_on_one_line(self._say(change)) for change in changes] or [
            self._say(t("versions.only_form"))
        ]
        if again or not was:
            key = "versions.commit.again" if again else "versions.commit.first"
            lines = [self._say(t(key))]
        head = self._say(t("versions.commit", number=str(version.number), what=plain(lines[0])))
        if len(head) > _SUBJECT:
            head = f"{head[: _SUBJECT - 1].rstrip()}…"
        body = "\n".join(f"- {line}" for line in lines)
        trail = f"EmDia-Version: {version.number}\nEmDia-Content: {digest(version.files)}"
        return Parcel(
            version.number,
            version.files,
            f"{head}\n\n{body}\n\n{trail}\n",
            _first_name(version),
            self._clock.now() if again else version.at,
        )

    async def pushed(self, version: VersionView, name: str) -> None:
        """It stands there."""
        await self._store.pushed(version.number, name, self._clock.now())

    async def settle(self, edit: Edit) -> None:
        """What was decided stands there, or what was changed is as it was."""
        await self._store.decide(edit.id, Decision.SETTLED, None, self._clock.now())

    async def found(self, seen: Seen, files: Files) -> None:
        """Somebody changed the rules there: nothing is taken over before the owner says so."""
        known = await self.open_edit()
        number = await self._store.found(seen, files, self._clock.now())
        told = t("versions.edit.found", who=plain(seen.by))
        press = Press(t("versions.edit.go"), "rule_edit", {"edit": number})
        await self._tell("rules_edited", told, press, even_now=known is None)

    async def failed(self, why: str) -> None:
        """It cannot be brought there, and that needs somebody."""
        told = t("versions.not_pushed", why=t(f"backup.why.{why}"))
        press = Press(t("versions.go"), "versions")
        await self._tell("rules_not_pushed", told, press, even_now=False)

    async def waiting(self) -> int | None:
        """How many versions are not there yet; none if none ever was."""
        return await self._store.waiting() if await self._store.last() else None

    async def open_edit(self) -> Edit | None:
        """One that waits for somebody to look at it."""
        edit = await self._store.edit()
        return edit if edit is not None and edit.state is Decision.OPEN else None

    async def review(self, number: int) -> Review:
        """What it would change here."""
        edit = await self._open(number)
        now, seen = await self._versions.now()
        try:
            return Review(edit, seen, differences(now, parse_edit(edit.files)))
        except Refusal as refusal:
            return Review(edit, seen, trouble=refusal.text)

    async def take_over(self, number: int, head: str, seen: int, by: PersonId) -> Sequence[Text]:
        """Do here as it says; what cannot be is left, and told with its reason.

        Refused if there or here something changed since the person looked.
        """
        edit = await self._open(number)
        if edit.head != head:
            raise Conflict("errors.versions.moved_on")
        left = await self._versions.become(parse_edit(edit.files), seen, by, whole=True)
        await self._decide(edit, Decision.TAKEN, TAKEN_OVER, by)
        return left

    async def put_back(self, number: int, by: PersonId) -> None:
        """Ours goes there again."""
        await self._decide(await self._open(number), Decision.PUT_BACK, PUT_BACK, by)

    async def _decide(self, edit: Edit, state: Decision, deed: str, by: PersonId) -> None:
        now = self._clock.now()
        await self._store.decide(edit.id, state, by, now)
        await self._audit.note(deed, by, now, details(who=edit.by))

    async def _tell(self, purpose: str, told: Text, press: Press, *, even_now: bool) -> None:
        """Tell the house; whoever was told lately is left alone, unless it is news."""
        now = self._clock.now()
        for member in await self._post.staff():
            if even_now or not await self._told.told_lately(member, purpose, now, _TELL_AGAIN):
                await self._post.tell(member, Notice(purpose, (told,), (press,)))

    def _say(self, text: Text) -> str:
        return self._words.say(text, self._language)

    async def _open(self, number: int) -> Edit:
        edit = await self.open_edit()
        if edit is None or edit.id != number:
            raise NotFound("errors.versions.edit_gone")
        return edit


def _on_one_line(words: str) -> str:
    """A change as it stands in a commit's message, where a line may mean something to Git."""
    return " ".join(words.split())


def _first_name(version: VersionView) -> str:
    """Who did it, no further than a first name."""
    return next(iter(version.by_name.split()), _BY_ITSELF) if version.by else _BY_ITSELF
