"""Bring the clients: a spreadsheet is looked at first, then taken in with one tap."""

from bot.dialog.handler import action
from bot.dialog.screen import Screen, say
from bot.domain.ids import FileId
from bot.domain.message import Attachment, Style
from bot.domain.text import Text, plain, t
from bot.handlers.desk import Desk
from bot.services.import_preview import ImportDone, ImportPreview
from bot.services.list_reading import BadRow, Repeated
from bot.services.ports.imports import PREVIEWED, ImportId
from bot.services.sheets import MOST_ROWS, XLSX

_SHOWN, _PLANS_SHOWN, _PAGE = 3, 5, 10


@action("import")
async def import_clients(desk: Desk, typed: str = "") -> Screen:
    """How it is done; the file may be sent at any time."""
    del desk, typed
    return (
        say("import.how")
        .add("import.columns")
        .add("import.limits", most=MOST_ROWS)
        .offer("import.go.sample", import_sample)
        .offer("home.go.add", "add_client")
        .offer("export.go", "export_clients")
        .offer("go.home", "home")
    )


@action()
async def import_sample(desk: Desk) -> Screen:
    """A spreadsheet to fill in."""
    file = await desk.imports.sample(desk.language)
    name = desk.say(t("import.sample.file"))
    return say("import.sample.here").showing(Attachment(file, name, XLSX)).offer("go.home", "home")


@action()
async def import_file(desk: Desk, file: int) -> Screen:
    """What taking the list in would do; nothing is done yet."""
    await desk.pause_for_breath()
    return _preview(await desk.imports.preview(FileId(file), by=desk.me))


@action()
async def import_again(desk: Desk, number: int) -> Screen:
    """The same preview, as things stand now."""
    await desk.pause_for_breath()
    return _preview(await desk.imports.again(ImportId(number)))


@action()
async def import_apply(desk: Desk, number: int, *, remind: bool = False) -> Screen:
    """Take in every row that can be read, once, however often it is tapped."""
    await desk.pause_for_breath()
    done = await desk.imports.apply(
        ImportId(number), remind_overdue=remind, by=desk.me, language=desk.language
    )
    return _done(done, desk)


@action()
async def import_rows(desk: Desk, number: int, skip: int = 0) -> Screen:
    """The rows that cannot be taken in, each with its number, its field and the reason."""
    seen = await desk.imports.again(ImportId(number))
    troubled = _troubled(seen)
    screen = say("import.rows_title", count=len(troubled))
    for row in troubled[skip : skip + _PAGE]:
        for line in _why(row):
            screen = screen.add(line)
    if len(troubled) > skip + _PAGE:
        screen = screen.offer("list.more", import_rows, number=number, skip=skip + _PAGE)
    return (
        screen.offer("import.go.file", import_corrections, number=number)
        .offer("import.go.back", import_again, number=number)
        .offer("go.home", "home")
    )


@action()
async def import_corrections(desk: Desk, number: int) -> Screen:
    """The same rows as a spreadsheet, to be corrected and sent again."""
    await desk.pause_for_breath()
    file = await desk.imports.corrections(ImportId(number), desk.language)
    if file is None:
        return say("import.nothing_to_correct").offer("go.home", "home")
    name = desk.say(t("import.corrections.file"))
    return (
        say("import.to_correct")
        .showing(Attachment(file, name, XLSX))
        .offer("import.go.back", import_again, number=number)
        .offer("go.home", "home")
    )


@action()
async def import_drop(desk: Desk, number: int) -> Screen:
    """Let it be."""
    if done := await desk.imports.drop(ImportId(number), by=desk.me):
        return _done(done, desk)
    return say("import.let_be").offer("import.go.another", import_clients).offer("go.home", "home")


def _done(done: ImportDone, desk: Desk) -> Screen:
    screen = say("import.done" if done.new else "import.done_before", count=done.imported)
    if done.plans:
        screen = screen.add("import.plans_made", count=done.plans)
    if done.overdue:
        screen = screen.add(
            "import.overdue_reminded" if done.reminded else "import.overdue_left",
            count=done.overdue,
        )
    if done.to_correct is not None:
        name = desk.say(t("import.corrections.file"))
        screen = screen.add("import.to_correct").showing(Attachment(done.to_correct, name, XLSX))
    if not desk.house.name:
        screen = screen.add("home.nameless")
    return screen.offer("home.go.clients", "clients").offer("go.home", "home")


def _preview(seen: ImportPreview) -> Screen:
    screen = say("import.preview", file=plain(seen.file), count=seen.new)
    for line in _lines(seen):
        screen = screen.add(line)
    number = int(seen.id)
    if seen.new and seen.state == PREVIEWED:
        screen = screen.offer("import.go.apply", import_apply, None, Style.PRIMARY, number=number)
        if seen.overdue:
            screen = screen.offer(
                "import.go.apply_remind", import_apply, remind=True, number=number
            )
    elif not seen.new:
        screen = screen.add("import.nothing_new")
    if _troubled(seen):
        screen = screen.offer("import.go.rows", import_rows, number=number)
    if seen.state == PREVIEWED:
        screen = screen.offer("import.go.drop", import_drop, number=number)
    return screen.offer("go.home", "home")


def _lines(seen: ImportPreview) -> list[Text]:
    lines = []
    if seen.known:
        lines.append(t("import.known", count=seen.known))
    if seen.repeated:
        lines.append(t("import.repeated", count=len(seen.repeated)))
        others = [one for one in seen.repeated if one.other_name]
        lines += [line for one in others[:_SHOWN] for line in _why(one)]
    if seen.unreadable:
        lines.append(t("import.unreadable", count=len(seen.unreadable)))
        lines += [line for row in seen.unreadable[:_SHOWN] for line in _why(row)]
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
        for plan in seen.plans[:_PLANS_SHOWN]
    ]
    if seen.overdue:
        lines.append(t("import.overdue", count=seen.overdue))
    if seen.ignored:
        lines.append(t("import.ignored", columns=plain(", ".join(seen.ignored)[:200])))
    if seen.guessed:
        lines.append(t("import.guessed"))
    return lines


def _troubled(seen: ImportPreview) -> list[BadRow | Repeated]:
    """What cannot be taken in as it is, in the order of the list."""
    rows: list[BadRow | Repeated] = [*seen.unreadable]
    rows += [one for one in seen.repeated if one.other_name]
    return sorted(rows, key=lambda one: one.row.number if isinstance(one, Repeated) else one.number)


def _why(row: BadRow | Repeated) -> list[Text]:
    if isinstance(row, Repeated):
        same = t("import.same_phone", row=row.first.number, name=plain(row.first.name))
        return [t("import.row", row=row.row.number, why=same)]
    return [
        t(
            "import.row",
            row=row.number,
            why=t(
                "import.problem",
                field=t(f"import.heading.{problem.field}"),
                reason=problem.reason,
            ),
        )
        for problem in row.problems
    ]
