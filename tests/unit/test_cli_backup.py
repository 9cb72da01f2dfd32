"""``emdia backup`` and ``emdia restore``, as typed into a shell."""

import json
from pathlib import Path

import pytest

from tests.support.cli import Shell, shell

__all__ = ["shell"]

LIST = "nome;telefone;plano;valor;vencimento\nAna Souza;11 98765-4321;Mensal;49,90;10\n"


@pytest.fixture
def house(shell: Shell) -> Shell:
    """A house in English with one client and a key for its backups."""
    shell.set(locale="en")
    (shell.folder / "list.csv").write_text(LIST)
    assert shell.run("import", "list.csv", "--yes").exit_code == 0
    made = json.loads(shell.run("backup", "--new-key", "owner.key", "--json").stdout)
    shell.set(backup_recipient=made["recipient"])
    return shell


def test_a_backup_comes_back_into_an_empty_database(house: Shell) -> None:
    made = house.run("backup", "--to", "one.age")
    assert made.exit_code == 0, made.stderr
    assert "kept in one.age" in made.stdout
    back = house.run("restore", "one.age", "--into", "sqlite:///other.sqlite3")
    assert back.exit_code == 0, back.stderr
    assert "Checked one by one" in back.stdout
    assert "/queue" in back.stdout
    house.set(database_url="sqlite:///other.sqlite3")
    assert house.run("export", "out.csv").exit_code == 0
    assert "Ana Souza" in (house.folder / "out.csv").read_text()


def test_it_answers_a_program_with_figures(house: Shell) -> None:
    made = json.loads(house.run("backup", "--json").stdout)
    assert Path(made["file"]).stat().st_size == made["bytes"]
    back = house.run("restore", made["file"], "--into", "sqlite:///o.sqlite3", "--json")
    told = json.loads(back.stdout)
    assert (told["rows"], told["sha256"]) == (made["rows"], made["sha256"])


def test_it_does_not_write_over_what_is_there_unless_told(house: Shell) -> None:
    house.run("backup", "--to", "one.age")
    refused = house.run("restore", "one.age")
    assert refused.exit_code == 1
    assert "--yes" in refused.stderr
    assert house.run("restore", "one.age", "--yes").exit_code == 0


def test_on_another_machine_the_owners_key_opens_it(house: Shell) -> None:
    house.run("backup", "--to", "one.age")
    house.set(data_dir="elsewhere")
    without = house.run("restore", "one.age")
    assert without.exit_code == 1
    assert "--key" in without.stderr
    assert house.run("restore", "one.age", "--key", "owner.key").exit_code == 0


def test_a_wrong_key_a_cut_file_and_no_file_are_told_in_words(house: Shell) -> None:
    house.run("backup", "--to", "one.age")
    house.run("backup", "--new-key", "other.key")
    wrong = house.run("restore", "one.age", "--yes", "--key", "other.key")
    assert "does not open this backup" in wrong.stderr
    whole = (house.folder / "one.age").read_bytes()
    (house.folder / "one.age").write_bytes(whole[:-9])
    assert "damaged" in house.run("restore", "one.age", "--yes").stderr
    assert "nothing.age" in house.run("restore", "nothing.age", "--yes").stderr


def test_without_a_recipient_it_says_how_to_get_one(shell: Shell) -> None:
    shell.set(locale="en")
    told = shell.run("backup")
    assert told.exit_code == 1
    assert "emdia backup --new-key" in told.stderr


def test_a_key_is_never_written_over(house: Shell) -> None:
    before = (house.folder / "owner.key").read_text()
    assert house.run("backup", "--new-key", "owner.key").exit_code == 1
    assert (house.folder / "owner.key").read_text() == before
    assert (house.folder / "owner.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("recipient", ["age1", "AGE-SECRET-KEY-1", "ssh-ed25519 AAAA"])
def test_what_is_no_recipient_is_refused(shell: Shell, recipient: str) -> None:
    shell.set(backup_recipient=recipient)
    assert shell.run("backup").exit_code == 1
