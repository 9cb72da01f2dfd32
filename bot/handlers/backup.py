"""What would be lost if the machine were, and one more backup at a tap."""

from bot.dialog.handler import action
from bot.dialog.screen import Deed, Screen, say
from bot.domain.role import Role
from bot.domain.text import Text, plain, t
from bot.handlers.desk import Desk
from bot.services.backups import Overview
from bot.services.ports.backups import BackupView

_KILO = 1024


@action("backup", needs=Role.OWNER)
async def backup(desk: Desk, typed: str = "") -> Screen:
    """The last ones, and how far they can be relied on."""
    del typed
    seen = await desk.backups.overview()
    screen = say("backup.title")
    if not seen.on:
        screen = screen.add("backup.off")
    for line in _lines(seen):
        screen = screen.add(line)
    if seen.on:
        screen = screen.offer("backup.go.now", backup_now)
    return screen.offer("home.go.settings", "settings").offer("go.home", "home")


@action(needs=Role.OWNER)
async def backup_now(desk: Desk) -> Screen | Deed:
    """Make one, and send it here."""
    if not (await desk.backups.overview()).on:
        return Deed("backup")
    await desk.pause_for_breath()
    await desk.backups.ask(desk.me)
    return say("backup.coming").offer("backup.go", backup).offer("go.home", "home")


def _lines(seen: Overview) -> list[Text]:
    lines = [_line(one) for one in seen.backups]
    if seen.newest and seen.newest.made_at:
        lines.append(t("backup.point", at=seen.newest.made_at))
    elif seen.on:
        lines.append(t("backup.none"))
    if seen.newest and seen.newest.remote_at:
        lines.append(t("backup.sent", at=seen.newest.remote_at))
    elif seen.newest and seen.newest.remote_trouble:
        lines.append(t("backup.not_sent", why=t(f"backup.why.{seen.newest.remote_trouble}")))
    drill = seen.drill
    if drill and drill.drilled_at:
        lines.append(
            t("backup.drill_bad", at=drill.drilled_at, why=t(f"backup.why.{drill.drill_trouble}"))
            if drill.drill_trouble
            else t("backup.drill_ok", at=drill.drilled_at, count=max(1, drill.drill_ms // 1000))
        )
    return lines


def _line(one: BackupView) -> Text:
    if one.made_at:
        return t("backup.line", at=one.made_at, count=one.rows, size=_size(one.bytes))
    if one.trouble:
        return t("backup.line_failed", at=one.asked_at, why=t(f"backup.why.{one.trouble}"))
    return t("backup.line_waits", at=one.asked_at)


def _size(size: int) -> Text:
    kilos = -(-size // _KILO)
    return plain(f"{kilos} kB" if kilos < _KILO else f"{kilos // _KILO} MB")
