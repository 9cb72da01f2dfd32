"""Every setting of this installation, read once and handed on as plain values."""

from bot.config.files import named_files
from bot.config.settings import PREFIX, Settings
from bot.config.written import SettingsWrong

__all__ = ["PREFIX", "Settings", "SettingsWrong", "named_files"]
