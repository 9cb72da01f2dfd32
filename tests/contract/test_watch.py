"""The house watches itself: it tells of trouble once, and when it is over; it keeps the record."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.domain.role import Role
from bot.domain.service_level import ANSWER_S
from bot.domain.watch import MINUTE, Sample, minute_of
from bot.forms.alerts import Alerts
from bot.services.watch import KEPT
from bot.storage.tables import outbox, samples
from bot.storage.wire import unpack
from tests.support.books import NOON, Books, words
from tests.support.talk import Talk

LATE, FINE = {"queue.oldest_s": 1000.0}, {"queue.oldest_s": 0.0}
FULL, ROOMY = {"disk.free_bytes": 1e8}, {"disk.free_bytes": 1e11}
FEW_FAST = (98, *(0,) * (len(ANSWER_S) - 1), 2)


async def minutes(books: Books, count: int, *seen: dict[str, float]) -> int:
    """So many minutes of a house whose processes see this; how often the owner was told."""
    told = 0
    for _ in range(count):
        books.clock.advance(minutes=1)
        for number, figures in enumerate(seen):
            told += await pulse(books, f"process {number}", figures)
    return told


async def pulse(books: Books, process: str, figures: dict[str, float]) -> int:
    async with books.open() as shop:
        sample = Sample(minute_of(books.clock.now()), process, figures)
        await shop.watch.was_away()
        await shop.watch.keep(sample)
        await shop.watch.look()
        return await shop.watch.tell()


async def notices(books: Books) -> list[str]:
    """What the owner was told, in Portuguese."""
    query = sa.select(outbox.c.payload).where(outbox.c.purpose == "watch").order_by(outbox.c.id)
    async with books.engines.reader.connect() as connection:
        payloads = (await connection.execute(query)).scalars().all()
    return [
        "\n".join(words().say(line, "pt_BR") for line in unpack(payload).body)
        for payload in payloads
    ]


@pytest.mark.usefixtures("owner")
async def test_trouble_is_told_once_and_once_more_when_it_is_over(books: Books) -> None:
    assert await minutes(books, 30, LATE) == 1
    assert "há mais de quinze minutos" in (await notices(books))[0]
    assert await minutes(books, 10, FINE) == 1
    assert "Já passou" in (await notices(books))[1]
    assert await minutes(books, 30, FINE) == 0


@pytest.mark.usefixtures("owner")
async def test_several_processes_tell_once(books: Books) -> None:
    assert await minutes(books, 10, LATE, FINE, LATE) == 1


@pytest.mark.usefixtures("owner")
async def test_troubles_that_come_together_are_told_together(books: Books) -> None:
    assert await minutes(books, 1, FINE) == 0
    away = {"away.redis": 1.0, "breaker.redis": 2.0, "clock.apart_s": 40.0}
    assert await minutes(books, 20, away) == 1
    told = (await notices(books))[0]
    assert "3 avisos" in told
    assert "Redis não responde" in told


@pytest.mark.usefixtures("owner")
async def test_what_can_wait_waits_until_the_house_opens(books: Books) -> None:
    night = NOON.replace(hour=3) + timedelta(days=1)
    books.clock.set(night)  # midnight in São Paulo
    assert await minutes(books, 10, LATE) == 0
    books.clock.set(night + timedelta(hours=9, minutes=10))
    assert await minutes(books, 1, LATE) == 1
    assert "Fiquei fora do ar" in (await notices(books))[0]
    assert "há mais de quinze minutos" in (await notices(books))[0]


@pytest.mark.usefixtures("owner")
async def test_what_cannot_wait_is_told_at_night_and_so_is_its_end(books: Books) -> None:
    books.clock.set(NOON.replace(hour=3) + timedelta(days=1))
    assert await minutes(books, 10, FULL | LATE) == 1
    told = await notices(books)
    assert "quase cheio" in told[0]
    assert "quinze minutos" not in told[0]
    assert await minutes(books, 10, ROOMY | LATE) == 1
    assert "Já passou: O disco" in (await notices(books))[1]


@pytest.mark.usefixtures("owner")
async def test_what_came_and_went_in_the_night_is_told_as_over(books: Books) -> None:
    books.clock.set(NOON.replace(hour=11, minute=40) + timedelta(days=1))  # opens in 20 minutes
    assert await minutes(books, 10, LATE) == 0
    assert await minutes(books, 20, FINE) == 1
    assert "e já passou" in (await notices(books))[0]


@pytest.mark.usefixtures("owner")
async def test_a_house_that_was_away_says_for_how_long(books: Books) -> None:
    await minutes(books, 5, FINE)
    books.clock.advance(minutes=30)
    assert await minutes(books, 1, FINE, FINE) == 1
    told = await notices(books)
    assert "Fiquei fora do ar" in told[0]
    assert "31 minutos" in told[0]


@pytest.mark.usefixtures("owner")
async def test_a_restart_is_no_absence(books: Books) -> None:
    await minutes(books, 5, FINE)
    books.clock.advance(minutes=1)
    assert await minutes(books, 5, FINE) == 0


async def test_the_chat_that_fails_does_not_carry_the_news(books: Books, owner: Talk) -> None:
    del owner  # who has only Telegram
    assert await minutes(books, 20, {"breaker.telegram": 2.0}) == 0
    assert await minutes(books, 10, {"breaker.telegram": 0.0}) == 1
    assert "e já passou" in (await notices(books))[0]


async def test_whoever_asks_sees_a_verdict(books: Books, owner: Talk) -> None:
    await owner.says("/saude")
    assert "health.not_seen" in owner.sees
    await minutes(books, 1, {"away.database": 0.0, "took_s.database": 0.004, **ROOMY})
    await owner.says("/saude")
    assert "Tudo bem" in owner.reads
    assert "Banco de dados: respondeu em 4 ms" in owner.reads
    assert "100 GB livres" in owner.reads
    await minutes(books, 10, LATE)
    await owner.taps("health.look_again")
    assert "merece uma olhada" in owner.reads
    await minutes(books, 10, FULL)
    await owner.says("/salud")
    assert "Precisa de você agora" in owner.reads


async def test_whoever_asks_sees_what_does_not_answer(books: Books, owner: Talk) -> None:
    figures = {
        "away.telegram": 1.0,
        "breaker.telegram": 2.0,
        "breaker.whatsapp": 1.0,
        "memory.left_share": 0.456,
        "clock.apart_s": 2.2,
    }
    await minutes(books, 1, figures)
    await owner.says("/health")
    assert "Telegram: não responde" in owner.reads
    assert "Telegram: falhou várias vezes" in owner.reads
    assert "WhatsApp: uma mensagem está testando" in owner.reads
    assert "Memória: 45 % livre" in owner.reads
    assert "Relógio: 2 s" in owner.reads


async def test_the_worst_that_any_process_saw_is_shown(books: Books, owner: Talk) -> None:
    await minutes(books, 1, {"disk.free_bytes": 5e9}, {"disk.free_bytes": 3e9})
    await owner.says("/saude")
    assert "3 GB livres" in owner.reads


async def test_when_a_backup_was_made_is_told(books: Books, owner: Talk) -> None:
    await minutes(books, 1, {"work.late_s": 0.0})
    await owner.says("/saude")
    assert "health.no_backup" in owner.sees
    await minutes(books, 1, {"backup.age_s": 3600.0})
    await owner.says("/saude")
    assert "Última cópia de segurança em 15/10/2026 11:02" in owner.reads
    await minutes(books, 6, {"backup.age_s": 37 * 3600.0})
    await owner.says("/saude")
    assert "é de mais de um dia e meio atrás" in owner.reads


async def test_only_who_decides_may_ask(books: Books) -> None:
    viewer = Talk(books, sender="7002")
    await viewer.join(Role.VIEWER)
    await viewer.says("/saude")
    assert "health.title" not in viewer.sees


async def test_the_month_is_told_from_its_minutes(books: Books, owner: Talk) -> None:
    first = minute_of(books.clock.now())
    async with books.open() as shop:
        for place in range(100):
            if place not in range(40, 50):  # ten minutes away
                sample = Sample(first + MINUTE * place, "one", {}, FEW_FAST, 0, 4, 1)
                await shop.unit.watching.keep(sample)
                await shop.unit.watching.keep(Sample(first + MINUTE * place, "two"))
    books.clock.set(first + MINUTE * 99)
    await owner.says("/saude sla")
    assert "No ar: 90 % do tempo (10 minutos fora)" in owner.reads
    assert "95 de cada 100 em até 2 ms" in owner.reads
    assert "Envios aceitos: 75 % de 360 tentativas" in owner.reads
    assert "health.level.no_trouble" in owner.sees


async def test_the_month_tells_how_soon_it_recovered(books: Books, owner: Talk) -> None:
    await minutes(books, 12, LATE)
    await minutes(books, 5, FINE)
    await owner.says("/saude")
    await owner.taps("health.go.level")
    assert "1 problema, resolvido em" in owner.reads


async def test_a_month_that_began_before_counts_from_its_first_day(books: Books) -> None:
    async with books.open() as shop:
        await shop.unit.watching.keep(Sample(books.clock.now() - timedelta(days=20), "one"))
        await shop.unit.watching.keep(Sample(minute_of(books.clock.now()), "one"))
        level = await shop.watch.month()
    began = datetime.fromisoformat("2026-10-01T00:00-03:00")
    assert (level.minutes, level.served) == ((books.clock.now() - began) // MINUTE + 1, 1)


async def test_the_minute_that_is_not_over_is_not_missed_yet(books: Books) -> None:
    await minutes(books, 5, FINE)
    books.clock.advance(minutes=1, seconds=30)
    async with books.open() as shop:
        assert (await shop.watch.month()).availability == 1
    books.clock.advance(minutes=1)
    async with books.open() as shop:
        assert (await shop.watch.month()).minutes == 6


async def test_a_minute_is_kept_once(books: Books) -> None:
    async with books.open() as shop:
        await shop.watch.keep(Sample(NOON, "one", {"first": 1.0}))
        await shop.watch.keep(Sample(NOON, "one", {"second": 1.0}))
        kept = await shop.unit.watching.since(NOON - MINUTE)
    assert [sample.figures for sample in kept] == [{"first": 1.0}]


async def test_what_is_old_is_forgotten(books: Books) -> None:
    await minutes(books, 5, LATE)
    await minutes(books, 5, FINE)
    books.clock.advance(days=KEPT.days)
    books.clock.advance(minutes=1)
    await minutes(books, 1, FINE)
    async with books.open() as shop:
        await shop.watch.forget()
    async with books.engines.reader.connect() as connection:
        count = sa.select(sa.func.count()).select_from(samples)
        left = (await connection.execute(count)).scalar_one()
    assert left == 1


async def test_nobody_is_told_while_nobody_has_the_house(books: Books) -> None:
    assert await minutes(books, 10, LATE) == 0


def said(*alerts: tuple[str, str, dict[str, str]]) -> Alerts:
    """A delivery: the status, when it began, the labels; what is over is so since noon."""
    return Alerts.model_validate(
        {
            "alerts": [
                {
                    "status": status,
                    "labels": labels,
                    "annotations": {"summary": "Está quente"},
                    "startsAt": began,
                    "endsAt": NOON.isoformat() if status == "resolved" else "0001-01-01T00:00:00Z",
                }
                for status, began, labels in alerts
            ]
        }
    )


async def heard(books: Books, *alerts: tuple[str, str, dict[str, str]]) -> int:
    async with books.open() as shop:
        return await shop.watch.heard(said(*alerts))


BEGAN = "2026-10-15T14:30:00Z"
REDIS = {"condition": "dependency_away", "about": "redis"}


@pytest.mark.usefixtures("owner")
async def test_what_alertmanager_fires_is_told_once_and_so_is_its_end(books: Books) -> None:
    both = (("firing", BEGAN, REDIS), ("firing", BEGAN, {"alertname": "Warm"}))
    assert await heard(books, *both) == 1
    assert await heard(books, *both) == 0
    assert await minutes(books, 10, FINE) == 0  # the house sees nothing, and ends nothing
    assert await heard(books, ("resolved", BEGAN, REDIS), both[1]) == 1
    began, over = await notices(books)
    assert "Redis não responde" in began
    assert "Alerta do Prometheus: Está quente" in began
    assert "Já passou: Redis não responde. Durou 30 minutos" in over
    assert "quente" not in over


@pytest.mark.usefixtures("owner")
async def test_what_the_house_noticed_itself_is_not_told_twice(books: Books) -> None:
    assert await minutes(books, 20, {"away.redis": 1.0}) == 1
    assert await heard(books, ("firing", BEGAN, REDIS)) == 0
    assert await heard(books, ("resolved", BEGAN, REDIS)) == 0
    assert await minutes(books, 10, {"away.redis": 0.0}) == 1


@pytest.mark.usefixtures("owner")
async def test_alertmanager_is_quiet_at_night_unless_it_cannot_wait(books: Books) -> None:
    books.clock.set(NOON.replace(hour=3) + timedelta(days=1))
    assert await heard(books, ("firing", BEGAN, {"alertname": "Warm"})) == 0
    assert await heard(books, ("firing", BEGAN, {"severity": "critical"})) == 1


@pytest.mark.usefixtures("owner")
async def test_the_end_of_what_nobody_knows_is_no_news(books: Books) -> None:
    assert await heard(books, ("resolved", BEGAN, REDIS)) == 0
