"""Every spelling of every command, in the three languages; all are understood by everyone."""

SPELLINGS: dict[str, tuple[str, ...]] = {
    "start": ("start", "inicio", "home", "menu"),
    "help": ("ajuda", "help", "ayuda"),
    "new": ("novo", "nova", "new", "nuevo", "nueva"),
    "clients": ("clientes", "clients"),
    "find": ("buscar", "busca", "find"),
    "client": ("cliente", "client"),
    "import": ("importar", "import"),
    "today": ("hoje", "today", "hoy"),
    "overdue": ("vencidos", "overdue"),
    "paid": ("pagou", "paid", "pago"),
    "claims": ("pendentes", "claims", "pendientes"),
    "undo": ("desfazer", "undo", "deshacer"),
    "plans": ("planos", "plans", "planes"),
    "numbers": ("numeros", "numbers"),
    "queue": ("fila", "queue", "cola"),
    "settings": ("config", "settings", "ajustes"),
    "team": ("equipe", "team", "equipo"),
    "whatsapp": ("whatsapp",),
}

COMMANDS = {spelling: command for command, all_ in SPELLINGS.items() for spelling in all_}
