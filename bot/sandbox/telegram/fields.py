"""The parameters of one call: a form, a multipart form, JSON or a query string."""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.sandbox.telegram.errors import bad


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in the call."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Fields:
    """Everything is text on the wire; here it gets its types."""

    values: dict[str, str] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """As it came; nothing if it did not come."""
        return self.values.get(name, "")

    def number(self, name: str, default: int = 0) -> int:
        """A whole number."""
        raw = self.values.get(name)
        if raw is None:
            return default
        try:
            return int(raw)
        except ValueError:
            raise bad(f"can't parse {name}: {raw!r} is no number") from None

    def flag(self, name: str) -> bool:
        """Yes or no."""
        return self.text(name).lower() in ("true", "1", "yes")

    def parsed(self, name: str) -> Any:
        """What a nested parameter holds; None if it did not come."""
        raw = self.values.get(name)
        if not raw:
            return None
        try:
            return json.loads(raw)
        except ValueError:
            raise bad(f"can't parse {name} JSON object") from None


async def read_fields(request: web.Request) -> Fields:
    """Every parameter of the call, wherever it stands."""
    values = dict(request.query)
    files: dict[str, Upload] = {}
    if request.content_type == "application/json":
        values |= {name: _as_text(value) for name, value in (await request.json()).items()}
        return Fields(values)
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = Upload(value.filename, value.content_type, value.file.read())
        else:
            values[name] = value if isinstance(value, str) else bytes(value).decode()
    return Fields(values, files)


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
