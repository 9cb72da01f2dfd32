"""What an import would do, before anything is done; and what it did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from bot.domain.ids import FileId
from bot.domain.money import Money
from bot.services.import_plans import PlannedPlan
from bot.services.list_reading import BadRow, GoodRow, Repeated
from bot.services.ports.imports import ImportId


@dataclass(frozen=True, slots=True)
class Sorted:
    """A list, sorted by what can be done with each row."""

    file: str
    headings: tuple[str, ...]
    ignored: tuple[str, ...]
    guessed: bool
    new: tuple[tuple[GoodRow, Money], ...]
    known: tuple[GoodRow, ...]
    repeated: tuple[Repeated, ...]
    unreadable: tuple[BadRow, ...]
    plans: tuple[PlannedPlan, ...]

    def overdue(self, today: date) -> int:
        """How many of the new come in late."""
        return sum(row.is_overdue(today) for row, _ in self.new)

    def counts(self, today: date) -> dict[str, Any]:
        """The figures alone, as they are kept."""
        return {
            "new": len(self.new),
            "known": len(self.known),
            "repeated": len(self.repeated),
            "unreadable": len(self.unreadable),
            "plans": len(self.plans),
            "overdue": self.overdue(today),
        }


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What the owner is told before they say yes. ``plans`` would be made."""

    id: ImportId
    file: str
    state: str
    new: int
    known: int
    repeated: tuple[Repeated, ...]
    unreadable: tuple[BadRow, ...]
    plans: tuple[PlannedPlan, ...]
    overdue: int
    ignored: tuple[str, ...]
    guessed: bool

    @classmethod
    def of(cls, number: ImportId, state: str, seen: Sorted, today: date) -> Self:
        """Out of a sorted list."""
        return cls(
            id=number,
            file=seen.file,
            state=state,
            new=len(seen.new),
            known=len(seen.known),
            repeated=seen.repeated,
            unreadable=seen.unreadable,
            plans=seen.plans,
            overdue=seen.overdue(today),
            ignored=seen.ignored,
            guessed=seen.guessed,
        )

    def as_json(self) -> dict[str, Any]:
        """All of it in plain values; reasons are keys of the catalogues."""
        return {
            "import": int(self.id),
            "file": self.file,
            "state": self.state,
            "new": self.new,
            "known": self.known,
            "repeated": len(self.repeated),
            "unreadable": len(self.unreadable),
            "plans": len(self.plans),
            "overdue": self.overdue,
            "repeated_rows": [
                {
                    "row": one.row.number,
                    "first_row": one.first.number,
                    "other_name": one.other_name,
                }
                for one in self.repeated
            ],
            "unreadable_rows": [
                {"row": row.number, "field": problem.field, "reason": problem.reason.key}
                for row in self.unreadable
                for problem in row.problems
            ],
            "new_plans": [
                {
                    "name": plan.record.name,
                    "period": plan.record.period.value,
                    "price": str(plan.record.price),
                    "clients": plan.clients,
                }
                for plan in self.plans
            ],
            "ignored_columns": list(self.ignored),
            "guessed_columns": self.guessed,
        }


@dataclass(frozen=True, slots=True)
class ImportDone:
    """What an import did. ``new``: this call did it, not one before.

    ``to_correct`` is the spreadsheet of what could not be taken in, if there was any.
    """

    id: ImportId
    imported: int
    known: int
    unreadable: int
    plans: int
    overdue: int
    reminded: bool
    to_correct: FileId | None
    new: bool

    @classmethod
    def of(cls, number: ImportId, counts: Mapping[str, Any], *, new: bool) -> Self:
        """Out of the figures that were kept."""
        file = counts["to_correct"]
        return cls(
            id=number,
            imported=counts["imported"],
            known=counts["known"],
            unreadable=counts["unreadable"],
            plans=counts["plans"],
            overdue=counts["overdue"],
            reminded=counts["reminded"],
            to_correct=None if file is None else FileId(file),
            new=new,
        )

    def as_json(self) -> dict[str, Any]:
        """All of it in plain values."""
        return {
            "import": int(self.id),
            "imported": self.imported,
            "known": self.known,
            "unreadable": self.unreadable,
            "plans": self.plans,
            "overdue": self.overdue,
            "reminded": self.reminded,
            "to_correct": self.to_correct,
            "new": self.new,
        }


def to_correct(sorted_: Sorted) -> Sequence[tuple[int, tuple[str, ...], BadRow | Repeated]]:
    """What goes back to the owner, in the order of the list: unreadable, or under two names."""
    rows: list[tuple[int, tuple[str, ...], BadRow | Repeated]] = [
        (row.number, row.cells, row) for row in sorted_.unreadable
    ]
    rows += [(one.row.number, one.row.cells, one) for one in sorted_.repeated if one.other_name]
    return sorted(rows, key=lambda row: row[0])
