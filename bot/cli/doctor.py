"""``emdia doctor``: look at everything, and say what to do about each thing."""

from typing import Annotated

import typer

from bot.cli.voice import Voice, run
from bot.composition.checkup.everything import check_up
from bot.composition.checkup.findings import Finding, State, worst
from bot.config import Settings, SettingsWrong
from bot.domain.text import Text, plain, t

_MARKS = {State.OFF: "-", State.OK: "✔", State.ATTENTION: "!", State.BROKEN: "✘"}


def doctor(
    *, json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False
) -> None:
    """Check settings, database, tokens, webhooks, templates, queue; say what to do about each."""
    try:
        settings = Settings.load()
    except SettingsWrong as wrong:
        _tell(Voice(Settings.model_construct(), as_json=json), _unread(wrong))
        return
    voice = Voice(settings, as_json=json)
    run(settings, _doctor(settings, voice))


async def _doctor(settings: Settings, voice: Voice) -> None:
    if not voice.as_json:
        voice.say(t("doctor.looking"))
    _tell(voice, await check_up(settings, voice.words))


def _tell(voice: Voice, findings: list[Finding]) -> None:
    """Everything that was found; ends the program with 1 if something is broken."""
    state = worst(findings)
    voice.tell(
        {
            "status": state.name.lower(),
            "checks": [finding.as_json(voice.words_of) for finding in findings],
        }
    )
    for finding in findings:
        voice.say(*_lines(finding))
    voice.say(t(f"doctor.end.{state.name.lower()}"))
    if state is State.BROKEN:
        raise typer.Exit(1)


def _lines(finding: Finding) -> list[Text]:
    said = t(
        "doctor.line",
        mark=plain(_MARKS[finding.state]),
        check=t(f"doctor.check.{finding.check}"),
        state=t(f"doctor.state.{finding.state.name.lower()}"),
        said=finding.said,
    )
    return [said, t("doctor.todo", todo=finding.todo)] if finding.todo else [said]


def _unread(wrong: SettingsWrong) -> list[Finding]:
    return [
        Finding("settings", State.BROKEN, plain(trouble), t("doctor.settings.todo"))
        for trouble in wrong.troubles
    ]
