"""The program ``emdia``: one command a deed. 0 means done, 1 told why not, 2 wrong usage."""

import sys

import typer

from bot.cli import backup, chat, demo, doctor, exporting, importing, migrate, run, setup, token
from bot.config import SettingsWrong

app = typer.Typer(
    name="emdia",
    help="The chat-first billing assistant that keeps a business's clients up to date.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("demo")(demo.demo)
app.command("setup")(setup.setup)
app.command("run")(run.run)
app.command("chat")(chat.chat)
app.command("import")(importing.import_)
app.command("export")(exporting.export)
app.command("doctor")(doctor.doctor)
app.command("migrate")(migrate.migrate)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.add_typer(token.app, name="token")


def main() -> None:
    """Run a command; whatever the operator can mend is told without a stack trace."""
    try:
        app()
    except SettingsWrong as wrong:
        for trouble in wrong.troubles:
            typer.echo(trouble, err=True)
        sys.exit(1)
