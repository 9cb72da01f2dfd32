"""A worker's own door for monitors: without it a Prometheus would see only those that take in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.composition.health import Health
from bot.config import Settings
from bot.domain.errors import Refusal
from bot.web.app import Server
from bot.web.monitors import monitored


@asynccontextmanager
async def open_to_monitors(health: Health, settings: Settings) -> AsyncIterator[None]:
    """Answer them while inside, if there is a port for it."""
    port = settings.metrics_port
    if port is None:
        yield
        return
    server = Server(monitored(health.ready, health.metrics), settings.host, port)
    try:
        await server.start()
    except OSError as error:
        raise Refusal("program.port_taken", host=settings.host, port=str(port)) from error
    try:
        yield
    finally:
        await server.stop()
