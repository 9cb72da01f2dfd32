"""``emdia doctor`` on WhatsApp's Cloud API: each thing that keeps it from working is found."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.channels.whatsapp.token import MANAGEMENT, MESSAGING, TokenFacts, token_facts
from bot.composition.checkup import chats, cloud
from bot.composition.checkup.findings import Finding, State
from bot.config import Settings
from bot.domain.errors import Refusal
from bot.domain.own_number import NumberFacts
from bot.sandbox import Sandbox
from bot.words import Catalogues
from tests.support.cloud import a_client
from tests.support.town import the_settings

WORDS = Catalogues()


@pytest.fixture
async def box(box: Sandbox) -> Sandbox:
    box.whatsapp.subscribed = True
    return box


@pytest.fixture
def settings(box: Sandbox, tmp_path: Path) -> Settings:
    url = f"sqlite:///{tmp_path}/none.sqlite3"
    return the_settings(box, url, data_dir=tmp_path, public_url="https://bot.example.com")


async def found(settings: Settings) -> list[Finding]:
    return [one for one in await chats.whatsapp(settings, WORDS) if one.check == "whatsapp"]


def keys(looked: list[Finding]) -> list[str]:
    return [finding.said.key for finding in looked]


async def test_a_number_that_is_well_is_told_with_what_it_may_do(settings: Settings) -> None:
    (fine,) = await found(settings)
    assert (fine.state, fine.said.key) == (State.OK, "doctor.whatsapp.ok_people")
    assert fine.said.params["count"] == 2000


@pytest.mark.parametrize("lacking", [MESSAGING, MANAGEMENT])
async def test_a_permission_that_is_missing_is_named(
    settings: Settings, box: Sandbox, lacking: str
) -> None:
    box.whatsapp.scopes -= {lacking}
    first = (await found(settings))[0]
    assert (first.state, first.said.key) == (State.BROKEN, "doctor.token.missing")
    assert lacking in WORDS.say(first.said, "en")
    assert first.todo is not None


@pytest.mark.parametrize("lacking", [(), (MESSAGING,), (MANAGEMENT,), (MESSAGING, MANAGEMENT)])
async def test_a_token_that_may_not_look_at_itself_is_found_out_by_harmless_calls(
    box: Sandbox, lacking: tuple[str, ...]
) -> None:
    box.whatsapp.scopes -= set(lacking)
    box.faults.next("whatsapp.other", "own_error", code=100, status=400)
    client = a_client(box)
    assert await token_facts(client) == TokenFacts(lacking)
    await client.close()
    assert box.accepted("whatsapp") == []


async def test_a_token_that_is_none_is_refused(box: Sandbox) -> None:
    client = a_client(box, token="old")  # noqa: S106 - nobody's
    with pytest.raises(Refusal) as refused:
        await token_facts(client)
    await client.close()
    assert refused.value.key == "reason.whatsapp.token_wrong"


async def test_a_token_that_will_end_is_told_before_it_does(
    settings: Settings, box: Sandbox
) -> None:
    box.whatsapp.token_ends = 1_800_000_000
    first = (await found(settings))[0]
    assert (first.state, first.said.key) == (State.ATTENTION, "doctor.token.ends")
    assert first.said.params["at"] == datetime.fromtimestamp(1_800_000_000, UTC)


async def test_an_account_that_tells_nobody_is_broken(settings: Settings, box: Sandbox) -> None:
    box.whatsapp.subscribed = False
    assert "doctor.whatsapp.deaf" in keys(await found(settings))


@pytest.mark.parametrize(
    ("override", "told"),
    [
        ("", False),
        ("https://bot.example.com/webhooks/whatsapp", False),
        ("https://other.example.com/webhooks/whatsapp", True),
    ],
)
async def test_an_account_that_tells_somebody_else_is_broken(
    settings: Settings, box: Sandbox, override: str, *, told: bool
) -> None:
    box.whatsapp.override = override
    assert ("doctor.whatsapp.elsewhere" in keys(await found(settings))) is told


def test_everything_that_ails_the_number_is_told_at_once() -> None:
    looked = cloud.standing(
        NumberFacts("+55", "Sol", status="FLAGGED", quality="RED", name_status="DECLINED")
    )
    assert keys(looked) == [
        "doctor.whatsapp.status",
        "doctor.whatsapp.name",
        "doctor.whatsapp.quality",
    ]
    assert all(finding.todo for finding in looked)


def test_a_number_without_a_limit_names_none() -> None:
    assert keys(cloud.standing(NumberFacts(limit="TIER_UNLIMITED"))) == ["doctor.whatsapp.ok"]
