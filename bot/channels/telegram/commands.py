"""What Telegram shows around the chat: the command menu, and who the bot says it is."""

from collections.abc import Mapping, Sequence

from telegram import Bot, BotCommand, BotCommandScopeChat, BotCommandScopeDefault

from bot.channels.telegram.letters import cut

Entries = Sequence[tuple[str, str]]  # (command, what it does)

DESCRIPTION_UNITS = 512
SHORT_UNITS = 120
EXPLAINED_UNITS = 256


async def set_commands(
    bot: Bot, entries: Mapping[str, Entries], default: str, chat_id: int | None = None
) -> None:
    """Show a menu by language, to everybody or in one chat.

    Whoever speaks another language sees the ``default`` one's. The menu only shows: anybody may
    type any command, so rights are checked when it is heard.
    """
    scope = BotCommandScopeChat(chat_id) if chat_id else BotCommandScopeDefault()
    for language, lines in entries.items():
        menu = [BotCommand(name, cut(told, EXPLAINED_UNITS)) for name, told in lines]
        await bot.set_my_commands(menu, scope, _tag(language))
        if language == default:
            await bot.set_my_commands(menu, scope)


async def drop_commands(bot: Bot, languages: Sequence[str], chat_id: int) -> None:
    """Take one chat's own menu away: whoever leaves the team sees what clients see."""
    scope = BotCommandScopeChat(chat_id)
    for language in languages:
        await bot.delete_my_commands(scope, _tag(language))
    await bot.delete_my_commands(scope)


async def introduce(bot: Bot, told: Mapping[str, tuple[str, str]], default: str) -> None:
    """Say what the bot is: (what an empty chat shows, the line on its card), by language."""
    for language, (description, card) in told.items():
        tags = (_tag(language), None) if language == default else (_tag(language),)
        for tag in tags:
            await bot.set_my_description(cut(description, DESCRIPTION_UNITS), tag)
            await bot.set_my_short_description(cut(card, SHORT_UNITS), tag)


def _tag(language: str) -> str:
    """Telegram knows languages by two letters."""
    return language[:2]
