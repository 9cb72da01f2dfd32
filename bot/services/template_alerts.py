"""Tell the house what becomes of its approved forms: each thing once, all that is new together."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from bot.domain.message import TemplateUse
from bot.domain.own_text import TextBook, TextKey
from bot.domain.template import TemplateStatus
from bot.domain.template_names import has_button, named
from bot.domain.text import Text, t
from bot.services.approved import Approved, approved_now
from bot.services.ports.post import Notice, Post, Press
from bot.services.ports.templates import TemplateStore
from bot.services.ports.texts import TextStore
from bot.services.template_words import DECIDED_AGAINST, called, trouble

PURPOSE = "templates"
_MOST = 10  # lines of a notice; the rest stands in /modelos


@dataclass(frozen=True, slots=True)
class TemplateAlerts:
    """One transaction's look at what nobody was told yet."""

    store: TemplateStore
    texts: TextStore
    post: Post
    now: Callable[[], datetime]

    async def tell(self) -> int:
        """Tell everybody who decides; how many notices that made."""
        kept = await self.store.all()
        if not any(one.told != _known(one.status) for one in kept):
            return 0
        approved = await approved_now(self.store, self.texts, self.now())
        lines: list[Text] = []
        for one in kept:
            now = _known(one.status)
            # Whoever writes it down first tells it.
            new = now != one.told and await self.store.tell(one.status, now)
            if new and _matters(one.status, approved.book):
                lines += _news(one.status, one.told.split(), approved)
        if not lines:
            return 0
        notice = Notice(
            PURPOSE, (t("texts.news.title"), *lines[:_MOST]), (Press(t("texts.go"), "texts"),)
        )
        return sum(
            [await self.post.tell(one, notice) is not None for one in await self.post.staff()]
        )


def _known(status: TemplateStatus) -> str:
    """What there is to know of it, in words that stay the same."""
    known = named(status.name, status.language)
    own = known is not None and known[1] > 0 and not has_button(status.name)
    return " ".join(sorted([*_worries(status), *(["approved"] if own and status.usable else [])]))


def _worries(status: TemplateStatus) -> list[str]:
    """Where only the button cannot go, the same goes without: nobody need know."""
    out = DECIDED_AGAINST if has_button(status.name) else frozenset[str]()
    return [worry for worry in status.worries if worry not in out]


def _matters(status: TemplateStatus, book: TextBook) -> bool:
    """Whether it is still in use: what became of an older version is nobody's worry."""
    known = named(status.name, status.language)
    if known is None:
        return False
    key, version = known
    newest = book.newest.get(key)
    return not version or (newest is not None and newest.version == version)


def _news(status: TemplateStatus, told: Collection[str], approved: Approved) -> list[Text]:
    worries = _worries(status)
    lines = [trouble(status, worry) for worry in worries if worry not in told]
    if any(worry in DECIDED_AGAINST and worry not in told for worry in worries):
        lines.append(_instead(status, approved))
    about = {"name": called(status), "language": t(f"language.{status.language}")}
    if status.usable and DECIDED_AGAINST & set(told):
        lines.append(t("texts.news.back", **about))
    elif "approved" in _known(status).split() and "approved" not in told:
        lines.append(t("texts.news.approved", **about))
    return lines


def _instead(status: TemplateStatus, approved: Approved) -> Text:
    """What clients get meanwhile."""
    known = named(status.name, status.language)
    key = known[0] if known else TextKey(status.name, status.language)
    form = approved.form(TemplateUse(key.form, plan_id=key.plan_id), status.language)
    if form is None:
        return t("texts.instead.none")
    return t("texts.instead.earlier") if form.words else t("texts.instead.ours")
