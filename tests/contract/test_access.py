"""Tokens of programs: shown once, kept by their hash, ended at once; one deed for one key."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain.errors import Conflict, NotFound, Refusal
from bot.domain.ids import TokenId
from bot.domain.role import Role
from bot.domain.scope import Scope
from bot.services.access import MOST, PREFIX
from bot.services.ports.access import KEPT_FOR, Done
from bot.storage.tables import api_tokens, audit, outbox
from tests.support.books import Books
from tests.support.talk import Talk


async def a_token(books: Books, *scopes: Scope, name: str = "site") -> tuple[str, TokenId]:
    async with books.open() as shop:
        by = await shop.access.owner()
        token, made = await shop.access.create(name, scopes or (Scope.READ,), by=by)
    return token, made.id


async def test_a_token_is_recognised_by_what_it_may(books: Books, owner: Talk) -> None:
    token, number = await a_token(books, Scope.READ, Scope.SEND)
    async with books.open() as shop:
        found = await shop.access.recognise(token)
    assert found is not None
    assert found.id == number
    assert found.scopes == {Scope.READ, Scope.SEND}


async def test_only_the_hash_of_a_token_is_kept(books: Books, owner: Talk) -> None:
    token, _ = await a_token(books)
    async with books.open() as shop:
        rows = (await shop.unit.connection.execute(sa.select(api_tokens))).all()
        noted = (await shop.unit.connection.execute(sa.select(audit))).all()
    assert token.startswith(PREFIX)
    assert token not in str(rows) + str(noted)


@pytest.mark.parametrize("other", ["", "emdia_", "emdia_" + "A" * 43, "Bearer x", "emdia_\x00"])
async def test_nothing_else_is_a_token(books: Books, owner: Talk, other: str) -> None:
    await a_token(books)
    async with books.open() as shop:
        assert await shop.access.recognise(other) is None


async def test_an_ended_token_opens_nothing(books: Books, owner: Talk) -> None:
    token, number = await a_token(books)
    async with books.open() as shop:
        by = await shop.access.owner()
        await shop.access.revoke(number, by=by)
        assert await shop.access.recognise(token) is None
        assert await shop.access.standing() == []
        with pytest.raises(NotFound):
            await shop.access.revoke(number, by=by)


async def test_there_are_so_many_tokens_and_no_more(books: Books, owner: Talk) -> None:
    for number in range(MOST):
        await a_token(books, name=f"site {number}")
    with pytest.raises(Refusal, match="too_many"):
        await a_token(books)


async def test_nobody_makes_tokens_for_a_house_without_an_owner(books: Books) -> None:
    with pytest.raises(Refusal, match="nobody_owns"):
        await a_token(books)


async def test_its_use_is_written_down_to_the_hour(books: Books, owner: Talk) -> None:
    token, number = await a_token(books)
    async with books.open() as shop:
        found = await shop.access.recognise(token)
        assert found is not None
        assert shop.access.is_news(found)
        await shop.access.used(number)
        again = await shop.access.recognise(token)
        assert again is not None
        assert not shop.access.is_news(again)
        books.clock.advance(hours=1)
        assert shop.access.is_news(again)


async def test_a_key_stands_for_one_deed(books: Books, owner: Talk) -> None:
    _, number = await a_token(books)
    async with books.open() as shop:
        assert await shop.access.begin(number, "k", b"asked") is None
        await shop.access.done(number, "k", 201, "answer")
    async with books.open() as shop:
        done = await shop.access.begin(number, "k", b"asked")
        assert done is not None
        assert (done.status, done.answer) == (201, "answer")
        with pytest.raises(Conflict):
            await shop.access.begin(number, "k", b"something else")


async def test_keys_of_two_tokens_do_not_meet(books: Books, owner: Talk) -> None:
    (_, one), (_, other) = await a_token(books), await a_token(books)
    async with books.open() as shop:
        assert await shop.access.begin(one, "k", b"asked") is None
        assert await shop.access.begin(other, "k", b"something else") is None


async def test_a_key_may_stand_for_something_new_a_day_later(books: Books, owner: Talk) -> None:
    _, number = await a_token(books)
    async with books.open() as shop:
        await shop.access.begin(number, "k", b"asked")
    books.clock.advance(seconds=int(KEPT_FOR.total_seconds()) + 1)
    async with books.open() as shop:
        assert await shop.access.begin(number, "k", b"something else") is None


async def test_a_deed_that_failed_leaves_its_key_free(books: Books, owner: Talk) -> None:
    _, number = await a_token(books)

    async def fails() -> None:
        async with books.open() as shop:
            await shop.access.begin(number, "k", b"asked")
            raise Refusal("errors.api.nobody_owns")

    with pytest.raises(Refusal):
        await fails()
    async with books.open() as shop:
        assert await shop.access.begin(number, "k", b"asked") is None


async def test_of_two_at_once_the_second_hears_what_the_first_did(
    books: Books, owner: Talk
) -> None:
    _, number = await a_token(books)

    async def asks(name: str) -> Done | None:
        async with books.open() as shop:
            done = await shop.access.begin(number, "k", b"asked")
            if done is None:
                await shop.access.done(number, "k", 201, name)
            return done

    answers = await asyncio.gather(*(asks(f"the {place}th") for place in range(4)))
    (first,) = {answer.answer for answer in answers if answer}
    assert sum(answer is None for answer in answers) == 1
    assert first.startswith("the ")


async def test_the_owner_makes_one_and_ends_it_in_the_chat(books: Books, owner: Talk) -> None:
    await owner.says("/config")
    await owner.taps("settings.go.behind")
    await owner.taps("settings.go.access")
    assert owner.sees == ["api.none"]
    await owner.taps("api.new")
    await owner.says("Meu site")
    await owner.taps("api.grant.write")
    assert owner.sees == ["api.made", "api.made_once"]
    token = str(owner.lines[0].params["token"].params["words"])  # type: ignore[union-attr]
    async with books.open() as shop:
        made = await shop.access.recognise(token)
    assert made is not None
    assert made.scopes == {Scope.READ, Scope.WRITE}
    await owner.taps("api.back")
    assert "Meu site" in owner.reads
    assert token not in owner.reads
    await owner.taps("api.revoke")
    await owner.taps("api.revoke_yes")
    assert owner.sees == ["api.revoked"]
    async with books.open() as shop:
        assert await shop.access.recognise(token) is None


async def test_a_manager_lets_no_program_in(books: Books, owner: Talk) -> None:
    manager = Talk(books, sender="7002")
    await manager.join(Role.MANAGER)
    await manager.says("/config")
    await manager.taps("settings.go.behind")
    assert "settings.go.access" not in manager.offered
    await manager.says("/acesso")
    assert "api.none" not in manager.sees


async def test_a_message_that_showed_a_token_is_emptied_once_it_has_left(
    books: Books, owner: Talk
) -> None:
    await owner.says("/acesso")
    await owner.taps("api.new")
    await owner.says("Meu site", "tudo")
    kept = sa.select(outbox.c.payload).where(outbox.c.payload.contains(PREFIX))
    async with books.open() as shop:
        await shop.unit.api_tokens.hide(books.clock.now())
        assert (await shop.unit.connection.execute(kept)).all(), "it has not left yet"
        await shop.unit.connection.execute(sa.update(outbox).values(state="accepted"))
        await shop.unit.api_tokens.hide(books.clock.now() + timedelta(minutes=1))
        assert not (await shop.unit.connection.execute(kept)).all()
