"""The rules as they were: who changed what and when, and the way back to any of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from bot.dialog.handler import action, listing
from bot.dialog.screen import Choice, Deed, Page, Row, Screen, say
from bot.domain.message import Style
from bot.domain.role import Role
from bot.domain.text import Text, plain, t
from bot.handlers.desk import Desk
from bot.services.ports.versions import VersionView
from bot.services.versions import BEGUN, ROLLED_BACK, Told

_MOST = 25  # changes on one screen; a version with more was an import or a first day


class EveryVersion(BaseModel, frozen=True):
    """Nothing narrows them."""


@listing(EveryVersion, command="versions", needs=Role.MANAGER)
async def versions(wanted: EveryVersion, after: Mapping[str, Any] | None, desk: Desk) -> Page:
    """A page of them, the newest first; a tap shows what changed."""
    del wanted
    found = await desk.versions.page(after)
    extra, title = await _elsewhere(desk)
    return Page(
        title=title,
        rows=tuple(
            Row(
                t("versions.row", number=one.version.number, at=one.version.at),
                Deed("version_view", {"number": one.version.number}),
                t("versions.hint", who=_who(one.version), what=_in_short(one)),
            )
            for one in found.items
        ),
        next=found.next,
        empty=t("versions.none"),
        extra=extra,
    )


@action(needs=Role.MANAGER)
async def version_view(desk: Desk, number: int) -> Screen:
    """One, against the one before it."""
    told = await desk.versions.version(number)
    version = told.version
    screen = say("versions.one", number=number, at=version.at, who=_who(version))
    if told.first:
        screen = screen.add("versions.first")
    elif version.deed == ROLLED_BACK:
        screen = screen.add("versions.was_way_back")
    elif not told.changes:
        screen = screen.add("versions.only_form")
    screen = listed(screen, told.changes)
    return (
        screen.offer("versions.go_back", version_way_back, number=number)
        .offer("versions.back", versions)
        .offer("go.home", "home")
    )


@action(needs=Role.MANAGER)
async def version_way_back(desk: Desk, number: int) -> Screen:
    """What going back to it would change now, and a button to say yes."""
    way = await desk.versions.way_back(number, whole=desk.role is Role.OWNER)
    if not way.changes:
        screen = say("versions.same", number=number)
    else:
        screen = listed(say("versions.would", number=number, at=way.version.at), way.changes)
        screen = screen.offer(
            "versions.yes", version_go_back, None, Style.PRIMARY, number=number, seen=way.seen
        )
    if way.kept:
        screen = screen.add("versions.owners_only")
    return screen.offer("versions.back", versions).offer("go.home", "home")


@action(needs=Role.MANAGER)
async def version_go_back(desk: Desk, number: int, seen: int) -> Screen:
    """Go back to what was read; what could not be done is told with its reason."""
    whole = desk.role is Role.OWNER
    left = await desk.versions.go_back(number, seen, desk.me, whole=whole)
    screen = say("versions.done", number=number)
    if left:
        screen = listed(screen.add("versions.some_left"), left)
    return screen.offer("versions.back", versions).offer("go.home", "home")


async def _elsewhere(desk: Desk) -> tuple[tuple[Choice, ...], Text]:
    """What waits to be looked at, and how far they have come where they can be read."""
    title = t("versions.title")
    edit = await desk.rule_pushes.open_edit()
    if edit is not None:
        title = t("versions.title_edited", title=title)
        deed = Deed("rule_edit", {"edit": edit.id})
        is_owner = desk.role is Role.OWNER
        return ((Choice(t("versions.edit.go"), deed),) if is_owner else ()), title
    waiting = await desk.rule_pushes.waiting()
    if waiting is None:
        return (), title
    key = "versions.title_waiting" if waiting else "versions.title_there"
    return (), t(key, title=title, count=waiting)


def listed(screen: Screen, lines: Sequence[Text]) -> Screen:
    """A line for each change, and how many more there are."""
    for line in lines[:_MOST]:
        screen = screen.add("versions.line", line=line)
    if len(lines) > _MOST:
        screen = screen.add("versions.more", count=len(lines) - _MOST)
    return screen


def _in_short(told: Told) -> Text:
    if told.first:
        return t("versions.first_short")
    if not told.changes:
        return t("versions.only_form")
    first, rest = told.changes[0], len(told.changes) - 1
    return t("versions.and_more", first=first, count=rest) if rest else first


def _who(version: VersionView) -> Text:
    if version.by is None or version.deed == BEGUN:
        return t("audit.by_itself")
    return plain(version.by_name) if version.by_name else t("team.nameless")
