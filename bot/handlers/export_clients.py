"""Take the clients along: the whole list as a spreadsheet."""

from bot.dialog.handler import action
from bot.dialog.screen import Screen, say
from bot.domain.message import Attachment
from bot.handlers.desk import Desk


@action("export")
async def export_clients(desk: Desk, typed: str = "") -> Screen:
    """Everybody, in columns that an import understands."""
    del typed
    await desk.pause_for_breath()
    made = await desk.exports.document(desk.language)
    if made is None:
        return say("export.nobody").offer("home.go.add", "add_client").offer("go.home", "home")
    return (
        say("export.here", count=made.clients)
        .showing(Attachment(made.file, made.name, made.mime))
        .offer("home.go.clients", "clients")
        .offer("go.home", "home")
    )
