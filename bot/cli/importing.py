"""``emdia import``: a spreadsheet of clients, looked at first and then taken in."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.voice import Voice, is_watched, run
from bot.composition.disk import write_beside, write_file
from bot.composition.lists import Look, Taken, look, read_list, take_in
from bot.composition.office import open_office
from bot.config import Settings
from bot.domain.text import plain, t


def import_(
    file: Annotated[Path, typer.Argument(help="The list: .xlsx, or .csv of any kind.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Take it in without asking.")] = False,
    remind_overdue: Annotated[
        bool, typer.Option("--remind-overdue", help="Remind also of what is overdue already.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="One JSON object; only looks, unless --yes is given.")
    ] = False,
    corrections: Annotated[
        Path | None, typer.Option(help="Where to write the rows that cannot be taken in (.xlsx).")
    ] = None,
) -> None:
    """Bring clients in from a spreadsheet: shows what it understood, and asks before it saves."""
    settings = Settings.load()
    voice = Voice(settings, as_json=json)
    importing = _Importing(settings, voice, file, corrections, remind_overdue=remind_overdue)
    with voice.telling():
        run(settings, importing.run(yes=yes))


class _Importing:
    def __init__(
        self,
        settings: Settings,
        voice: Voice,
        file: Path,
        corrections: Path | None,
        *,
        remind_overdue: bool,
    ) -> None:
        self._settings = settings
        self._voice = voice
        self._file = file
        self._corrections = corrections
        self._remind_overdue = remind_overdue

    async def run(self, *, yes: bool) -> None:
        """Look, ask, take in; or only some of it."""
        voice, file = self._voice, self._file
        content = read_list(file)
        async with open_office(self._settings, voice.words) as office:
            async with voice.working(t("program.import.reading", file=plain(file.name))):
                looked = await look(office, file.name, content, voice.language)
            voice.say(*looked.lines)
            if not self._goes_on(looked, yes=yes):
                self._end(looked, None, beside=yes)
                return
            async with voice.working(t("program.import.working", count=looked.seen.new)):
                taken = await take_in(
                    office,
                    file.name,
                    content,
                    voice.language,
                    remind_overdue=self._remind_overdue,
                )
        voice.say(*taken.lines)
        self._end(looked, taken, beside=True)

    def _goes_on(self, looked: Look, *, yes: bool) -> bool:
        """Whether to take it in; ends the program where that needs somebody to say so."""
        voice = self._voice
        if not looked.seen.new:
            voice.say(t("import.nothing_new"))
            return False
        if yes or voice.as_json:
            return yes
        if not is_watched((sys.stdin, sys.stdout)):
            self._hand_back(looked, beside=False)
            voice.aside(t("program.import.say_yes"))
            raise typer.Exit(1)
        if not voice.ask(t("program.import.ask", count=looked.seen.new)):
            self._hand_back(looked, beside=False)
            voice.say(t("import.let_be"))
            raise typer.Exit(1)
        return True

    def _end(self, looked: Look, taken: Taken | None, *, beside: bool) -> None:
        """Hand the bad rows back, and answer the program that asked."""
        told = looked.as_json(self._voice.words_of)
        told["done"] = taken and taken.as_json()
        told["corrections"] = self._hand_back(looked, beside=beside)
        self._voice.tell(told)
        seen = looked.seen
        if seen.unreadable and not seen.new and not seen.known:
            raise typer.Exit(1)

    def _hand_back(self, looked: Look, *, beside: bool) -> str | None:
        """Write the rows to be corrected where they were asked for, else beside the list."""
        voice = self._voice
        if looked.corrections is None:
            return None
        if self._corrections:
            written = write_file(self._corrections, looked.corrections)
        elif beside:
            name = voice.words_of(t("import.corrections.file"))
            written = write_beside(self._file, name, looked.corrections)
        else:
            return None
        voice.say(t("program.import.corrections", file=plain(str(written))))
        return str(written)
