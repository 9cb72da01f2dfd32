"""Settings: what holds by default, what is refused and how it is said, and what is never shown."""

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from bot.config import PREFIX, Settings, SettingsWrong, named_files
from bot.config.files import secrets

EXAMPLE = Path(__file__).parents[2] / ".env.example"
LINE = re.compile(r"^#?([A-Z_]+)=(.*)$", re.MULTILINE)
SECRET = "hunter2-hunter2"  # noqa: S105 - the very thing that must not be seen
TELEGRAM_TOKEN = f"123456:{SECRET}"
CLOUD = {
    "WHATSAPP_TOKEN": SECRET,
    "WHATSAPP_PHONE_NUMBER_ID": "106540352242922",
    "WHATSAPP_APP_SECRET": SECRET,
    "WHATSAPP_VERIFY_TOKEN": SECRET,
}


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, without a .env, and an environment without settings."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)
        monkeypatch.delenv(f"{PREFIX}{name.upper()}_FILE", raising=False)
    return tmp_path


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> "Environment":
    return Environment(monkeypatch)


class Environment:
    """Set settings the way an operator does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def load(self, **values: str) -> Settings:
        for name, value in values.items():
            self._monkeypatch.setenv(PREFIX + name, value)
        return Settings.load()

    def troubles(self, **values: str) -> tuple[str, ...]:
        with pytest.raises(SettingsWrong) as refused:
            self.load(**values)
        return refused.value.troubles


def test_nothing_is_required() -> None:
    settings = Settings.load()
    assert settings.database_url == "sqlite+aiosqlite:///data/emdia.sqlite3"
    assert not settings.telegram_on
    assert not settings.whatsapp_on
    assert settings.timezone == ZoneInfo("America/Sao_Paulo")


def test_the_database_lies_in_the_data_folder(environment: Environment) -> None:
    settings = environment.load(DATA_DIR="/var/lib/emdia")
    assert settings.database_url == "sqlite+aiosqlite:////var/lib/emdia/emdia.sqlite3"


def test_a_database_elsewhere_is_taken_as_it_is_written(environment: Environment) -> None:
    url = "postgresql://emdia:pw@db/emdia"
    assert environment.load(DATABASE_URL=url).database_url == url


def test_what_compose_hands_on_empty_counts_as_left_out(environment: Environment) -> None:
    settings = environment.load(TELEGRAM_TOKEN="", PORT="", REDIS_URL="", DATABASE_URL="")
    assert (settings.telegram_on, settings.port, settings.redis_url) == (False, 8080, None)
    assert settings.database_url.startswith("sqlite")


def test_a_file_named_env_is_read(nowhere: Path) -> None:
    (nowhere / ".env").write_text(
        f"EMDIA_TELEGRAM_TOKEN= {TELEGRAM_TOKEN} \nEMDIA_BUSINESS_NAME=Padaria São João\n"
        "POSTGRES_PASSWORD=x\n",
        encoding="utf-8",
    )
    settings = Settings.load()
    assert settings.telegram_on
    assert settings.business_name == "Padaria São João"


def test_a_token_copied_with_blanks_around_it_is_a_token(environment: Environment) -> None:
    token = environment.load(TELEGRAM_TOKEN=f"  {TELEGRAM_TOKEN}\n").telegram_token
    assert token == SecretStr(TELEGRAM_TOKEN)


@pytest.mark.parametrize("written", ["pt", "pt-br", "pt_BR", "PT_br", "pt_BR.UTF-8"])
def test_portuguese_is_known_however_it_is_written(written: str, environment: Environment) -> None:
    assert environment.load(LOCALE=written).locale == "pt_BR"


def test_words_may_be_written_in_any_case(environment: Environment) -> None:
    settings = environment.load(LOG_LEVEL="debug", LOG_FORMAT="JSON", CURRENCY="brl", COUNTRY="br")
    assert (settings.log_level, settings.log_format) == ("DEBUG", "json")
    assert (settings.currency, settings.country) == ("BRL", "BR")


@pytest.mark.parametrize(
    ("name", "written"),
    [("CURRENCY", "BLR"), ("CURRENCY", "R$"), ("COUNTRY", "XX"), ("COUNTRY", "Brasil")],
)
def test_a_slip_in_the_currency_or_the_country_is_told_before_anybody_is_billed(
    name: str, written: str, environment: Environment
) -> None:
    with pytest.raises(SettingsWrong, match=f"EMDIA_{name}: .* like BR"):
        environment.load(**{name: written})


def test_whatsapp_is_on_once_the_gateway_has_all_it_needs(environment: Environment) -> None:
    assert environment.load(**CLOUD).whatsapp_on


@pytest.mark.parametrize("left_out", CLOUD)
def test_whatsapp_is_off_and_says_what_is_missing(left_out: str, environment: Environment) -> None:
    settings = environment.load(**{key: CLOUD[key] for key in CLOUD if key != left_out})
    assert not settings.whatsapp_on
    assert settings.whatsapp_missing == (PREFIX + left_out,)


def test_another_gateway_needs_other_settings(environment: Environment) -> None:
    settings = environment.load(**CLOUD, WHATSAPP_GATEWAY="evolution", EVOLUTION_INSTANCE="loja")
    assert settings.whatsapp_missing == (
        "EMDIA_EVOLUTION_URL",
        "EMDIA_EVOLUTION_API_KEY",
        "EMDIA_EVOLUTION_WEBHOOK_SECRET",
    )


def test_whatsapp_can_be_switched_off_with_everything_filled_in(environment: Environment) -> None:
    settings = environment.load(**CLOUD, WHATSAPP_GATEWAY="none")
    assert not settings.whatsapp_on
    assert settings.whatsapp_missing == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("TIMEZONE", "America/Sao_Paolo"),
        ("LOCALE", "fr"),
        ("CURRENCY", "R$"),
        ("COUNTRY", "Brasil"),
        ("PUBLIC_URL", "bot.example.com"),
        ("PUBLIC_URL", "https://bot.example.com/?a=b"),
        ("TELEGRAM_API_URL", "ftp://example.com"),
        ("TELEGRAM_TOKEN", "not-a-token"),
        ("TELEGRAM_MODE", "push"),
        ("WHATSAPP_API_VERSION", "25"),
        ("WHATSAPP_PHONE_NUMBER_ID", "+55 27 99814-2173"),
        ("WHATSAPP_MESSAGES_PER_SECOND", "0"),
        ("WHATSAPP_GATEWAY", "baileys"),
        ("REDIS_URL", "localhost:6379"),
        ("DATABASE_URL", "mysql://db/emdia"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str, environment: Environment) -> None:
    assert [trouble.partition(":")[0] for trouble in environment.troubles(**{name: value})] == [
        PREFIX + name
    ]


def test_everything_wrong_is_told_at_once(environment: Environment) -> None:
    troubles = environment.troubles(PORT="x", LOCALE="fr", TELEGRAM_TOKEN=SECRET)
    assert len(troubles) == 3


def test_telegrams_webhook_needs_an_address_it_can_reach(environment: Environment) -> None:
    (trouble,) = environment.troubles(TELEGRAM_MODE="webhook", PUBLIC_URL="http://10.0.0.1")
    assert "EMDIA_PUBLIC_URL" in trouble
    settings = environment.load(TELEGRAM_MODE="webhook", PUBLIC_URL="https://bot.example.com/")
    assert settings.public_url == "https://bot.example.com"


def test_a_wrong_secret_is_not_quoted(environment: Environment) -> None:
    troubles = environment.troubles(
        TELEGRAM_TOKEN=SECRET, DATABASE_URL=f"mysql://u:{SECRET}@h", REDIS_URL=f"x://:{SECRET}@h"
    )
    assert len(troubles) == 3
    assert SECRET not in str(troubles)


def test_no_secret_is_seen_in_what_is_printed(environment: Environment) -> None:
    secrets = {
        name.upper(): SECRET
        for name, field in Settings.model_fields.items()
        if "SecretStr" in str(field.annotation)
    }
    assert len(secrets) >= 8
    settings = environment.load(
        **{**secrets, "TELEGRAM_TOKEN": TELEGRAM_TOKEN},
        DATABASE_URL=f"postgresql://emdia:{SECRET}@db/emdia",
        REDIS_URL=f"redis://:{SECRET}@redis/0",
    )
    assert SECRET not in repr(settings)
    assert SECRET not in str(settings)
    assert SECRET in settings.database_url


def test_every_setting_is_explained_in_the_example() -> None:
    written = [name for name, _ in LINE.findall(EXAMPLE.read_text("utf-8"))]
    ours = [name for name in written if name.startswith(PREFIX)]
    assert sorted(ours) == sorted(PREFIX + name.upper() for name in Settings.model_fields)


def test_the_example_shows_what_holds_by_default(nowhere: Path) -> None:
    by_default = Settings.load()
    uncommented = re.sub(r"^#(?=[A-Z_]+=)", "", EXAMPLE.read_text("utf-8"), flags=re.MULTILINE)
    (nowhere / ".env").write_text(uncommented, encoding="utf-8")
    assert Settings.load() == by_default


def test_a_secret_may_lie_in_a_file(environment: Environment, nowhere: Path) -> None:
    (nowhere / "telegram").write_text(f"{TELEGRAM_TOKEN}\n")
    (nowhere / "database").write_text("postgresql://emdia:hunter2@db/emdia\n")
    settings = environment.load(
        TELEGRAM_TOKEN_FILE=str(nowhere / "telegram"), DATABASE_URL_FILE=str(nowhere / "database")
    )
    assert settings.telegram_token
    assert settings.telegram_token.get_secret_value() == TELEGRAM_TOKEN
    assert settings.database_url == "postgresql://emdia:hunter2@db/emdia"
    assert SECRET not in repr(settings)


def test_the_file_may_be_named_in_the_env_file(nowhere: Path) -> None:
    (nowhere / "code").write_text("let-me-in")
    (nowhere / ".env").write_text("EMDIA_OWNER_CODE_FILE=code\n")
    settings = Settings.load()
    assert settings.owner_code == SecretStr("let-me-in")
    assert named_files(Settings) == {"EMDIA_OWNER_CODE": Path("code")}


def test_every_secret_and_nothing_else_may_lie_in_a_file() -> None:
    shown = {name for name, field in Settings.model_fields.items() if field.repr}
    assert secrets(Settings) >= Settings.model_fields.keys() - shown
    hidden = {name for name in secrets(Settings) if "SecretStr" in str(Settings.model_fields[name])}
    assert secrets(Settings) == hidden | {"database_url", "redis_url"}
    assert {"telegram_token", "whatsapp_app_secret", "github_token"} <= hidden


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"x" * 70_000, b"\n"])
def test_a_file_that_holds_no_secret_is_named_and_not_shown(
    environment: Environment, nowhere: Path, content: bytes | None
) -> None:
    file = nowhere / "secret"
    if content is not None:
        file.write_bytes(content)
    (trouble,) = environment.troubles(OWNER_CODE_FILE=str(file))
    assert trouble.startswith("EMDIA_OWNER_CODE_FILE: the file ")


def test_a_wrong_secret_in_a_file_is_refused_like_any_other(
    environment: Environment, nowhere: Path
) -> None:
    (nowhere / "telegram").write_text(SECRET)
    (trouble,) = environment.troubles(TELEGRAM_TOKEN_FILE=str(nowhere / "telegram"))
    assert "no bot token" in trouble
    assert SECRET not in trouble


def test_a_secret_is_not_written_twice(environment: Environment, nowhere: Path) -> None:
    (nowhere / "code").write_text("let-me-in")
    (trouble,) = environment.troubles(OWNER_CODE="other", OWNER_CODE_FILE=str(nowhere / "code"))
    assert "EMDIA_OWNER_CODE is written as well" in trouble
