"""Where everything starts: what waits, and a button for each thing the house does."""

from bot.dialog.handler import action
from bot.dialog.screen import Deed, Screen, say
from bot.domain.message import Incoming
from bot.domain.role import Role
from bot.domain.text import Text, plain, t
from bot.handlers.desk import Desk
from bot.services.pix import may_use_pix
from bot.services.ports.house import BusinessView

TOPICS = ("clients", "import", "money", "numbers", "house")


@action("start", needs=Role.VIEWER)
async def home(desk: Desk, typed: str = "") -> Screen | Deed:
    """Greet with today's figures; ``typed`` is what came behind /start, here already used."""
    del typed
    business = await desk.business.profile()
    if not business.set_up and desk.role is Role.OWNER:
        return Deed("set_up")
    glance = await desk.stats.glance()
    screen = say("home.title", business=called(business))
    if not business.name:
        screen = screen.add("home.nameless")
    if glance.late:
        late = "home.many_late" if glance.more else "home.late"
        screen = screen.add(late, count=glance.late, owed=glance.late_amount)
    else:
        screen = screen.add("home.nobody_late")
    if glance.due_today:
        screen = screen.add("home.due_today", count=glance.due_today)
    if glance.claims:
        screen = screen.add("home.claims", count=glance.claims).offer("home.go.claims", "claims")
    if business.pix_key is None and may_use_pix(business):
        screen = screen.add("home.no_pix")
        if desk.role is Role.OWNER:
            screen = screen.offer("home.go.pix", "change_pix_key")
    return (
        screen.offer("home.go.clients", "clients")
        .offer("home.go.today", "today")
        .offer("home.go.overdue", "overdue")
        .offer("home.go.add", "add_client")
        .offer("home.go.import", "import_clients")
        .offer("home.go.numbers", "numbers")
        .offer("home.go.queue", "queue")
        .offer("home.go.settings", "settings")
        .offer("home.go.help", "help_")
    )


def called(business: BusinessView) -> Text:
    """What the house reads at the top of a screen, before the business has a name as well."""
    return plain(business.name) if business.name else t("home.no_name")


@action("help", needs=Role.VIEWER)
async def help_(desk: Desk, topic: str = "", typed: str = "") -> Screen:
    """The topics; each with examples to copy."""
    del desk, typed
    screen = say(f"help.{topic}") if topic in TOPICS else say("help.title")
    for other in TOPICS:
        if other != topic:
            screen = screen.offer(f"help.go.{other}", help_, topic=other)
    return screen.offer("go.home", home)


@action(needs=Role.VIEWER)
async def staff_says(desk: Desk, incoming: Incoming) -> Screen | Deed:
    """Free words or a file of the house: a list to import, a name to look up, else the way home."""
    del desk
    file = incoming.file
    if incoming.unsupported or (file is not None and file.mime.startswith(("audio/", "video/"))):
        return say("unknown.unsupported").offer("go.home", home)
    if incoming.file_id is not None:
        return Deed("import_file", {"file": incoming.file_id})
    if incoming.text.strip():
        return Deed("find", {"typed": incoming.text.strip()[:60]})
    return say("unknown.what").offer("go.home", home)
