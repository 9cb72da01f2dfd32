"""The owner's whole first day in a terminal, through a pipe, as ``emdia chat`` has it."""

import asyncio
import os
import shutil
import signal
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.composition.console import HERE
from bot.composition.office import Office, open_office
from bot.config import Settings
from bot.domain.ids import PersonId
from bot.domain.message import Address, ChannelName
from bot.domain.role import Role
from bot.domain.text import plain, t
from bot.services.ports.people import Caller
from bot.services.ports.post import Notice
from bot.services.sheets import read_sheet
from bot.storage.tables import addresses, outbox
from bot.words import Catalogues
from tests.support.cli import Shell, emdia, environment, shell
from tests.support.waiting import until

__all__ = ["shell"]

SAMPLE = Path(__file__).parents[1] / "data" / "clientes.csv"
WORDS = Catalogues()
SET_UP = "Academia Boa Forma\nVitória\n12345678909\nMensal 49,90\n✅ Salvar\n"
SORRY = WORDS.say(t("errors.unexpected"), "pt_BR")
PHONE = Address(ChannelName.TELEGRAM, "7")


def settings_in(folder: Path) -> Settings:
    """Those of a program that is started in this folder."""
    return Settings(_env_file=None, data_dir=folder / "data")


@asynccontextmanager
async def office_in(folder: Path) -> AsyncIterator[Office]:
    async with open_office(settings_in(folder), WORDS) as office:
        yield office


async def owner_of(office: Office) -> PersonId:
    async with office.looking() as shop:
        return (await shop.team.members())[0].id


async def owned_from_a_phone(folder: Path) -> PersonId:
    """A house that somebody has taken over Telegram already."""
    async with office_in(folder) as office, office.dealing() as shop:
        now = office.clock.now()
        owner = await shop.unit.people.calling(Caller(PHONE, "Bia", "es"), now)
        await shop.unit.business.own(now)
        await shop.unit.people.set_role(owner.id, Role.OWNER)
        return owner.id


async def test_the_first_day_from_four_questions_to_a_list_given_out(tmp_path: Path) -> None:
    shutil.copy(SAMPLE, tmp_path / "clientes.csv")
    typed = SET_UP + "@clientes.csv\n#1\n/buscar patricia\n/exportar\n/quit\nnobody hears this\n"
    said = await emdia(tmp_path, "chat", typed=typed)
    assert (said.code, said.err) == (0, "")
    assert "Como se chama o seu negócio?" in said.out
    assert "Academia Boa Forma" in said.out.split("Passo 4 de 4")[1]
    assert "Patrícia Ávila" in said.out
    assert "nobody hears this" not in said.out
    (sheet,) = (tmp_path / "data" / "chat").glob("*-clientes.xlsx")
    assert str(sheet) in said.out.replace("[data", f"[{tmp_path}/data")
    assert len(read_sheet(sheet.read_bytes())) > 5


def test_a_form_goes_on_where_the_last_chat_ended(shell: Shell) -> None:
    shell.run("chat", typed="Academia Boa Forma\nVitória\n")
    again = shell.run("chat", typed="12345678909\n")
    assert "Passo 1 de 4" not in again.stdout
    assert again.stdout.index("Passo 3 de 4") < again.stdout.index("Passo 4 de 4")


def test_the_greeting_and_the_end_are_in_the_houses_language(shell: Shell) -> None:
    shell.set(locale="en")
    said = shell.run("chat", typed="Good Gym\n")
    assert said.exit_code == 0
    assert said.stdout.startswith("You are talking as the owner.")
    assert said.stdout.rstrip().endswith("run emdia chat.")
    assert "Step 2 of 4" in said.stdout


def test_what_comes_with_a_message_lies_in_a_folder_of_the_owners(shell: Shell) -> None:
    shutil.copy(SAMPLE, shell.folder / "clientes.csv")
    said = shell.run("chat", typed=SET_UP + "@clientes.csv\n#1\n/exportar\n")
    assert said.exit_code == 0
    folder = shell.folder / "data" / "chat"
    (sheet,) = folder.glob("*-clientes.xlsx")
    assert f"chat/{sheet.name}]" in said.stdout
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_file_that_is_not_there_is_answered_and_the_chat_goes_on(shell: Shell) -> None:
    said = shell.run("chat", typed="@nowhere.csv\nAcademia\n")
    assert said.exit_code == 0
    assert "Não achei o arquivo nowhere.csv" in said.stdout
    assert "Passo 2 de 4" in said.stdout


def test_what_goes_wrong_inside_is_apologised_for_and_the_chat_goes_on(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.run("chat", typed=SET_UP)

    async def broken(*_: object, **__: object) -> None:
        raise LookupError("a fault of ours")

    monkeypatch.setattr("bot.services.stats.Stats.numbers", broken)
    said = shell.run("chat", typed="/numeros\n/planos\n")
    assert said.exit_code == 0
    assert SORRY in said.stdout
    assert "Mensal" in said.stdout.split(SORRY)[1]


async def test_whoever_sits_at_the_machine_is_the_owner_they_are_on_their_phone(
    tmp_path: Path,
) -> None:
    owner = await owned_from_a_phone(tmp_path)
    said = await emdia(tmp_path, "chat", typed="Academia\n")
    assert "Paso 2 de 4" in said.out  # the owner's language, not the program's
    async with office_in(tmp_path) as office:
        async with office.looking() as shop:
            query = sa.select(addresses.c.person_id).where(addresses.c.channel == "terminal")
            rows = (await shop.unit.connection.execute(query)).scalars().all()
        assert (rows, await owner_of(office)) == ([owner], owner)


async def test_once_the_chat_is_over_the_owner_is_told_things_on_their_phone(
    tmp_path: Path,
) -> None:
    owner = await owned_from_a_phone(tmp_path)
    await emdia(tmp_path, "chat", typed="/ajuda\n")
    async with office_in(tmp_path) as office, office.dealing() as shop:
        row = await shop.post.tell(owner, Notice("forwarded", (plain("Oi"),)))
        query = sa.select(outbox.c.channel).where(outbox.c.id == row)
        assert (await shop.unit.connection.execute(query)).scalar_one() == "telegram"


@dataclass
class Open:
    """A chat that is still open."""

    process: asyncio.subprocess.Process
    file: Path

    @property
    def out(self) -> str:
        return self.file.read_text("utf-8")

    async def types(self, words: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(words.encode())
        await self.process.stdin.drain()


@asynccontextmanager
async def open_chat(folder: Path) -> AsyncIterator[Open]:
    file = folder / "out"
    with file.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-u", "-m", "bot", "chat"),
            env=environment(),
            cwd=folder,
            stdin=asyncio.subprocess.PIPE,
            stdout=out,
            stderr=out,
        )
    try:
        yield Open(process, file)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_notices_appear_while_nobody_types_and_a_signal_ends_it_politely(
    tmp_path: Path,
) -> None:
    async with open_chat(tmp_path) as chat:
        await until(lambda: "Passo 1 de 4" in chat.out, within=60)
        async with office_in(tmp_path) as office:
            owner = await owner_of(office)
            async with office.dealing() as shop:
                await shop.post.tell(owner, Notice("forwarded", (plain("Chegou agora"),)))
        await until(lambda: "Chegou agora" in chat.out, within=60)
        chat.process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(chat.process.wait(), 30) == 0
        assert "emdia chat" in chat.out
    async with office_in(tmp_path) as office, office.looking() as shop:
        (reached,) = await shop.unit.people.addresses(owner)
        assert (reached.address, reached.unreachable) == (HERE, True)


async def test_a_chat_that_was_killed_leaves_nothing_that_stops_the_next(tmp_path: Path) -> None:
    async with open_chat(tmp_path) as chat:
        await until(lambda: "Passo 1 de 4" in chat.out, within=60)
        await chat.types("Academia Boa Forma\n")
        await until(lambda: "Passo 2 de 4" in chat.out, within=60)
        os.kill(chat.process.pid, signal.SIGKILL)
        await chat.process.wait()
    again = await emdia(tmp_path, "chat", typed="Vitória\n")
    assert again.code == 0
    assert "Passo 3 de 4" in again.out
