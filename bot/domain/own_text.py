"""The owner's own texts: a form of words put otherwise, in a language, for all or for one plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.ids import PersonId, PlanId
from bot.domain.text import Text, t


@dataclass(frozen=True, slots=True)
class TextKey:
    """Which text: a form of words in a language, for everybody or for those on one plan."""

    form: str
    language: str
    plan_id: PlanId | None = None

    @property
    def for_all(self) -> "TextKey":
        """The text that goes where the plan has none of its own."""
        return replace(self, plan_id=None)

    @property
    def called(self) -> Text:
        """What people call the form."""
        return t(f"whatsapp.form.{self.form}")


@dataclass(frozen=True, slots=True)
class OwnText:
    """One version of a text; every one is kept, and the newest is used.

    ``words`` hold ``{amount}`` and the like where values go, ``<b>`` and ``<i>`` for marks, as the
    catalogues do. Empty: back to what goes otherwise (the text for all plans, or EmDia's).
    """

    key: TextKey
    version: int
    words: str
    at: datetime
    by: PersonId | None = None


@dataclass(frozen=True, slots=True)
class TextBook:
    """The newest version of every text of the owner's."""

    newest: Mapping[TextKey, OwnText] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Sequence[OwnText]) -> "TextBook":
        """Out of the newest versions."""
        return cls({text.key: text for text in texts})

    def own(self, key: TextKey) -> OwnText | None:
        """What goes: the plan's own text, else the one for all; none where it is EmDia's."""
        for one in dict.fromkeys((key, key.for_all)):
            found = self.newest.get(one)
            if found is not None and found.words:
                return found
        return None
