"""The servers that tests run against, and the walls around the tests."""

import socket

import pytest
import redis.asyncio as redis
from pytest_socket import SocketConnectBlockedError

from tests.support.redis_server import running_redis


async def test_each_test_finds_redis_empty(redis_url: str) -> None:
    for _ in range(2):
        async with redis.from_url(redis_url) as line:
            assert await line.dbsize() == 0
            await line.set("left", "behind")
            assert await line.dbsize() == 1
            await line.flushall()


async def test_a_redis_of_ones_own_can_die_and_come_back() -> None:
    with running_redis() as server:
        server.die()
        async with redis.from_url(server.url, retry=None) as line:
            with pytest.raises(redis.ConnectionError):
                await line.get("anything")
    with running_redis(server.port) as back:
        async with redis.from_url(back.url) as line:
            assert await line.get("anything") is None


async def test_a_redis_that_hangs_answers_once_it_goes_on() -> None:
    with running_redis() as server:
        server.hang()
        async with redis.from_url(server.url, socket_timeout=0.2, retry=None) as line:
            with pytest.raises(redis.TimeoutError):
                await line.get("anything")
        server.go_on()
        async with redis.from_url(server.url) as line:
            assert await line.get("anything") is None


def test_nothing_leaves_this_machine() -> None:
    # The guard warns as it raises, and here a warning is an error of its own.
    with socket.socket() as line, pytest.raises((SocketConnectBlockedError, UserWarning)):
        line.connect(("192.0.2.1", 80))  # an address set aside for documentation
