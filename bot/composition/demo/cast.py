"""Who the demo's clients are: a gym in Vitória, told from today's point of view.

Days count from the day on which the demo is shown, so that on any day somebody is due today,
somebody tomorrow, and somebody late in every bucket of ageing.
"""

from dataclasses import dataclass

from bot.domain.plan import Period

BUSINESS = "Academia Boa Forma"
CITY = "Vitória"
PIX_KEY = "financeiro@academiaboaforma.com.br"
OWNER, OWNER_ID = "Marina Alves", 700_100

# Name, price in centavos, period; the first is the one that most are on.
PLANS = (
    ("Mensal", 9_990, Period.MONTHLY),
    ("Trimestral", 26_990, Period.QUARTERLY),
    ("Anual", 89_900, Period.ANNUAL),
    ("Personal", 35_000, Period.MONTHLY),
)

PUNCTUAL, EARLY, MIXED, SLOW = (0,), (-2, 0, -1, -1), (0, 1, -1, 0, 3), (2, 0, 4, 1, 6)


@dataclass(frozen=True, slots=True)
class Member:
    """One client. ``due``: a due date of theirs, in days from today; it is cycle ``since``.

    ``pays``: so many days after each due date they pay, in turn. ``owes``: so many of the due
    dates up to today are unpaid, ``part`` of the oldest is not. ``ended``: ``paused`` or
    ``cancelled``, on the day after ``due``; no cycle follows. ``reads``: whether they look at
    what we send. ``trait``: what is wrong with their phone, by the sandbox's name for it.
    """

    name: str
    plan: str
    due: int
    since: int
    pays: tuple[int, ...] = PUNCTUAL
    owes: int = 0
    part: bool = False
    ended: str = ""
    note: str = ""
    reads: bool = True
    trait: str = ""


CAST = (
    # Due today, and in the days to come.
    Member("Ana Beatriz Lima", "Mensal", 0, 12, EARLY, 1, note="#manhã"),
    Member("Bruno Carvalho", "Mensal", 0, 7, MIXED, 1, note="#noite treina com o Léo"),
    Member("Camila Ferreira", "Mensal", 1, 12, note="#manhã"),
    Member("Carlos Eduardo Nunes", "Personal", 1, 9, EARLY, note="#personal joelho em recuperação"),
    Member("Daniela Moraes", "Trimestral", 2, 4, MIXED),
    Member("Diego Santana", "Mensal", 3, 6, SLOW, note="#noite"),
    Member("Eduarda Pimentel", "Mensal", 3, 11),
    Member("Fábio Rezende", "Mensal", 4, 12, MIXED, note="#noite", reads=False),
    Member("Fernanda Costa", "Mensal", 4, 8, EARLY, note="#família mãe da Júlia"),
    Member("Gabriel Martins", "Mensal", 5, 3, note="#universitário"),
    Member("Gustavo Henrique Alves", "Personal", 6, 12, EARLY, note="#personal #vip"),
    Member("Helena Barcelos", "Mensal", 7, 12, note="#manhã hidroginástica"),
    Member("Cláudia Meireles", "Mensal", 18, 10, MIXED, note="Prefere pagar no balcão"),
    Member("Igor Vasconcelos", "Mensal", 9, 5, SLOW, note="#noite"),
    Member("João Pedro Tavares", "Mensal", 10, 12, note="#família"),
    Member("Juliana Prates", "Mensal", 11, 2, EARLY, note="#universitário"),
    Member("Karina Duarte", "Trimestral", 12, 4),
    Member("Larissa Monteiro", "Personal", 13, 9, MIXED, note="#personal"),
    Member("Letícia Azevedo", "Mensal", 15, 12, note="#vip desde a inauguração"),
    Member("Lucas Andrade", "Mensal", 16, 4, SLOW, reads=False),
    Member("Luiza Campos", "Anual", 17, 1, note="#vip"),
    Member("Mariana Lopes", "Mensal", 19, 12, EARLY, note="#manhã"),
    Member("Mateus Oliveira", "Personal", 20, 6, note="#personal"),
    Member("Natália Brandão", "Mensal", 21, 7, MIXED),
    Member("Patrícia Gomes", "Trimestral", 40, 3),
    Member("Paulo Roberto Dias", "Anual", 130, 1, note="#vip"),
    Member("Rafael Guimarães", "Mensal", 29, 12, note="#família"),
    Member("Renata Peixoto", "Personal", 28, 5, EARLY, note="#personal #vip"),
    # They say that they have paid: month.py tells what they do.
    Member("Ricardo Moreira", "Mensal", -1, 10, MIXED, 1, note="#noite"),
    Member("Sabrina Coelho", "Mensal", -2, 12, MIXED, 1),
    Member("Samuel Borges", "Mensal", -3, 8, SLOW, 1),
    # Late, for a day, a week, a month, and longer.
    Member("Sandra Regina Matos", "Mensal", -1, 6, SLOW, 1),
    Member("Sérgio Vidal", "Mensal", -4, 12, SLOW, 1, note="#noite"),
    Member("Tatiane Freitas", "Mensal", -6, 9, MIXED, 1, part=True, note="Paga em duas vezes"),
    Member("Thiago Nogueira", "Mensal", -12, 7, SLOW, 1, trait="blocked"),
    Member("Valéria Pinheiro", "Mensal", -5, 4, MIXED, 1, trait="not_on_whatsapp"),
    Member("Vinícius Machado", "Mensal", -9, 8, SLOW, 2, note="Prometeu acertar até o fim do mês"),
    Member("Vitor Hugo Sampaio", "Mensal", -8, 11, SLOW, 3, part=True, reads=False),
    Member("Wagner Bastos", "Trimestral", -75, 2, SLOW, 1, note="Ligar antes de cancelar"),
    # Gone, for now or for good.
    Member("William Araújo", "Mensal", -45, 6, ended="paused", note="Cirurgia, volta em breve"),
    Member("Yasmin Carneiro", "Mensal", -15, 9, EARLY, ended="paused", note="Viagem"),
    Member("Adriana Fontes", "Mensal", -150, 6, SLOW, ended="cancelled", note="Mudou de cidade"),
    Member("André Luiz Pacheco", "Mensal", -20, 8, MIXED, ended="cancelled"),
    # New: yesterday was the first day.
    Member("Bianca Soares", "Mensal", 6, 0, note="#universitário indicada pela Juliana"),
)


def phone_of(place: int) -> str:
    """The number of the member at this place of the cast; nobody's, as far as one can tell."""
    return f"+552799900{100 + 7 * place:04d}"
