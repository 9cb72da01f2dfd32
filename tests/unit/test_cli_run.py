"""What stops the program before it has begun is told in a sentence, never in a stack trace."""

import socket
from pathlib import Path

import pytest

from bot.storage.migrate import head
from tests.support.cli import emdia

AWAY = "postgresql://nobody:secret@127.0.0.1:1/nothing"


async def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = await emdia(tmp_path, "run", port=str(port))
    assert done.code == 1
    assert f"A porta {port} já está em uso" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("words", [("run",), ("migrate",), ("migrate", "--check")])
async def test_a_database_that_is_away_is_told_without_its_password(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    done = await emdia(tmp_path, *words, database_url=AWAY)
    assert done.code == 1
    assert "banco de dados" in done.err
    assert "secret" not in done.err + done.out
    assert "Traceback" not in done.err


@pytest.mark.parametrize("words", [("run",), ("migrate",), ("export", "clientes.csv")])
async def test_a_data_folder_that_cannot_be_made_is_named(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    (tmp_path / "file").touch()
    done = await emdia(tmp_path, *words, data_dir=str(tmp_path / "file" / "data"))
    assert done.code == 1
    assert str(tmp_path / "file" / "data") in done.err
    assert "Traceback" not in done.err


async def test_migrating_says_what_was_done(tmp_path: Path) -> None:
    assert (await emdia(tmp_path, "migrate", "--check")).code == 1
    assert head() in (await emdia(tmp_path, "migrate")).out
    assert (await emdia(tmp_path, "migrate", "--check")).code == 0
