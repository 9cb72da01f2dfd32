"""What strangers call themselves and their files, as it comes in by the webhook."""

import sqlalchemy as sa

from bot.storage.tables import people
from tests.support.town import Town


async def test_a_name_that_turns_what_follows_round_is_kept_as_it_reads(town: Town) -> None:
    stranger = town.phone("5527998765432", "Ana\u202e\u200b  S\u0000ouza\n\u2066\ufeff")
    stranger.says("oi")
    await town.quiet()
    names = {row.name for row in await town.rows(sa.select(people.c.name))}
    assert "Ana Souza" in names


async def test_a_name_without_end_is_cut(town: Town) -> None:
    stranger = town.phone("5527998765432", "Ana " * 500)
    stranger.says("oi")
    await town.quiet()
    assert max(len(row.name) for row in await town.rows(sa.select(people.c.name))) <= 80
