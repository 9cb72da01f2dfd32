"""Lists of clients as files of the operator's: looked at, taken in, given out."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.composition.disk import read_file, replacing
from bot.composition.office import Office
from bot.domain.text import Text, plain, t
from bot.services.import_preview import ImportDone, ImportPreview
from bot.services.list_reading import BadRow, Repeated
from bot.services.sheets import MOST_BYTES


@dataclass(frozen=True, slots=True)
class Look:
    """What taking a list in would do. ``corrections`` is a spreadsheet of what cannot be."""

    seen: ImportPreview
    corrections: bytes | None

    @property
    def lines(self) -> list[Text]:
        """Everything, every row that is in trouble included."""
        seen = self.seen
        lines = [t("import.preview", file=plain(seen.file), count=seen.new)]
        for key, count in (("known", seen.known), ("repeated", len(seen.repeated))):
            if count:
                lines.append(t(f"import.{key}", count=count))
        if seen.unreadable:
            lines.append(t("import.unreadable", count=len(seen.unreadable)))
        lines += [t("import.row", row=row, why=why) for row, _, why in self.troubles]
        if seen.plans:
            lines.append(t("import.new_plans", count=len(seen.plans)))
        lines += [
            t(
                "import.new_plan",
                name=plan.record.name,
                price=plan.record.price,
                period=plan.record.period.shown,
                count=plan.clients,
            )
            for plan in seen.plans
        ]
        if seen.overdue:
            lines.append(t("import.overdue", count=seen.overdue))
        if seen.ignored:
            lines.append(t("import.ignored", columns=plain(", ".join(seen.ignored))))
        if seen.guessed:
            lines.append(t("import.guessed"))
        return lines

    @property
    def troubles(self) -> list[tuple[int, str, Text]]:
        """Row, field and why of each thing that keeps a row out, in the order of the list."""
        seen = self.seen
        all_ = [one for row in seen.unreadable for one in _problems(row)]
        all_ += [_same_phone(one) for one in seen.repeated if one.other_name]
        return sorted(all_, key=lambda one: one[0])

    def as_json(self, say: Callable[[Text], str]) -> dict[str, Any]:
        """The figures, and every row in trouble with the reason in words."""
        told = self.seen.as_json()
        told.pop("import")  # of a look nothing is kept
        told["unreadable_rows"] = [
            {"row": row, "field": field, "reason": why.params.get("reason", why), "message": why}
            for row, field, why in self.troubles
        ]
        for row in told["unreadable_rows"]:
            row["reason"], row["message"] = row["reason"].key, say(row["message"])
        return told


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking a list in did."""

    done: ImportDone

    @property
    def lines(self) -> list[Text]:
        """Everything that was done."""
        done = self.done
        lines = [t("import.done", count=done.imported)]
        if done.plans:
            lines.append(t("import.plans_made", count=done.plans))
        if done.overdue:
            key = "import.overdue_reminded" if done.reminded else "import.overdue_left"
            lines.append(t(key, count=done.overdue))
        return lines

    def as_json(self) -> dict[str, Any]:
        """The figures of it."""
        told = self.done.as_json()
        told.pop("to_correct")  # a number of the store's; the program writes a file
        return told


def read_list(path: Path) -> bytes:
    """The bytes of a list."""
    return read_file(path, MOST_BYTES)


async def look(office: Office, name: str, content: bytes, language: str) -> Look:
    """What taking a list in would do; nothing at all is kept."""
    async with office.trying() as shop:
        file = await shop.unit.files.put(name, "", content)
        seen = await shop.imports.preview(file)
        bad = await shop.imports.corrections(seen.id, language)
        return Look(seen, None if bad is None else (await shop.unit.files.get(bad)).content)


async def take_in(
    office: Office, name: str, content: bytes, language: str, *, remind_overdue: bool
) -> Taken:
    """Take in every row that can be read, all or none."""
    async with office.dealing() as shop:
        file = await shop.unit.files.put(name, "", content)
        seen = await shop.imports.preview(file)
        done = await shop.imports.apply(seen.id, remind_overdue=remind_overdue, language=language)
        return Taken(done)


async def give_out(office: Office, path: Path, language: str, told: Callable[[int], None]) -> int:
    """Write every client to a .csv or an .xlsx; how many. Whatever was there stays until then."""
    with replacing(path) as out:
        async with office.looking() as shop:
            write = shop.exports.csv if path.suffix.lower() == ".csv" else shop.exports.xlsx
            return await write(out, language, told)


def _problems(row: BadRow) -> list[tuple[int, str, Text]]:
    return [
        (
            row.number,
            problem.field,
            t(
                "import.problem",
                field=t(f"import.heading.{problem.field}"),
                reason=problem.reason,
            ),
        )
        for problem in row.problems
    ]


def _same_phone(one: Repeated) -> tuple[int, str, Text]:
    why = t("import.same_phone", row=one.first.number, name=plain(one.first.name))
    return one.row.number, "phone", why
