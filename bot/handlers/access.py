"""Programs that may ask over HTTP: who is let in, one more, and one no longer."""

from collections.abc import Sequence

from bot.dialog.handler import Said, action, form
from bot.dialog.screen import Offer, Screen, say
from bot.domain.ids import TokenId
from bot.domain.message import Style
from bot.domain.role import Role
from bot.domain.text import Text, plain, t
from bot.forms.access import GRANTS, NewToken
from bot.handlers.desk import Desk
from bot.services.ports.access import TokenView


@action("access", needs=Role.OWNER)
async def access(desk: Desk, typed: str = "") -> Screen:
    """Every token that opens something, and when it was last used."""
    del typed
    standing = await desk.access.standing()
    screen = say("api.title") if standing else say("api.none")
    for token in standing:
        screen = screen.add("api.token", name=plain(token.name), may=_may(token), used=_used(token))
    screen = screen.offer("api.new", new_token)
    for token in standing:
        label = t("api.revoke", name=plain(token.name))
        screen = screen.offer(label, revoke_token, token=token.id)
    return screen.offer("settings.back", "settings").offer("go.home", "home")


@form(NewToken, needs=Role.OWNER, confirm=False)
async def new_token(answers: NewToken, desk: Desk) -> Screen:
    """Let one more program in; its token is in this one answer and nowhere else."""
    token, made = await desk.access.create(answers.token_name, GRANTS[answers.grant], by=desk.me)
    return (
        say("api.made", name=plain(made.name), token=plain(token))
        .add("api.made_once")
        .offer("api.back", access)
        .offer("go.home", "home")
    )


@new_token.offers("grant")
async def what_it_may(desk: Desk, said: Said) -> Sequence[Offer]:
    """From looking on to everything."""
    del desk, said
    return [Offer(grant, t(f"api.grant.{grant}")) for grant in GRANTS]


@action(needs=Role.OWNER)
async def revoke_token(desk: Desk, token: int, *, sure: bool = False) -> Screen:
    """Shut a program out, after a second look."""
    found = await desk.access.get(TokenId(token))
    if not sure:
        return (
            say("api.revoke_sure", name=plain(found.name))
            .offer("api.revoke_yes", revoke_token, style=Style.DANGER, token=token, sure=True)
            .offer("api.keep", access)
        )
    ended = await desk.access.revoke(found.id, by=desk.me)
    return say("api.revoked", name=plain(ended.name)).offer("api.back", access)


def _may(token: TokenView) -> Text:
    """What it may do, in the words it was asked in; else each thing by its name."""
    for grant, scopes in GRANTS.items():
        if token.scopes == frozenset(scopes):
            return t(f"api.grant.{grant}")
    return plain(", ".join(sorted(token.scopes)))


def _used(token: TokenView) -> Text:
    if token.last_used_at is None:
        return t("api.never_used")
    return t("api.used", at=token.last_used_at)
