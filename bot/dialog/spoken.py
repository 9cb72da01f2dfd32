"""Words that steer wherever one is, in every language we speak: a person need not switch."""

from bot.domain.names import fold

BACK = frozenset({"voltar", "volta", "back", "volver", "atras"})
SKIP = frozenset({"pular", "skip", "saltar", "omitir"})
CANCEL = frozenset({"cancelar", "cancela", "cancel", "/cancelar", "/cancel"})
CONTINUE = frozenset({"continuar", "continue", "seguir"})


def means(text: str, words: frozenset[str]) -> bool:
    """Whether somebody typed one of the words, whatever the case and accents."""
    return fold(text) in words
