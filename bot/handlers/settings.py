"""What can be changed about the house, each thing by a question of its own."""

from bot.dialog.handler import action, form
from bot.dialog.screen import Deed, Screen, say
from bot.domain.pix import PixKey
from bot.domain.role import Role
from bot.domain.text import Text, plain, t
from bot.forms.rules import LANGUAGES
from bot.forms.settings import Located, Named, PaidAt
from bot.handlers.desk import Desk
from bot.handlers.home import called
from bot.services.ports.house import BusinessView


@action("settings", needs=Role.VIEWER)
async def settings(desk: Desk, typed: str = "") -> Screen | Deed:
    """How the house is set up, with a button for each thing that may change."""
    del typed
    house = await desk.business.profile()
    if not house.name and desk.role is Role.OWNER:
        return Deed("set_up")
    return _shown(house, desk)


def _shown(house: BusinessView, desk: Desk) -> Screen:
    city = plain(house.city) if house.city else t("settings.none_yet")
    key = plain(PixKey.read(house.pix_key).shown) if house.pix_key else t("settings.none_yet")
    screen = (
        say("settings.title", business=called(house))
        .add("settings.city", city=city)
        .add("settings.pix_key", key=key)
        .add("settings.zone", zone=plain(house.zone))
        .add("settings.language", language=t(f"language.{desk.language}"))
    )
    if desk.role is Role.OWNER:
        screen = (
            screen.offer("settings.change.name", change_business_name)
            .offer("settings.change.city", change_city)
            .offer("settings.change.pix_key", change_pix_key)
        )
    return (
        screen.offer("settings.go.rules", "contact_rules")
        .offer("settings.change.language", change_language)
        .offer("settings.go.plans", "plans")
        .offer("settings.go.ladder", "ladder")
        .offer("settings.go.team", "team")
        .offer("settings.go.behind", behind)
        .offer("go.home", "home")
    )


@action(needs=Role.VIEWER)
async def behind(desk: Desk) -> Screen:
    """What the clients never see: the lines, the record, the copies, the programs."""
    screen = say("settings.behind").offer("settings.go.whatsapp", "whatsapp")
    if desk.role >= Role.MANAGER:
        screen = screen.offer("settings.go.health", "health").offer("versions.go", "versions")
    if desk.role is Role.OWNER:
        screen = (
            screen.offer("settings.go.audit", "audit")
            .offer("backup.go", "backup")
            .offer("settings.go.access", "access")
        )
    return screen.offer("settings.back", settings).offer("go.home", "home")


@form(Named, needs=Role.OWNER, confirm=False)
async def change_business_name(answers: Named, desk: Desk) -> Screen:
    """Sign messages with another name from now on."""
    await desk.business.rename(answers.name, by=desk.me)
    return await _changed(desk)


@form(Located, needs=Role.OWNER, confirm=False)
async def change_city(answers: Located, desk: Desk) -> Screen:
    """Name another city in Pix codes."""
    await desk.business.move(answers.city, by=desk.me)
    return await _changed(desk)


@form(PaidAt, needs=Role.OWNER)
async def change_pix_key(answers: PaidAt, desk: Desk) -> Screen:
    """Read back before it counts: a wrong key sends the money to somebody else."""
    await desk.business.take_money_at(answers.pix_key, by=desk.me)
    return await _changed(desk)


@change_pix_key.review
async def what_the_key_means(answers: PaidAt, desk: Desk) -> Text:
    """Tell, before the yes, what becomes of the clients' codes."""
    del desk
    return t("settings.pix_key.checked") if answers.pix_key else t("home.no_pix")


@action(needs=Role.CLIENT)
async def change_language(desk: Desk, to: str = "") -> Screen:
    """Everyone has their own; what they see changes with this very answer."""
    if to not in LANGUAGES:
        screen = say("settings.which_language")
        for language in LANGUAGES:
            screen = screen.offer(f"language.{language}", change_language, to=language)
        return screen.offer("go.home", "home") if desk.role.is_staff else screen
    await desk.speak(to)
    screen = say("settings.language_changed", language=t(f"language.{to}"))
    return screen.offer("go.home", "home") if desk.role.is_staff else screen


async def _changed(desk: Desk) -> Screen:
    screen = _shown(await desk.business.profile(), desk)
    return Screen((t("settings.changed"), *screen.body), screen.choices)
