"""Secrets out of files: ``EMDIA_<NAME>_FILE`` names one, as Docker and systemd hand secrets on."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
)

from bot.config.written import SettingsWrong

_SUFFIX = "_FILE"
_WITH_PASSWORDS = frozenset({"database_url", "redis_url"})
_MOST_BYTES = 64 * 1024  # no secret is longer; a disk named by mistake is not read


class SecretFiles(PydanticBaseSettingsSource):
    """What stands in the files that the other sources name."""

    def __init__(
        self, settings: type[BaseSettings], written: Iterable[PydanticBaseSettingsSource]
    ) -> None:
        super().__init__(settings)
        prefix = str(self.config.get("env_prefix", ""))
        said: dict[str, str | None] = {}
        for source in reversed(list(written)):
            if isinstance(source, EnvSettingsSource):
                said |= source.env_vars
        self.files = _files(settings, prefix, said)
        self._said = {name: said.get(name.lower()) for name in self.files}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """See the library; all is told by ``__call__``."""
        del field
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """The secrets by their fields; ``SettingsWrong`` says which file cannot be read."""
        prefix = str(self.config.get("env_prefix", ""))
        return {
            name.removeprefix(prefix).lower(): self._content(name, file)
            for name, file in self.files.items()
        }

    def _content(self, name: str, file: Path) -> str:
        setting = name + _SUFFIX
        if self._said[name]:
            raise SettingsWrong((f"{setting}: {name} is written as well; leave one of them out",))
        try:
            with file.open("rb") as opened:
                content = opened.read(_MOST_BYTES + 1)
            if len(content) > _MOST_BYTES:
                raise SettingsWrong((f"{setting}: the file is too long for a secret",))
            secret = content.decode().strip()
        except (OSError, UnicodeDecodeError):
            raise SettingsWrong((f"{setting}: the file cannot be read",)) from None
        if not secret:  # it was cut off: to go on without it would be another house
            raise SettingsWrong((f"{setting}: the file is empty",))
        return secret


def named_files(settings: type[BaseSettings]) -> Mapping[str, Path]:
    """Which files hold secrets, by the settings they are for."""
    return SecretFiles(
        settings, (EnvSettingsSource(settings), DotEnvSettingsSource(settings))
    ).files


def secrets(settings: type[BaseSettings]) -> frozenset[str]:
    """The fields that may come out of a file."""
    return _WITH_PASSWORDS | {
        name
        for name, field in settings.model_fields.items()
        if SecretStr in (field.annotation, *get_args(field.annotation))
    }


def _files(
    settings: type[BaseSettings], prefix: str, said: Mapping[str, str | None]
) -> dict[str, Path]:
    names = [prefix + field.upper() for field in sorted(secrets(settings))]
    written = {name: said.get((name + _SUFFIX).lower()) for name in names}
    return {name: Path(file).expanduser() for name, file in written.items() if file}
