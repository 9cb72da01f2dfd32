"""Every setting, read once from the environment or ``.env``; ``.env.example`` explains each."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.config.files import SecretFiles
from bot.config.written import Lower, SettingsWrong, Upper, Url, known_code, known_locale
from bot.domain.message_cost import PRICE_LIST

PREFIX = "EMDIA_"


class Settings(BaseSettings):
    """How this installation is set up. A channel without its tokens is off; the rest works."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,  # compose hands on NAME= for what is not set
        extra="ignore",  # .env also serves compose
        frozen=True,
        hide_input_in_errors=True,
    )

    data_dir: Annotated[Path, AfterValidator(Path.expanduser)] = Path("data")
    database_url: str = Field(default="", repr=False)
    redis_url: str | None = Field(default=None, repr=False)
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    public_url: Url | None = None
    trusted_proxies: int = Field(default=0, ge=0, le=9)
    timezone: ZoneInfo = ZoneInfo("America/Sao_Paulo")
    locale: Annotated[Literal["pt_BR", "en", "es"], BeforeValidator(known_locale)] = "pt_BR"
    currency: Annotated[str, Upper, AfterValidator(known_code)] = "BRL"
    country: Annotated[str, Upper, AfterValidator(known_code)] = "BR"
    business_name: str = ""
    owner_code: SecretStr | None = None
    secret_key: SecretStr | None = None
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], Upper] = "INFO"
    log_format: Annotated[Literal["json", "console"], Lower] = "console"
    clock_url: Url | None = None
    alertmanager_secret: SecretStr | None = None
    metrics_port: int | None = Field(default=None, ge=1, le=65535)

    telegram_token: SecretStr | None = None
    telegram_api_url: Url = "https://api.telegram.org"
    telegram_mode: Annotated[Literal["polling", "webhook"], Lower] = "polling"

    whatsapp_gateway: Annotated[Literal["cloud", "evolution", "none"], Lower] = "cloud"
    whatsapp_api_url: Url = "https://graph.facebook.com"
    whatsapp_api_version: str = Field(default="v25.0", pattern=r"^v\d+\.\d+$")
    whatsapp_token: SecretStr | None = None
    whatsapp_phone_number_id: str = Field(default="", pattern=r"^\d*$")
    whatsapp_business_account_id: str = Field(default="", pattern=r"^\d*$")
    whatsapp_app_secret: SecretStr | None = None
    whatsapp_verify_token: SecretStr | None = None
    whatsapp_messages_per_second: float = Field(default=80, gt=0)

    whatsapp_prices: str = Field(default="free 1000", pattern=PRICE_LIST)
    evolution_url: Url | None = None
    evolution_api_key: SecretStr | None = None
    evolution_instance: str = Field(default="", pattern=r"^[A-Za-z0-9_-]{0,64}$")
    evolution_webhook_secret: SecretStr | None = None
    evolution_webhook_url: Url | None = None

    backup_recipient: str = Field(default="", pattern=r"^(age1[0-9a-z]+[\s,]*)*$")
    github_token: SecretStr | None = None
    github_repository: str = Field(default="", pattern=r"^([\w.-]+/[\w.-]+)?$")
    github_api_url: Url = "https://api.github.com"

    @field_validator("*", mode="before")
    @classmethod
    def _trimmed(cls, written: object) -> object:
        """Blanks come along when a token is copied."""
        return written.strip() if isinstance(written, str) else written

    @field_validator("telegram_token")
    @classmethod
    def _looks_like_a_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token and not re.fullmatch(r"\d+:[\w-]{10,}", token.get_secret_value()):
            raise ValueError("this is no bot token; @BotFather gives one, like 123456:ABC-DEF...")
        return token

    @field_validator("redis_url")
    @classmethod
    def _is_a_redis(cls, url: str | None) -> str | None:
        if url and not url.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("write redis://host:6379/0, or leave it out")
        return url

    @field_validator("database_url")
    @classmethod
    def _is_a_database(cls, url: str) -> str:
        if url and not re.match(r"(sqlite|postgres(ql)?)(\+\w+)?://", url):
            raise ValueError("write postgresql://user:password@host/name, or leave it out")
        return url

    @model_validator(mode="after")
    def _webhooks_need_an_address(self) -> Self:
        if self.telegram_mode == "webhook" and not (self.public_url or "").startswith("https://"):
            raise ValueError(
                "EMDIA_TELEGRAM_MODE=webhook needs EMDIA_PUBLIC_URL, the https:// address at which"
                " Telegram reaches this machine; without one, use EMDIA_TELEGRAM_MODE=polling"
            )
        return self

    def model_post_init(self, _context: Any, /) -> None:
        """The database lies in the data folder unless it is said to be elsewhere."""
        if not self.database_url:
            path = (self.data_dir / "emdia.sqlite3").as_posix()
            # Frozen for everybody else; here it is still being made.
            self.__dict__["database_url"] = f"sqlite+aiosqlite:///{path}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        *written: PydanticBaseSettingsSource,
        **more: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment, then ``.env``, then the files that either of them names."""
        sources = (*written, *more.values())
        return (init_settings, *sources, SecretFiles(settings_cls, sources))

    @classmethod
    def load(cls, **said: Any) -> Self:
        """Read them, or raise ``SettingsWrong`` with what to mend; no value is ever quoted.

        ``said`` goes before what the environment and ``.env`` say.
        """
        try:
            return cls(**said)
        except ValidationError as error:
            raise SettingsWrong(tuple(_trouble(one) for one in error.errors())) from None

    @property
    def telegram_on(self) -> bool:
        """Whether there is a token to speak Telegram with."""
        return self.telegram_token is not None

    @property
    def whatsapp_on(self) -> bool:
        """Whether the chosen gateway has all it needs."""
        return self.whatsapp_gateway != "none" and not self.whatsapp_missing

    @property
    def whatsapp_missing(self) -> tuple[str, ...]:
        """The settings the chosen gateway still needs, by the names the operator writes."""
        needed: dict[str, tuple[str, ...]] = {
            "cloud": ("token", "phone_number_id", "app_secret", "verify_token"),
            "evolution": ("url", "api_key", "instance", "webhook_secret"),
        }
        names = needed.get(self.whatsapp_gateway, ())
        room = "whatsapp" if self.whatsapp_gateway == "cloud" else "evolution"
        fields = (f"{room}_{name}" for name in names)
        return tuple(PREFIX + field.upper() for field in fields if not getattr(self, field))


def _trouble(error: Any) -> str:
    message = str(error["msg"]).removeprefix("Value error, ")
    if not error["loc"]:
        return message
    return f"{PREFIX}{str(error['loc'][0]).upper()}: {message}"
