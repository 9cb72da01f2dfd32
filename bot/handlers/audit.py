"""Who did what, and when: for the owner, narrowed by person, kind, client and day."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from bot.dialog.handler import Said, action, listing
from bot.dialog.screen import Choice, Deed, Offer, Page, Row, Screen, say
from bot.domain.message import Attachment
from bot.domain.role import Role
from bot.domain.text import plain, t
from bot.domain.trail import Kind
from bot.forms.audit import DeedFilter
from bot.handlers.desk import Desk
from bot.services.audit_words import changes, what, whence, who
from bot.services.ports.paging import ROWS


@listing(DeedFilter, command="audit", needs=Role.OWNER, typed="whom")
async def audit(wanted: DeedFilter, after: Mapping[str, Any] | None, desk: Desk) -> Page:
    """A page of it; each line opens what the deed changed."""
    found = await desk.audit.page(wanted, after)
    about = {"filter": wanted.model_dump(mode="json", exclude_none=True)}
    return Page(
        title=t("audit.title"),
        rows=tuple(
            Row(
                t("audit.row", at=deed.at, who=who(deed)),
                Deed("audit_deed", {"number": deed.id}),
                what(deed),
            )
            for deed in found.items
        ),
        next=found.next,
        empty=t("audit.none"),
        extra=(Choice(t("audit.export"), Deed("audit_export", about)),) if found.items else (),
    )


@audit.offers("kind")
async def kinds(desk: Desk, _said: Said) -> Sequence[Offer]:
    """What deeds are about."""
    del desk
    return [Offer(kind.value, kind.shown) for kind in Kind]


@audit.offers("who")
async def whoever_did_anything(desk: Desk, _said: Said) -> Sequence[Offer]:
    """Everybody in the record; part of a name may be typed."""
    return [Offer(name, plain(name)) for name in (await desk.audit.people())[:ROWS]]


@action(needs=Role.OWNER)
async def audit_deed(desk: Desk, number: int) -> Screen:
    """One deed in plain words, with everything before and after."""
    deed = await desk.audit.deed(number)
    screen = say("audit.one", at=deed.at, who=who(deed), what=what(deed))
    for line in changes(deed):
        screen = screen.add(line)
    screen = screen.add("audit.whence", whence=whence(deed))
    if token := deed.about.get("by_token"):
        screen = screen.add("audit.by_token", number=token)
    if deed.request_id:
        screen = screen.add("audit.request", request=plain(deed.request_id))
    if deed.client is not None:
        screen = screen.offer("client.open", "client_card", client=deed.client)
        filtered = {"whom": deed.client_name}
        screen = screen.offer("audit.of_this_client", audit, filter=filtered)
    return screen.offer("audit.back", audit).offer("go.home", "home")


@action(needs=Role.OWNER)
async def audit_export(
    desk: Desk,
    filter: dict[str, Any],  # noqa: A002 - as lists call it in their buttons
    form: Literal["xlsx", "csv", ""] = "",
) -> Screen:
    """All that the list shows, as a spreadsheet of either kind."""
    if not form:
        return (
            say("audit.which_form")
            .offer("audit.as_xlsx", audit_export, filter=filter, form="xlsx")
            .offer("audit.as_csv", audit_export, filter=filter, form="csv")
            .offer("audit.back", audit, filter=filter)
        )
    await desk.pause_for_breath()
    wanted = DeedFilter.model_validate(filter, context=desk.reading)
    made = await desk.audit.document(wanted, desk.language, form)
    if made is None:
        return say("audit.none").offer("audit.back", audit)
    screen = say("audit.here", count=made.lines)
    if made.more:
        screen = screen.add("audit.older_left_out")
    return (
        screen.showing(Attachment(made.file, made.name, made.mime))
        .offer("audit.back", audit, filter=filter)
        .offer("go.home", "home")
    )
