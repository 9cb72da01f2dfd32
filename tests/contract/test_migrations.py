"""The revisions and the tables must say the same, on both databases, up and down."""

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import migrate
from bot.storage.engine import make_engines
from bot.storage.footprints import SUBJECTS
from bot.storage.migrate import current, downgrade, head, upgrade
from bot.storage.tables import channel_states, clients, metadata, people

Described = dict[str, list[str]]

SQLITE = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"
POSTGRES_COLUMNS = """
    SELECT table_name, concat_ws(' ', column_name, data_type, is_nullable, column_default,
                                 is_identity, identity_generation)
    FROM information_schema.columns WHERE table_schema = 'public'
"""
POSTGRES_CONSTRAINTS = """
    SELECT conname::text, conrelid::regclass || ' ' || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0
"""
SQLITE_TRIGGERS = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
TRIGGERS = "SELECT tgname::text, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
POSTGRES_INDEXES = "SELECT indexname::text, indexdef FROM pg_indexes WHERE schemaname = 'public'"


async def _described(url: str) -> Described:
    """Every table, column, constraint and index, in the database's own words."""
    engines = make_engines(url)
    async with engines.reader.connect() as connection:
        if connection.dialect.name == "sqlite":
            found = await _sqlite(connection)
        else:
            found = await _postgres(connection)
    await engines.dispose()
    # Alembic's own, the search, the kept sums and counts are not in the tables; other tests hold
    # them.
    theirs = re.compile("alembic|search|tally|tallies|generation")
    return {name: text for name, text in found.items() if not theirs.search(name)}


async def _sqlite(connection: AsyncConnection) -> Described:
    rows = (await connection.execute(sa.text(SQLITE))).all()
    # A table's lines may stand in another order, and where it was changed by copying it stand a
    # few more signs: neither changes anything.
    plain = {name: re.sub(r"DEFAULT \((.*?)\)", r"DEFAULT \1", text) for name, text in rows}
    plain = {name: text.replace(f'"{name}"', name, 1) for name, text in plain.items()}
    return {name: sorted(re.split(r",?\s*\n\s*", text)) for name, text in plain.items()}


async def _postgres(connection: AsyncConnection) -> Described:
    found: Described = {}
    for query in (POSTGRES_COLUMNS, POSTGRES_CONSTRAINTS, POSTGRES_INDEXES):
        for name, text in (await connection.execute(sa.text(query))).all():
            found.setdefault(name, []).append(text)
    return {name: sorted(texts) for name, texts in found.items()}


async def test_a_migrated_database_has_exactly_the_tables_that_the_code_knows(
    database_url: str, empty_database_url: str
) -> None:
    engines = make_engines(empty_database_url)
    async with engines.writer.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await engines.dispose()

    expected = await _described(empty_database_url)
    assert {table.name for table in metadata.sorted_tables} <= set(expected)
    assert await _described(database_url) == expected


async def test_the_schema_can_go_down_and_come_back_the_same(database_url: str) -> None:
    before = await _described(database_url)
    await downgrade(database_url, "base")
    assert await _described(database_url) == {}
    await upgrade(database_url)
    assert await _described(database_url) == before


async def test_no_revision_has_lost_what_counts_the_changes(database_url: str) -> None:
    # Copied by a revision on SQLite? Then "with kept_triggers(table)" around it.
    engines = make_engines(database_url)
    async with engines.reader.connect() as connection:
        lite = connection.dialect.name == "sqlite"
        rows = (await connection.execute(sa.text(SQLITE_TRIGGERS if lite else TRIGGERS))).all()
    await engines.dispose()
    counted = {name for name, _table in rows if name.startswith("generation_")}
    deeds = ("insert", "update", "delete", *(() if lite else ("truncate",)))
    assert counted == {f"generation_{table}_{deed}" for table in SUBJECTS for deed in deeds}
    assert {table for name, table in rows if name.startswith("tally_")} == {
        "charges",
        "payments",
        "subscriptions",
        "message_costs",
        "outbox",
    }


async def test_a_migrated_database_is_at_the_revision_of_the_program(database_url: str) -> None:
    assert await current(database_url) == head()


async def test_an_empty_database_is_at_no_revision(empty_database_url: str) -> None:
    assert await current(empty_database_url) is None


async def test_tables_that_did_not_change_ask_for_no_new_revision(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = tmp_path / "migrations"
    shutil.copytree(migrate.SCRIPTS, copied)
    monkeypatch.setattr(migrate, "SCRIPTS", copied)
    await migrate.revise(database_url, "nothing new")
    (written,) = (copied / "versions").glob("*_nothing_new.py")
    assert written.name == f"{int(migrate.head()):04}_nothing_new.py"
    assert "op." not in written.read_text()


async def test_migrating_again_keeps_what_is_there(database_url: str) -> None:
    await _add_client(database_url, "ana souza")
    await upgrade(database_url)
    assert await _found(database_url, "souza") == ["ana souza"]


async def test_a_client_is_found_by_a_part_of_the_name(database_url: str) -> None:
    await _add_client(database_url, "ana souza")
    await _add_client(database_url, "bruno lima")
    assert await _found(database_url, "souz") == ["ana souza"]


async def test_a_client_is_found_by_the_new_name_alone(database_url: str) -> None:
    await _add_client(database_url, "ana souza")
    await _write(database_url, clients.update().values(name_key="ana castro"))
    assert await _found(database_url, "souz") == []
    assert await _found(database_url, "castr") == ["ana castro"]


async def test_a_client_who_is_gone_is_not_found(database_url: str) -> None:
    await _add_client(database_url, "ana souza")
    await _write(database_url, clients.delete())
    assert await _found(database_url, "souz") == []


async def test_clients_from_before_the_search_are_found(database_url: str) -> None:
    await downgrade(database_url, "0001")
    await _add_client(database_url, "ana souza")
    await upgrade(database_url)
    assert await _found(database_url, "souz") == ["ana souza"]


async def test_each_rest_of_a_chat_gets_its_reason_and_gives_it_back(database_url: str) -> None:
    rest = datetime(2026, 11, 27, tzinfo=UTC)
    chats = {
        "alarm": (None, None, "a"),
        "both": (rest, rest, "b"),
        "starts": (None, rest, "s"),
        "stopped": (rest, None, "t"),
    }
    names = ("channel", "paused_until", "starts_rest_until", "trouble")
    told = [dict(zip(names, (chat, *states), strict=True)) for chat, states in chats.items()]
    reasons = {"alarm": ("a", ""), "both": ("b", "b"), "starts": ("", "s"), "stopped": ("t", "")}
    await downgrade(database_url, "0017")
    await _write(database_url, channel_states.insert().values(told))
    await upgrade(database_url)
    assert await _reasons(database_url, "trouble", "starts_trouble") == reasons
    await downgrade(database_url, "0017")
    before = {chat: (why,) for chat, (_, _, why) in chats.items()}
    assert await _reasons(database_url, "trouble") == before


async def test_a_migration_that_would_leave_orphans_changes_nothing(sqlite_url: str) -> None:
    engines = make_engines(sqlite_url)
    async with engines.writer.connect() as connection:
        raw: Any = (await connection.get_raw_connection()).driver_connection
        await raw.execute("PRAGMA foreign_keys=OFF")
        await raw.execute("INSERT INTO sessions VALUES (404, '{}', '2026-01-01 00:00:00')")
    await engines.dispose()

    with pytest.raises(ValueError, match="refer to nothing"):
        await downgrade(sqlite_url, "0001")
    assert await current(sqlite_url) == head()


async def _add_client(url: str, name: str) -> None:
    now = sa.func.current_timestamp()
    engines = make_engines(url)
    async with engines.writer.begin() as connection:
        person = {"language": "pt_BR", "created_at": now}
        added = await connection.execute(people.insert().values(**person).returning(people.c.id))
        number = added.scalar_one()
        client = {"name": name, "name_key": name, "phone": "+55", "phone_key": name}
        await connection.execute(
            clients.insert().values(person_id=number, created_at=now, **client)
        )
    await engines.dispose()


async def _reasons(url: str, *names: str) -> dict[str, tuple[str, ...]]:
    """By chat, what stands in these columns."""
    engines = make_engines(url)
    async with engines.reader.connect() as connection:
        query = sa.select(channel_states.c.channel, *(channel_states.c[name] for name in names))
        found = {chat: tuple(why) for chat, *why in await connection.execute(query)}
    await engines.dispose()
    return found


async def _write(url: str, statement: sa.Insert | sa.Update | sa.Delete) -> None:
    engines = make_engines(url)
    async with engines.writer.begin() as connection:
        await connection.execute(statement)
    await engines.dispose()


async def _found(url: str, part: str) -> list[str]:
    engines = make_engines(url)
    async with engines.reader.connect() as connection:
        if connection.dialect.name == "sqlite":
            query = "SELECT name_key FROM client_search WHERE client_search MATCH :part"
        else:
            query = "SELECT name_key FROM clients WHERE name_key LIKE '%' || :part || '%'"
        names = (await connection.execute(sa.text(query), {"part": part})).scalars().all()
    await engines.dispose()
    return list(names)
