"""``python -m benchmarks``: measure, and print the table."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer

from benchmarks import answers, cache, dispatch, ingest, planning, slow, starting
from benchmarks.figures import Figure, table
from benchmarks.servers import PostgresServer, a_server

_SUBJECTS = ("dispatch", "ingest", "planning", "answers", "cache", "starting", "slow")


def bench(
    *,
    only: Annotated[list[str] | None, typer.Argument(help=f"Of {', '.join(_SUBJECTS)}")] = None,
    rounds: Annotated[int, typer.Option(help="How often each is repeated; medians count.")] = 5,
    small: Annotated[
        bool, typer.Option("--small", help="A twentieth of the clients: to try it out.")
    ] = False,
) -> None:
    """Every figure beside its own baseline, in one run."""
    figures = asyncio.run(_all(only or list(_SUBJECTS), rounds, small=small))
    typer.echo(table(figures))


async def _all(wanted: list[str], rounds: int, *, small: bool) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="emdia-bench-") as place:
        folder = Path(place)
        async with a_server() as server:
            measures = _measures(folder, server, rounds, small=small)
            figures = []
            for name in wanted:
                typer.echo(f"measuring: {name}", err=True)
                figures += await measures[name]()
            return figures


def _measures(
    folder: Path, server: PostgresServer, rounds: int, *, small: bool
) -> dict[str, Callable[[], Awaitable[list[Figure]]]]:
    return {
        "dispatch": lambda: dispatch.measure(folder, server, rounds=rounds),
        "ingest": lambda: ingest.measure(folder, server, rounds=rounds),
        "planning": lambda: planning.measure(folder, small=small),
        "answers": lambda: answers.measure(folder, small=small),
        "cache": lambda: cache.measure(folder, rounds=rounds),
        "starting": lambda: starting.measure(folder, rounds=rounds, small=small),
        "slow": lambda: slow.measure(folder, rounds=rounds),
    }


if __name__ == "__main__":
    typer.run(bench)
