"""Backups at GitHub: only in a private repository, each once, through whatever GitHub does."""

from collections.abc import AsyncIterator, Collection
from pathlib import Path

import pytest

from bot.channels.github.depot import TAG, GitHubDepot
from bot.channels.github.wire import Newest, Wire
from bot.domain.clock import FrozenClock
from bot.domain.errors import Refusal
from bot.resilience.breaker import Breaker
from bot.sandbox.github.routes import GitHubBox
from tests.support.books import NOON
from tests.support.github_box import HOUSE, TOKEN, a_github_box

NAME = "emdia-20261125T063000Z.age"
CONTENT = b"age-encryption.org/v1\n" + bytes(range(256)) * 2000


@pytest.fixture
async def box() -> AsyncIterator[GitHubBox]:
    async with a_github_box() as box:
        yield box


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def depot(box: GitHubBox, clock: FrozenClock) -> GitHubDepot:
    return GitHubDepot(box.url, HOUSE, TOKEN, clock)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks again asks at once."""
    for step in ("_look", "_release", "_send", "_tidy"):
        monkeypatch.setattr(getattr(GitHubDepot, step).retry, "wait", lambda _state: 0)


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    path = tmp_path / NAME
    path.write_bytes(CONTENT)
    return path


def all_of(names: Collection[str]) -> Collection[str]:
    return names


async def refused(depot: GitHubDepot, path: Path) -> str:
    with pytest.raises(Refusal) as refusal:
        await depot.put(path, all_of)
    return refusal.value.key.removeprefix("errors.github.")


async def test_a_backup_becomes_a_file_of_one_release(
    box: GitHubBox, depot: GitHubDepot, backup: Path
) -> None:
    await depot.put(backup, all_of)
    assert box.world.names == [NAME]
    assert box.world.release
    assert box.world.release["tag_name"] == TAG
    assert list(box.world.contents.values()) == [CONTENT]


async def test_the_same_one_is_not_sent_twice(
    box: GitHubBox, depot: GitHubDepot, backup: Path
) -> None:
    await depot.put(backup, all_of)
    await depot.put(backup, all_of)
    assert sum(one.startswith("POST /uploads") for one in box.world.asked) == 1


async def test_what_has_not_changed_is_not_sent_again_by_github(
    box: GitHubBox, depot: GitHubDepot, backup: Path
) -> None:
    await depot.put(backup, all_of)
    before = box.world.unchanged
    await depot.put(backup, all_of)
    assert box.world.unchanged >= before + 3  # the repository, the release, its files


async def test_a_public_repository_gets_nothing(
    box: GitHubBox, depot: GitHubDepot, backup: Path
) -> None:
    box.world.private = False
    assert await refused(depot, backup) == "public"
    assert box.world.asked == [f"GET /repos/{HOUSE}"]
    box.world.private, box.world.archived = True, True
    assert await refused(depot, backup) == "denied"


async def test_a_repository_made_public_later_is_noticed(
    box: GitHubBox, depot: GitHubDepot, backup: Path
) -> None:
    await depot.put(backup, all_of)
    box.world.private = False
    assert await refused(depot, backup) == "public"


async def test_an_empty_repository_gets_its_first_commit(
    box: GitHubBox, depot: GitHubDepot, backup: Path
) -> None:
    box.world.git.head = None
    await depot.put(backup, all_of)
    assert (len(box.world.git.history), box.world.names) == (1, [NAME])


async def test_what_need_not_stay_is_deleted_and_what_is_not_ours_is_left(
    box: GitHubBox, depot: GitHubDepot, backup: Path
) -> None:
    box.world.keep("emdia-old.age", b"old")
    box.world.keep("notes.txt", b"somebody's")
    await depot.put(backup, lambda names: [name for name in names if name != "emdia-old.age"])
    assert box.world.names == [NAME, "notes.txt"]


async def test_what_is_left_of_an_upload_that_broke_off_gives_way(
    box: GitHubBox, depot: GitHubDepot, backup: Path
) -> None:
    box.world.keep(NAME, b"half", whole=False)
    await depot.put(backup, all_of)
    assert box.world.names == [NAME]
    assert len(box.world.files) == 1


@pytest.mark.parametrize("fault", ["own_error", "html", "drop", "html_after", "drop_after"])
@pytest.mark.parametrize("method", ["github.GET", "github.POST", "github.upload"])
async def test_trouble_that_passes_is_overcome_and_leaves_one_file(
    box: GitHubBox, depot: GitHubDepot, backup: Path, method: str, fault: str
) -> None:
    box.world.faults.next(method, fault, times=2)
    await depot.put(backup, all_of)
    assert box.world.names == [NAME]
    assert len(box.world.files) == 1
    assert list(box.world.contents.values())[-1] == CONTENT


async def test_a_deletion_whose_answer_got_lost_is_done(
    box: GitHubBox, depot: GitHubDepot, backup: Path
) -> None:
    box.world.keep("emdia-old.age", b"old")
    box.world.faults.next("github.DELETE", "drop_after")
    await depot.put(backup, lambda names: [name for name in names if name != "emdia-old.age"])
    assert box.world.names == [NAME]


async def test_who_is_asked_to_wait_does_not_ask_again_now(
    box: GitHubBox, depot: GitHubDepot, backup: Path
) -> None:
    box.world.faults.next("github.GET", "throttle", retry_after=60)
    assert await refused(depot, backup) == "limited"
    assert len(box.world.asked) == 1


async def test_a_github_that_stays_away_is_left_alone_for_a_while(
    box: GitHubBox, depot: GitHubDepot, backup: Path, clock: FrozenClock
) -> None:
    box.world.faults.next("github.GET", "html", times=6)
    assert await refused(depot, backup) == "away"
    assert await refused(depot, backup) == "away"
    asked = len(box.world.asked)
    assert await refused(depot, backup) == "away"  # without a word to GitHub
    assert len(box.world.asked) == asked == 5
    box.world.faults.clear()
    clock.advance(minutes=1)
    await depot.put(backup, all_of)
    assert box.world.names == [NAME]


@pytest.mark.parametrize(
    ("repository", "token", "why"),
    [(HOUSE, "wrong", "denied"), ("academia/other", TOKEN, "missing")],
)
async def test_a_wrong_token_or_name_is_told_apart(
    box: GitHubBox, clock: FrozenClock, backup: Path, repository: str, token: str, why: str
) -> None:
    assert await refused(GitHubDepot(box.url, repository, token, clock), backup) == why


async def test_a_file_beyond_githubs_limit_is_not_tried(
    box: GitHubBox, depot: GitHubDepot, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.github.depot._MOST_BYTES", 1000)
    assert await refused(depot, backup) == "too_large"
    assert box.world.asked == []


async def test_nobody_there_is_told_in_words(clock: FrozenClock, backup: Path) -> None:
    depot = GitHubDepot("http://127.0.0.1:9", HOUSE, TOKEN, clock)
    assert await refused(depot, backup) == "away"


@pytest.mark.parametrize(
    ("api", "url", "theirs"),
    [
        ("https://api.github.com", "https://api.github.com/repos/a/b", True),
        ("https://api.github.com", "https://uploads.github.com/repos/a/b", True),
        ("https://api.github.com", "https://uploads.github.com.evil.example/x", False),
        ("https://api.github.com", "http://api.github.com/repos/a/b", False),
        ("https://api.github.com", "https://github.com/login", False),
        ("https://git.example.com/api/v3", "https://git.example.com/api/uploads/x", True),
        ("https://git.example.com/api/v3", "https://uploads.github.com/x", False),
        ("https://api.github.com", "http://169.254.169.254/latest", False),
    ],
)
async def test_our_token_goes_to_nobody_but_github(
    api: str, url: str, *, theirs: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    async def exchange(_wire: Wire, _session: object, _method: str, url: str, *_: object) -> object:
        asked.append(url)
        return 200, {"content-type": "application/json"}, b"{}"

    monkeypatch.setattr(Wire, "_exchange", exchange)
    wire = Wire(api, "token", Breaker("github", FrozenClock(NOON)))
    if theirs:
        await wire.ask("GET", url)
    else:
        with pytest.raises(Refusal, match=r"errors\.github\.refused"):
            await wire.ask("GET", url)
    await wire.close()
    assert asked == ([url] if theirs else [])


def test_only_the_newest_answers_are_remembered() -> None:
    kept = Newest()
    for number in range(250):
        kept[f"/commits/{number}"] = number
    assert len(kept) == 100
    assert "/commits/249" in kept
    assert "/commits/0" not in kept
