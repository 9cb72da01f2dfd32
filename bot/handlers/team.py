"""Who belongs to the house: links by which others join, and who may go."""

from bot.dialog.handler import action
from bot.dialog.screen import Screen, say
from bot.domain.ids import PersonId
from bot.domain.message import Style
from bot.domain.role import Role
from bot.domain.text import Text, plain, t
from bot.handlers.desk import Desk
from bot.services.ports.people import PersonView
from bot.services.team import Door


@action("team", needs=Role.MANAGER)
async def team(desk: Desk, typed: str = "") -> Screen:
    """Everyone of the house, and the ways to change who that is."""
    del typed
    screen = say("team.title")
    for member in await desk.team.members():
        screen = screen.add("team.member", name=name_of(member), role=role_of(member))
    if desk.role is Role.OWNER:
        screen = screen.offer("team.invite", invite_manager)
        for member in await desk.team.members():
            if member.role is not Role.OWNER:
                screen = screen.offer(
                    t("team.remove", name=name_of(member)), remove_member, member=member.id
                )
    return screen.offer("team.another_chat", another_chat).offer("go.home", "home")


@action(needs=Role.OWNER)
async def invite_manager(desk: Desk) -> Screen:
    """A link that works once; whoever opens it may do all but change the house itself."""
    door = await desk.team.invite(desk.person)
    return _door(door, "team.invited")


@action(needs=Role.VIEWER)
async def another_chat(desk: Desk) -> Screen:
    """One's own other chat: a form begun here may be ended there."""
    door = await desk.team.another_chat(desk.person)
    return _door(door, "team.chat_link")


@action(needs=Role.OWNER)
async def remove_member(desk: Desk, member: int, sure: bool = False) -> Screen:  # noqa: FBT001, FBT002 - from a button
    """Let somebody go, after a second look."""
    if not sure:
        leaving = await desk.team.member(PersonId(member))
        return (
            say("team.remove_sure", name=name_of(leaving))
            .offer("team.remove_yes", remove_member, style=Style.DANGER, member=member, sure=True)
            .offer("team.keep", team)
        )
    gone = await desk.team.remove(PersonId(member), by=desk.person)
    return say("team.removed", name=name_of(gone)).offer("team.back", team)


def name_of(member: PersonView) -> Text:
    """What they are called, if they ever said."""
    return plain(member.name) if member.name else t("team.nameless")


def role_of(member: PersonView) -> Text:
    """What they may do."""
    return t(f"role.{member.role.name.lower()}")


def _door(door: Door, key: str) -> Screen:
    screen = say(key)
    if door.telegram:
        screen = screen.add("team.by_telegram", link=plain(door.telegram))
    if door.whatsapp:
        screen = screen.add("team.by_whatsapp", link=plain(door.whatsapp))
    return screen.add("team.by_code", code=plain(door.code)).offer("team.back", "team")
