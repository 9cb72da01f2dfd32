"""The commits in the box are named as Git names them, and refused as GitHub refuses them."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.sandbox.github.git import Git
from bot.sandbox.github.routes import GitHubBox
from tests.support.github_box import HOUSE, TOKEN, a_github_box

AUTHOR = {"name": "Rita", "email": "rita@example.com"}


@pytest.fixture
async def box() -> AsyncIterator[GitHubBox]:
    async with a_github_box() as box:
        yield box


async def ask(box: GitHubBox, method: str, path: str, body: object = None) -> tuple[int, Any]:
    url = f"{box.url}/repos/{HOUSE}/git/{path}"
    headers = {"authorization": f"token {TOKEN}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.request(method, url, json=body) as answer,
    ):
        return answer.status, await answer.json()


def test_contents_and_folders_have_their_names_in_git() -> None:
    git = Git()
    tree = git.keep({"a/b.txt": b"hello\n", "c.txt": b""})
    listed = {one["path"]: one["sha"] for one in git.listing(tree, deep=True)}
    # As `git hash-object` and `git write-tree` name the same.
    assert listed == {
        "a": "dd5a3627ad3d4a1eaa9b180972bab37891a5e101",
        "a/b.txt": "ce013625030ba8dba906f756967f9e9ca394464a",
        "c.txt": "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
    }
    assert tree == "43c4fa1be45c6a3b6ef03d6e8e864a790b53bcc8"


async def test_a_branch_is_moved_only_forward(box: GitHubBox) -> None:
    git = box.world.git
    first = git.head
    assert first
    tree = git.commits[first]["tree"]["sha"]
    about = {"message": "Ours", "tree": tree, "parents": [first], "author": AUTHOR}
    _, made = await ask(box, "POST", "commits", about)
    git.edit("x", b"", "Caio")
    status, told = await ask(box, "PATCH", "refs/heads/main", {"sha": made["sha"], "force": False})
    assert (status, told["message"]) == (422, "Update is not a fast forward")
    status, _ = await ask(box, "PATCH", "refs/heads/main", {"sha": made["sha"], "force": True})
    assert (status, git.head) == (200, made["sha"])


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "ref/heads/other", None, 404),
        ("GET", "commits/0", None, 404),
        ("GET", "trees/main", None, 404),
        ("GET", "blobs/0", None, 404),
        ("PATCH", "refs/heads/other", {"sha": "0"}, 422),
        ("PATCH", "refs/heads/main", {"sha": "0"}, 422),
        ("POST", "commits", {"message": "x", "tree": "0", "parents": []}, 422),
        ("POST", "trees", {"tree": []}, 422),
        ("POST", "trees", {"base_tree": "0", "tree": []}, 422),
        ("POST", "trees", {"tree": [{"path": "x", "mode": "1", "type": "blob"}]}, 422),
    ],
)
async def test_what_cannot_be_is_refused(
    box: GitHubBox, method: str, path: str, body: object, status: int
) -> None:
    assert (await ask(box, method, path, body))[0] == status


async def test_a_commit_needs_its_parents_and_a_whole_author(box: GitHubBox) -> None:
    git = box.world.git
    tree = git.commits[str(git.head)]["tree"]["sha"]
    about = {"message": "x", "tree": tree, "parents": ["0"]}
    assert (await ask(box, "POST", "commits", about))[0] == 422
    about = {"message": "x", "tree": tree, "parents": [], "author": {"name": "Rita"}}
    assert (await ask(box, "POST", "commits", about))[0] == 422


async def test_what_is_not_there_cannot_be_taken_out(box: GitHubBox) -> None:
    git = box.world.git
    tree = git.commits[str(git.head)]["tree"]["sha"]
    gone = {"path": "nothing", "mode": "100644", "type": "blob", "sha": None}
    assert (await ask(box, "POST", "trees", {"base_tree": tree, "tree": [gone]}))[0] == 422
    empty = Git()
    box.world.git = empty
    assert empty.files == {}
