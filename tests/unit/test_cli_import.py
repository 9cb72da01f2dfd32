"""``emdia import`` and ``emdia export``: what is shown, asked, written, told to programs."""

import io
import json
import shutil
import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter

from bot.cli import exporting, importing, voice
from bot.config import Settings
from bot.domain.text import plain, t
from bot.services.sheets import read_sheet
from tests.support.cli import Shell, emdia, shell
from tests.support.waiting import until

__all__ = ["shell"]

SAMPLE = Path(__file__).parents[1] / "data" / "clientes.csv"
HEAD = "Nome;Telefone;Plano;Valor;Vencimento\n"
TWO = HEAD + "Ana;11 98765-4321;Mensal;49,90;dia 20\nBia;11 98765-4322;Mensal;49,90;dia 20\n"
BAD = HEAD + "Ana;123;Mensal;49,90;dia 20\n"
ONE_BAD = TWO + "Caio;123;Mensal;49,90;dia 20\n"


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody sits there and may be asked."""
    monkeypatch.setattr(importing, "is_watched", lambda _: True)


def a_list(shell: Shell, text: str, name: str = "clientes.csv") -> Path:
    file = shell.folder / name
    file.write_text(text, encoding="utf-8")
    return file


def clients(shell: Shell) -> list[str]:
    """The names that an export holds."""
    assert shell.run("export", "look.csv").exit_code == 0
    rows = read_sheet((shell.folder / "look.csv").read_bytes())
    return [row.cells[0] for row in rows[1:]]


async def test_a_shell_script_imports_and_exports_through_json(tmp_path: Path) -> None:
    shutil.copy(SAMPLE, tmp_path / "clientes.csv")
    looked = await emdia(tmp_path, "import", "clientes.csv", "--json")
    assert (looked.code, looked.err) == (0, "")
    assert looked.json["done"] is None
    done = await emdia(tmp_path, "import", "clientes.csv", "--json", "--yes")
    assert done.code == 0
    assert done.json["new"] == done.json["done"]["imported"] == looked.json["new"] > 5
    assert read_sheet((tmp_path / done.json["corrections"]).read_bytes())
    out = await emdia(tmp_path, "export", "todos.xlsx")
    assert (out.code, out.err) == (0, "")
    rows = read_sheet((tmp_path / "todos.xlsx").read_bytes())
    assert len(rows) == looked.json["new"] + 1


def test_every_bad_row_is_shown_with_its_field_and_reason(shell: Shell) -> None:
    shutil.copy(SAMPLE, shell.folder / "clientes.csv")
    shown = shell.run("import", "clientes.csv")
    assert shown.exit_code == 1
    for number in (13, 14, 15, 17, 18):
        assert f"Linha {number}" in shown.stdout
    assert "--yes" in shown.stderr
    assert clients(shell) == []


def test_rows_in_trouble_are_told_to_programs_by_key_and_in_words(shell: Shell) -> None:
    a_list(shell, BAD)
    told = json.loads(shell.run("import", "clientes.csv", "--json").stdout)
    assert told["unreadable_rows"] == [
        {
            "row": 2,
            "field": "phone",
            "reason": "errors.phone.unreadable",
            "message": told["unreadable_rows"][0]["message"],
        }
    ]
    assert told["unreadable_rows"][0]["message"].startswith("Telefone: ")


def test_the_same_phone_under_another_name_is_in_trouble_too(shell: Shell) -> None:
    a_list(shell, TWO + "Outro;11 98765-4321;Mensal;49,90;dia 20\n")
    told = json.loads(shell.run("import", "clientes.csv", "--json").stdout)
    assert [(row["row"], row["reason"]) for row in told["unreadable_rows"]] == [
        (4, "import.same_phone")
    ]


@pytest.mark.usefixtures("watched")
def test_who_says_yes_imports(shell: Shell) -> None:
    a_list(shell, TWO)
    done = shell.run("import", "clientes.csv", typed="y\n")
    assert done.exit_code == 0
    assert "2 clientes" in done.stdout
    assert clients(shell) == ["Ana", "Bia"]


@pytest.mark.usefixtures("watched")
@pytest.mark.parametrize("answer", ["n\n", "\n"])
def test_who_does_not_say_yes_changes_nothing(shell: Shell, answer: str) -> None:
    a_list(shell, TWO)
    assert shell.run("import", "clientes.csv", typed=answer).exit_code == 1
    assert clients(shell) == []


def test_a_second_time_there_is_nobody_new(shell: Shell) -> None:
    a_list(shell, TWO)
    assert shell.run("import", "clientes.csv", "--yes").exit_code == 0
    again = shell.run("import", "clientes.csv", "--yes", "--json")
    assert again.exit_code == 0
    told = json.loads(again.stdout)
    assert (told["new"], told["known"], told["done"]) == (0, 2, None)


def test_a_list_of_which_nothing_can_be_read_ends_with_1(shell: Shell) -> None:
    a_list(shell, BAD)
    assert shell.run("import", "clientes.csv", "--yes").exit_code == 1


def test_bad_rows_lie_beside_the_list_and_never_over_an_earlier_file(shell: Shell) -> None:
    a_list(shell, ONE_BAD)
    assert shell.run("import", "clientes.csv", "--yes").exit_code == 0
    first, *none = shell.folder.glob("clientes-*.xlsx")
    assert none == []
    kept = first.read_bytes()
    assert [row.cells[0] for row in read_sheet(kept)][1:] == ["Caio"]
    shell.run("import", "clientes.csv", "--yes")
    assert len(list(shell.folder.glob("clientes-*.xlsx"))) == 2
    assert first.read_bytes() == kept


def test_bad_rows_go_where_they_are_asked_for_without_importing(shell: Shell) -> None:
    a_list(shell, ONE_BAD)
    shell.run("import", "clientes.csv", "--json", "--corrections", "bad.xlsx")
    assert len(read_sheet((shell.folder / "bad.xlsx").read_bytes())) == 2
    assert clients(shell) == []


def test_a_corrections_file_that_cannot_be_written_is_told(shell: Shell) -> None:
    a_list(shell, ONE_BAD)
    told = shell.run("import", "clientes.csv", "--json", "--corrections", "no/bad.xlsx")
    assert told.exit_code == 1
    assert json.loads(told.stdout)["error"]["code"] == "program.file.unwritable"


@pytest.mark.parametrize("remind", [True, False])
def test_what_is_overdue_is_reminded_only_if_asked_for(shell: Shell, *, remind: bool) -> None:
    a_week_ago = datetime.now(UTC).date() - timedelta(days=7)
    a_list(shell, HEAD + f"Ana;11 98765-4321;Mensal;49,90;{a_week_ago}\n")
    asked = ["--remind-overdue"] if remind else []
    told = json.loads(shell.run("import", "clientes.csv", "--yes", "--json", *asked).stdout)
    assert (told["overdue"], told["done"]["reminded"]) == (1, remind)


@pytest.mark.parametrize(
    ("name", "key"),
    [("nowhere.csv", "program.file.missing"), (".", "program.file.folder")],
)
def test_a_file_that_cannot_be_read_is_told_in_words(shell: Shell, name: str, key: str) -> None:
    told = shell.run("import", name, "--json")
    assert told.exit_code == 1
    error = json.loads(told.stdout)["error"]
    assert error["code"] == key
    assert key not in error["message"]


def test_a_file_without_permission_is_told_in_words(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_list(shell, TWO)

    def refuse(_path: Path) -> bytes:
        raise PermissionError

    monkeypatch.setattr(Path, "read_bytes", refuse)
    told = shell.run("import", "clientes.csv")
    assert told.exit_code == 1
    assert "clientes.csv" in told.stderr


def test_the_words_are_in_the_houses_language(shell: Shell) -> None:
    shell.set(locale="en")
    told = shell.run("import", "nowhere.csv")
    assert told.stderr.startswith("I did not find the file nowhere.csv")


@pytest.mark.parametrize("words", [["import"], ["import", "a.csv", "--no"], ["export"]])
def test_wrong_usage_ends_with_2(shell: Shell, words: list[str]) -> None:
    assert shell.run(*words).exit_code == 2


def test_a_database_that_is_away_is_told_without_its_password(shell: Shell) -> None:
    shell.set(database_url="postgresql://emdia:hunter2@127.0.0.1:1/emdia")
    a_list(shell, TWO)
    told = shell.run("import", "clientes.csv")
    assert told.exit_code == 1
    assert "emdia doctor" in told.stderr
    assert "hunter2" not in told.output


def test_a_workbook_is_read_as_well(shell: Shell) -> None:
    with xlsxwriter.Workbook(shell.folder / "clientes.xlsx") as book:
        sheet = book.add_worksheet()
        for place, line in enumerate(TWO.splitlines()):
            sheet.write_row(place, 0, line.split(";"))
    assert shell.run("import", "clientes.xlsx", "--yes").exit_code == 0
    assert clients(shell) == ["Ana", "Bia"]


def test_an_exported_list_is_its_owners_alone_and_replaces_the_last_whole(shell: Shell) -> None:
    a_list(shell, TWO)
    shell.run("import", "clientes.csv", "--yes")
    (shell.folder / "out.csv").write_text("an earlier list", encoding="utf-8")
    done = shell.run("export", "out.csv")
    assert done.exit_code == 0
    out = shell.folder / "out.csv"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert out.read_bytes().startswith(b"\xef\xbb\xbfNome;")
    assert not [left for left in shell.folder.iterdir() if left.name.startswith(".out")]


def test_a_link_stays_a_link_to_the_new_list(shell: Shell) -> None:
    (shell.folder / "real.csv").touch()
    (shell.folder / "out.csv").symlink_to("real.csv")
    assert shell.run("export", "out.csv").exit_code == 0
    assert (shell.folder / "out.csv").is_symlink()
    assert (shell.folder / "real.csv").read_bytes()


@pytest.mark.parametrize("name", ["clientes.pdf", "clientes", "no/such/folder.csv"])
def test_an_export_without_a_place_says_what_is_wrong(shell: Shell, name: str) -> None:
    told = shell.run("export", name)
    assert told.exit_code == 1
    assert told.stderr.strip()
    assert list(shell.folder.iterdir()) == []


class Screen(io.StringIO):
    """A terminal that somebody watches."""

    def isatty(self) -> bool:
        return True


async def test_long_work_says_what_it_is_and_that_it_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(voice, "_PATIENCE_S", 0.01)
    speaker = voice.Voice(Settings(_env_file=None, locale="en"))
    async with speaker.working(t("program.import.reading", file=plain("a.csv"))):
        await until(lambda: screen.getvalue().count("…") > 2)
    assert screen.getvalue().startswith("Reading a.csv…\n")


async def test_an_export_that_somebody_watches_counts_along(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "clientes.csv").write_text(TWO, encoding="utf-8")
    settings = Settings(_env_file=None, data_dir=tmp_path / "data")
    await emdia(tmp_path, "import", "clientes.csv", "--yes")
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    speaker = voice.Voice(settings)
    await exporting.export_to(settings, speaker, tmp_path / "out.csv")
    assert screen.getvalue() == "\r  2\n"
