"""Who is calling, whichever chat and however their number is written."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.domain.errors import NotFound
from bot.domain.ids import PersonId
from bot.domain.message import Address, ChannelName
from bot.domain.role import Role
from bot.services.ports.people import Caller
from bot.storage.engine import Engines
from bot.storage.people import People

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
ON_WHATSAPP = ChannelName.WHATSAPP


def from_whatsapp(number: str, *aliases: str) -> Caller:
    return Caller(Address(ON_WHATSAPP, number), "Ana", "pt_BR", aliases)


async def test_somebody_new_is_a_stranger(engines: Engines) -> None:
    async with engines.writer.begin() as connection:
        person = await People(connection).calling(from_whatsapp("5511987654321"), NOW)
    assert (person.role, person.name, person.client_id) == (Role.STRANGER, "Ana", None)


async def test_the_ninth_digit_makes_no_second_person(engines: Engines) -> None:
    async with engines.writer.begin() as connection:
        people = People(connection)
        first = await people.calling(from_whatsapp("5527998142173"), NOW)
        second = await people.calling(from_whatsapp("552798142173"), NOW)
    assert first.id == second.id


async def test_an_alias_alone_still_leads_to_the_person(engines: Engines) -> None:
    async with engines.writer.begin() as connection:
        people = People(connection)
        first = await people.calling(from_whatsapp("5511987654321", "BR.abc"), NOW)
        second = await people.calling(from_whatsapp("BR.abc"), NOW)
    assert first.id == second.id


async def test_two_first_messages_at_once_make_one_person(engines: Engines) -> None:
    async def call() -> PersonId:
        async with engines.writer.begin() as connection:
            return (await People(connection).calling(from_whatsapp("5511987654321"), NOW)).id

    assert len(set(await asyncio.gather(call(), call(), call()))) == 1


async def test_roles_are_given_and_taken(engines: Engines) -> None:
    async with engines.writer.begin() as connection:
        people = People(connection)
        person = await people.calling(from_whatsapp("5511987654321"), NOW)
        await people.set_role(person.id, Role.MANAGER)
        assert [one.id for one in await people.staff()] == [person.id]
        await people.set_role(person.id, Role.STRANGER)
        assert await people.staff() == []
        assert (await people.get(person.id)).role is Role.STRANGER


async def test_whoever_writes_again_can_be_written_to_again(engines: Engines) -> None:
    async with engines.writer.begin() as connection:
        people = People(connection)
        person = await people.calling(from_whatsapp("5511987654321"), NOW)
        await people.unreachable([Address(ON_WHATSAPP, "+5511987654321")], "blocked", NOW)
        assert [one.unreachable for one in await people.addresses(person.id)] == [True]
        await people.calling(from_whatsapp("5511987654321"), NOW)
        assert [one.unreachable for one in await people.addresses(person.id)] == [False]


async def test_a_joined_chat_is_the_same_person(engines: Engines) -> None:
    async with engines.writer.begin() as connection:
        people = People(connection)
        owner = await people.calling(Caller(Address(ChannelName.TELEGRAM, "7"), "Bia", "en"), NOW)
        await people.calling(from_whatsapp("5511987654321"), NOW)
        await people.join(owner.id, ON_WHATSAPP, "5511987654321")
        assert (await people.calling(from_whatsapp("5511987654321"), NOW)).id == owner.id


async def test_nobody_is_not_found(engines: Engines) -> None:
    async with engines.reader.connect() as connection:
        with pytest.raises(NotFound):
            await People(connection).get(PersonId(99))
