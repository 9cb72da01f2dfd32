"""Spreadsheets that an import hands out: an example to fill in, and the rows to be corrected."""

from collections.abc import Callable, Sequence

from bot.domain.text import Text, plain, t
from bot.forms.columns import FIELDS
from bot.services.import_preview import Sorted, to_correct
from bot.services.list_reading import BadRow, Repeated
from bot.services.sheets import write_sheet

Say = Callable[[Text], str]

_EXAMPLES = (
    ("Ana Souza", "+55 11 98765-4321", "import.sample.plan", "49,90", "10", "#vip", "active"),
    ("Bruno Lima", "(27) 99814-2173", "import.sample.plan", "129,90", "20/12", "", "paused"),
)


def sample(say: Say) -> bytes:
    """Headings that we know, and two clients to write over."""
    rows = [
        (name, phone, say(t(plan)), price, due, note, say(t(f"import.sample.{standing}")))
        for name, phone, plan, price, due, note, standing in _EXAMPLES
    ]
    headings = [say(t(f"import.heading.{field}")) for field in FIELDS]
    return write_sheet(say(t("import.sample.sheet")), headings, rows)


def corrections(sorted_: Sorted, say: Say) -> bytes | None:
    """The rows that were not taken in, each with its number and why; none if all were."""
    rows = to_correct(sorted_)
    if not rows:
        return None
    headings = sorted_.headings or [say(t(f"import.heading.{field}")) for field in FIELDS]
    width = max(len(headings), *(len(cells) for _, cells, _ in rows))
    titles = [*_padded(headings, width), say(t("import.heading.row")), say(t("import.heading.why"))]
    lines = [
        [*_padded(cells, width), str(number), " ".join(say(reason) for reason in _reasons(why))]
        for number, cells, why in rows
    ]
    return write_sheet(say(t("import.corrections.sheet")), titles, lines)


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))][:width]


def _reasons(why: BadRow | Repeated) -> list[Text]:
    if isinstance(why, Repeated):
        return [t("import.same_phone", row=why.first.number, name=plain(why.first.name))]
    return [
        t("import.problem", field=t(f"import.heading.{problem.field}"), reason=problem.reason)
        for problem in why.problems
    ]
