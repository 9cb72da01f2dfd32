"""The network's own limits: how fast, to one person, and to how many."""

import pytest

from bot.sandbox import Sandbox
from tests.support.boxes import CloudClient

ANA = "+5511987650001"


@pytest.fixture
async def box(box: Sandbox) -> Sandbox:
    box.seed_client(ANA, "Ana").says("oi")
    return box


async def codes(cloud: CloudClient, count: int, *, to: str | None = None) -> list[int]:
    """What each of so many messages was answered: zero, or the number of the refusal."""
    told = []
    for number in range(count):
        _, answer = await cloud.text(to=to or f"+55119876500{number:02}")
        told.append(answer.get("error", {}).get("code", 0))
    return told


async def test_nothing_is_limited_until_it_is_told(cloud: CloudClient) -> None:
    assert set(await codes(cloud, 50, to=ANA)) == {0}


async def test_more_in_a_second_than_the_number_takes_is_refused(
    box: Sandbox, cloud: CloudClient
) -> None:
    box.whatsapp.limits.per_second = 3
    assert 130429 in await codes(cloud, 20)
    box.advance(seconds=2)
    assert await codes(cloud, 1) == [0]


async def test_one_person_is_lent_45_messages_that_are_paid_back_in_six_seconds_each(
    box: Sandbox, cloud: CloudClient
) -> None:
    box.whatsapp.limits.pairs = True
    told = await codes(cloud, 47, to=ANA)
    assert told[:45] == [0] * 45
    assert told[46] == 131056
    box.advance(seconds=7)
    assert (await codes(cloud, 1, to=ANA))[0] == 0
    assert await codes(cloud, 1) == [0]


async def test_more_people_than_a_day_allows_are_refused_but_those_who_wrote_are_not(
    box: Sandbox, cloud: CloudClient
) -> None:
    box.whatsapp.limits.people_a_day = 2
    strangers = ["+5511987650011", "+5511987650012", "+5511987650013"]
    assert [(await codes(cloud, 1, to=to))[0] for to in strangers] == [0, 0, 131048]
    assert await codes(cloud, 1, to=strangers[0]) == [0]
    assert await codes(cloud, 1, to=ANA) == [0]
    box.advance(days=1, seconds=1)
    assert await codes(cloud, 1, to=strangers[2]) == [0]


async def test_groups_are_nobody_s_recipient(cloud: CloudClient) -> None:
    status, answer = await cloud.text(to=ANA, recipient_type="group")
    assert (status, answer["error"]["code"]) == (400, 131009)


async def test_a_part_that_no_template_has_is_refused(cloud: CloudClient) -> None:
    await cloud.template()
    footer = {"type": "footer", "parameters": []}
    template = {"name": "lembrete", "language": {"code": "pt_BR"}, "components": [footer]}
    status, answer = await cloud.send(type="template", template=template)
    assert (status, answer["error"]["code"]) == (400, 100)
