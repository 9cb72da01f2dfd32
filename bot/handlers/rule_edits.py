"""The rules as somebody changed them at GitHub: looked at, taken over, or put back as they were."""

from bot.dialog.handler import action
from bot.dialog.screen import Screen, say
from bot.domain.message import Style
from bot.domain.role import Role
from bot.domain.text import plain, t
from bot.handlers.desk import Desk
from bot.handlers.versions import listed, versions


@action(needs=Role.OWNER)
async def rule_edit(desk: Desk, edit: int) -> Screen:
    """What it would change here, and what may be done about it."""
    review = await desk.rule_pushes.review(edit)
    found = review.edit
    who = plain(found.by) if found.by else t("team.nameless")
    screen = say("versions.edit.title", who=who, at=found.found_at)
    if review.trouble:
        screen = screen.add(review.trouble)
    elif review.changes:
        screen = listed(screen.add("versions.edit.would"), review.changes)
        screen = screen.offer(
            "versions.edit.take",
            take_rule_edit,
            None,
            Style.PRIMARY,
            edit=edit,
            head=found.head,
            seen=review.seen,
        )
    else:
        screen = screen.add("versions.edit.same")
    return (
        screen.offer("versions.edit.put_back", put_rules_back, edit=edit)
        .offer("versions.back", versions)
        .offer("go.home", "home")
    )


@action(needs=Role.OWNER)
async def take_rule_edit(desk: Desk, edit: int, head: str, seen: int) -> Screen:
    """Do as it says; what could not be done is told with its reason."""
    left = await desk.rule_pushes.take_over(edit, head, seen, desk.me)
    screen = say("versions.edit.taken")
    if left:
        screen = listed(screen.add("versions.some_left"), left)
    return screen.offer("versions.back", versions).offer("go.home", "home")


@action(needs=Role.OWNER)
async def put_rules_back(desk: Desk, edit: int) -> Screen:
    """Nothing changes here; there, ours comes again."""
    await desk.rule_pushes.put_back(edit, desk.me)
    return say("versions.edit.put").offer("versions.back", versions).offer("go.home", "home")
