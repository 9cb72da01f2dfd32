"""What an Evolution API server refuses, in its own shape."""

from http import HTTPStatus
from typing import Any


class EvolutionError(Exception):
    """An answer with ``status``, ``error`` and ``response.message``."""

    def __init__(self, status: int, *messages: Any) -> None:
        super().__init__(f"{status} {messages}")
        self.status = status
        self.messages = list(messages)

    def body(self) -> dict[str, Any]:
        """The answer's body."""
        error = HTTPStatus(self.status).phrase
        return {"status": self.status, "error": error, "response": {"message": self.messages}}


def wrong(why: str) -> EvolutionError:
    """A request that does not fit the schema."""
    return EvolutionError(400, why)


def closed() -> EvolutionError:
    """No connection to the network just now."""
    return EvolutionError(400, "Error: Connection Closed")


def no_such_instance(name: str) -> EvolutionError:
    """Nobody made one of that name."""
    return EvolutionError(404, f'The "{name}" instance does not exist')
