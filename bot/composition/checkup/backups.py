"""Whether the house could be brought back, if its machine were lost now."""

from datetime import timedelta

from bot.composition.backup_keys import recipients_of
from bot.composition.checkup.findings import Finding, State
from bot.composition.office import Office
from bot.config import Settings
from bot.domain.text import t

_LATE = timedelta(hours=36)


async def backups(settings: Settings, office: Office) -> list[Finding]:
    """Whether there is a recent one, and whether the last trial of one went well."""
    if not recipients_of(settings):
        return [Finding("backup", State.OFF, t("doctor.backup.off"))]
    async with office.units.read() as unit:
        made = [one.made_at for one in await unit.backups.newest(5) if one.made_at]
        drill = await unit.backups.last_drill()
    if not made:
        return [_attention("none")]
    if office.clock.now() - made[0] > _LATE:
        old = t("doctor.backup.old", at=made[0])
        return [Finding("backup", State.ATTENTION, old, t("doctor.backup.old.todo"))]
    if drill and drill.drill_trouble:
        return [_attention("untrue")]
    return [Finding("backup", State.OK, t("doctor.backup.ok", at=made[0]))]


def _attention(how: str) -> Finding:
    said, todo = t(f"doctor.backup.{how}"), t(f"doctor.backup.{how}.todo")
    return Finding("backup", State.ATTENTION, said, todo)
