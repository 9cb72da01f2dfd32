"""``emdia token``: let a program in, see who is in, shut one out."""

from typing import Annotated

import typer

from bot.cli.voice import Voice, run
from bot.composition.office import Office, open_office
from bot.config import Settings
from bot.domain.ids import TokenId
from bot.domain.scope import Scope
from bot.domain.text import Text, plain, t
from bot.services.ports.access import TokenView

app = typer.Typer(
    help="Tokens for programs that ask over HTTP.", no_args_is_help=True, rich_markup_mode=None
)
AsJson = Annotated[bool, typer.Option("--json", help="For a program to read.")]


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="What the program is called.")],
    may: Annotated[
        list[Scope] | None, typer.Option(help="What it may do; give it once for each.")
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002 - a switch of the command line
) -> None:
    """Make a token and show it, this once. Left alone it may only read."""
    settings = Settings.load()
    voice = Voice(settings, as_json=as_json)
    with voice.telling():
        run(settings, _create(settings, voice, name, may or [Scope.READ]))


@app.command("list")
def list_(as_json: AsJson = False) -> None:  # noqa: FBT002 - a switch of the command line
    """Every token that opens something, without the token itself."""
    settings = Settings.load()
    voice = Voice(settings, as_json=as_json)
    with voice.telling():
        run(settings, _list(settings, voice))


@app.command("revoke")
def revoke(
    number: Annotated[int, typer.Argument(help="Its number in `emdia token list`.")],
    as_json: AsJson = False,  # noqa: FBT002 - a switch of the command line
) -> None:
    """End a token, from this moment."""
    settings = Settings.load()
    voice = Voice(settings, as_json=as_json)
    with voice.telling():
        run(settings, _revoke(settings, voice, number))


async def _create(settings: Settings, voice: Voice, name: str, may: list[Scope]) -> None:
    async with open_office(settings, voice.words) as office, office.dealing() as shop:
        token, made = await shop.access.create(name, set(may), by=await shop.access.owner())
    voice.say(t("program.token.made", name=plain(made.name), number=made.id))
    if not voice.as_json:
        typer.echo(token)
    voice.tell({**_told(made), "token": token})


async def _list(settings: Settings, voice: Voice) -> None:
    async with open_office(settings, voice.words) as office, office.looking() as shop:
        standing = await shop.access.standing()
    if not standing:
        voice.say(t("program.token.none"))
    for token in standing:
        voice.say(_line(token))
    voice.tell({"tokens": [_told(token) for token in standing]})


async def _revoke(settings: Settings, voice: Voice, number: int) -> None:
    async with open_office(settings, voice.words) as office:
        ended = await _end(office, number)
    voice.say(t("program.token.revoked", name=plain(ended.name)))
    voice.tell(_told(ended))


async def _end(office: Office, number: int) -> TokenView:
    async with office.dealing() as shop:
        return await shop.access.revoke(TokenId(number), by=await shop.access.owner())


def _line(token: TokenView) -> Text:
    used = t("api.used", at=token.last_used_at) if token.last_used_at else t("api.never_used")
    may = plain(", ".join(sorted(token.scopes)))
    return t("program.token.one", number=token.id, name=plain(token.name), may=may, used=used)


def _told(token: TokenView) -> dict[str, object]:
    used = token.last_used_at
    return {
        "id": token.id,
        "name": token.name,
        "scopes": sorted(token.scopes),
        "created_at": token.created_at.isoformat(),
        "last_used_at": used and used.isoformat(),
    }
