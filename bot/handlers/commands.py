"""Every spelling of every command, in the three languages; all are understood by everyone."""

SPELLINGS: dict[str, tuple[str, ...]] = {
    "start": ("start", "inicio", "home", "menu"),
    "help": ("ajuda", "help", "ayuda"),
    "new": ("novo", "nova", "new", "nuevo", "nueva"),
    "clients": ("clientes", "clients"),
    "find": ("buscar", "busca", "find"),
    "client": ("cliente", "client"),
    "import": ("importar", "import"),
    "export": ("exportar", "export"),
    "today": ("hoje", "today", "hoy"),
    "overdue": ("vencidos", "overdue"),
    "paid": ("pagou", "paid", "pago"),
    "remind": ("cobrar", "remind"),
    "claims": ("pendentes", "claims", "pendientes"),
    "undo": ("desfazer", "undo", "deshacer"),
    "plans": ("planos", "plans", "planes"),
    "numbers": ("numeros", "numbers"),
    "ladder": ("regua", "ladder", "escalera"),
    "texts": ("modelos", "texts", "plantillas"),
    "why": ("porque", "why"),
    "queue": ("fila", "queue", "cola"),
    "settings": ("config", "settings", "ajustes"),
    "team": ("equipe", "team", "equipo"),
    "whatsapp": ("whatsapp",),
    "backup": ("backup", "copia"),
    "versions": ("versoes", "versions", "versiones"),
    "health": ("saude", "health", "salud"),
    "access": ("acesso", "access", "acceso"),
    "audit": ("auditoria", "audit"),
}

COMMANDS = {spelling: command for command, all_ in SPELLINGS.items() for spelling in all_}

# What Telegram's menu shows, by language: the commands used every day.
_IN = {"pt_BR": 0, "en": 1, "es": 2}
_NAMES: dict[str, tuple[str, str, str]] = {
    "start": ("start", "start", "start"),
    "new": ("novo", "new", "nuevo"),
    "clients": ("clientes", "clients", "clientes"),
    "find": ("buscar", "find", "buscar"),
    "today": ("hoje", "today", "hoy"),
    "overdue": ("vencidos", "overdue", "vencidos"),
    "claims": ("pendentes", "claims", "pendientes"),
    "paid": ("pagou", "paid", "pago"),
    "remind": ("cobrar", "remind", "cobrar"),
    "numbers": ("numeros", "numbers", "numeros"),
    "ladder": ("regua", "ladder", "escalera"),
    "texts": ("modelos", "texts", "plantillas"),
    "queue": ("fila", "queue", "cola"),
    "plans": ("planos", "plans", "planes"),
    "settings": ("config", "settings", "ajustes"),
    "team": ("equipe", "team", "equipo"),
    "help": ("ajuda", "help", "ayuda"),
}
MENU: dict[str, dict[str, str]] = {
    command: {language: names[place] for language, place in _IN.items()}
    for command, names in _NAMES.items()
}
FOR_ALL = ("start", "help")  # what a stranger's menu may show without giving anything away
