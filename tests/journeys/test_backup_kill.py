"""A backup that is killed in the middle is never taken for a whole one."""

import asyncio
import sys
from pathlib import Path

import sqlalchemy as sa

from bot.composition.backup_keys import make_key
from bot.storage.engine import make_engines
from tests.support.cli import emdia, environment
from tests.support.databases import PostgresDatabases
from tests.support.waiting import until


async def test_a_process_killed_in_the_middle_leaves_no_file_of_that_name(
    postgres_databases: PostgresDatabases, tmp_path: Path
) -> None:
    """A table that is locked keeps it in the middle for as long as it takes to be killed."""
    recipient = make_key(tmp_path / "owner.key")
    async with postgres_databases.fresh() as url:
        settings = {"database_url": url, "data_dir": "data", "backup_recipient": recipient}
        engines = make_engines(url)
        async with engines.writer.connect() as connection:
            await connection.execute(sa.text("LOCK TABLE tickets IN ACCESS EXCLUSIVE MODE"))
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "backup", "--to", "one.age"),
                env=environment(**settings),
                cwd=tmp_path,
            )
            try:
                await until(lambda: any(tmp_path.glob(".one.age.*")), within=60)
            finally:
                process.kill()
                await process.wait()
        await engines.dispose()
        assert not (tmp_path / "one.age").exists()
        made = await emdia(tmp_path, "backup", "--to", "one.age", **settings)
        assert made.code == 0, made.err
        back = await emdia(
            tmp_path, "restore", "one.age", "--into", "sqlite:///other.sqlite3", **settings
        )
        assert back.code == 0, back.err
