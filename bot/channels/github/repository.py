"""The one repository that things are kept in: only a private one, and one that is written to."""

from typing import Any

from bot.channels.github.wire import Wire
from bot.domain.errors import Refusal

_README = "IyBFbURpYQoKRW5jcnlwdGVkIGJhY2t1cHMgYXJlIGluIHRoZSByZWxlYXNlcy4K"


class Repository:
    """``home`` is where its addresses begin."""

    def __init__(self, wire: Wire, name: str) -> None:
        self.home = f"/repos/{name}"
        self._wire = wire

    async def checked(self) -> dict[str, Any]:
        """What it is; what is the house's goes nowhere that strangers may read, nor is it lost."""
        found: dict[str, Any] = await self._wire.ask("GET", self.home)
        if found.get("private") is not True:
            raise Refusal("errors.github.public")
        if found.get("archived"):
            raise Refusal("errors.github.denied")
        return found

    async def begin(self) -> None:
        """Make the first commit: without one there is no branch, and no release."""
        readme = {"message": "Begin", "content": _README}
        await self._wire.ask("PUT", f"{self.home}/contents/README.md", readme)
