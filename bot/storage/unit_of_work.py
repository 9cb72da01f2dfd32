"""One transaction and what it may touch: everything in it is kept, or nothing."""

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.domain.clock import Clock, SystemClock
from bot.resilience.breaker import Breaker, State
from bot.resilience.cache import Cache
from bot.services.ports.kept import FRESH, Kept
from bot.storage.access import ApiDeeds, ApiTokens
from bot.storage.audit import AuditBook, AuditLog
from bot.storage.backups import Backups
from bot.storage.big_days import BigDays
from bot.storage.by_hand import ByHand
from bot.storage.channel_states import ChannelStates
from bot.storage.charge_history import ChargeHistory
from bot.storage.charges import Charges
from bot.storage.claims import Claims
from bot.storage.client_export import ClientExport
from bot.storage.clients import Clients
from bot.storage.contacts import Contacts
from bot.storage.decisions import Decisions
from bot.storage.deliveries import Deliveries
from bot.storage.detours import Detours
from bot.storage.engine import Engines
from bot.storage.files import Files
from bot.storage.house import Business, Invitations
from bot.storage.imports import Imports
from bot.storage.inbox import Inbox
from bot.storage.keeping import Keeping
from bot.storage.kept_lists import KeptLists
from bot.storage.knocks import Knocks
from bot.storage.ladder import Ladder
from bot.storage.leases import Leases
from bot.storage.linking import Linkings
from bot.storage.number_paces import NumberPaces
from bot.storage.offers import Offers
from bot.storage.outbox import Outbox
from bot.storage.outcomes import Outcomes
from bot.storage.payments import Payments
from bot.storage.people import People
from bot.storage.planner import Planner
from bot.storage.plans import Plans
from bot.storage.reports import Reports
from bot.storage.rule_pushes import RulePushes
from bot.storage.sessions import Sessions
from bot.storage.sheets import Sheets
from bot.storage.silence import Silences
from bot.storage.soundness import AWAY
from bot.storage.stats import Stats
from bot.storage.sweeping import Sweeping
from bot.storage.templates import Templates
from bot.storage.texts import Texts
from bot.storage.tickets import Tickets
from bot.storage.tomorrow import Tomorrow
from bot.storage.trace import Trace
from bot.storage.versions import Versions
from bot.storage.watching import Watching
from bot.telemetry.metrics import breaker_turned, cache_read

_DICE = random.SystemRandom()
_FAILURES, _REST = 3, timedelta(seconds=2)


class Unit:
    """Every room of the store, over one connection."""

    def __init__(self, connection: AsyncConnection, clock: Clock, kept: Kept = FRESH) -> None:
        self.connection = connection
        self.kept = kept
        self.audit = AuditLog(connection)
        self.audit_book = AuditBook(connection)
        self.business = Business(connection)
        self.api_tokens = ApiTokens(connection)
        self.api_deeds = ApiDeeds(connection)
        self.invitations = Invitations(connection)
        self.people = People(connection)
        self.knocks = Knocks(connection)
        self.sessions = Sessions(connection)
        self.tickets = Tickets(connection)
        self.inbox = Inbox(connection)
        self.outbox = Outbox(connection, clock)
        self.offers, self.linkings = Offers(connection), Linkings(connection)
        self.leases = Leases(connection)
        self.outcomes = Outcomes(connection, _DICE)
        self.sweeping = Sweeping(connection)
        self.deliveries = Deliveries(connection)
        self.decisions = Decisions(connection)
        self.silences = Silences(connection)
        self.detours = Detours(connection)
        self.ladder = Ladder(connection)
        self.big_days = BigDays(connection)
        self.tomorrow = Tomorrow(connection)
        self.by_hand = ByHand(connection)
        self.charge_history = ChargeHistory(connection)
        self.sheets = Sheets(connection)
        self.planner = Planner(connection)
        self.contacts = Contacts(connection)
        self.reports = Reports(connection)
        self.channel_states = ChannelStates(connection)
        self.templates = Templates(connection)
        self.texts = Texts(connection)
        self.trace = Trace(connection)
        self.watching = Watching(connection)
        self.plans = Plans(connection)
        self.clients = Clients(connection, kept)
        self.client_lists = KeptLists(connection, kept)
        self.client_export = ClientExport(connection)
        self.imports = Imports(connection)
        self.charges = Charges(connection)
        self.payments = Payments(connection)
        self.claims = Claims(connection)
        self.stats = Stats(connection)
        self.files = Files(connection, clock)
        self.backups = Backups(connection)
        self.versions = Versions(connection)
        self.rule_pushes = RulePushes(connection)
        self.at_the_end: Callable[[], Awaitable[None]] | None = None  # of what is kept

    @property
    def number_paces(self) -> NumberPaces:
        """The pace of a number that has to be treated with care."""
        return NumberPaces(self.connection)

    def savepoint(self) -> AbstractAsyncContextManager[object]:
        """A stretch that leaves no trace if it ends in an error."""
        return self.connection.begin_nested()


class Units:
    """Opens transactions: to write, or only to read beside the writer."""

    def __init__(self, engines: Engines, clock: Clock, cache: Cache | None = None) -> None:
        """Without a ``cache`` given they have one of their own."""
        self._engines = engines
        self._clock = clock
        self.cache = Cache(clock, count=cache_read) if cache is None else cache
        # One breaker for both ways in: behind them is the same database.
        self.breaker = Breaker("database", SystemClock(), _FAILURES, _REST, breaker_turned)
        breaker_turned("database", State.CLOSED)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Unit]:
        """Commits at the end, unless an error ends it."""
        async with self._line(self._engines.writer) as connection, connection.begin():
            unit = Unit(connection, self._clock, Keeping(connection, self.cache))
            yield unit
            if unit.at_the_end:
                await unit.at_the_end()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Unit]:
        """Sees what was committed when it began."""
        async with self._line(self._engines.reader) as connection:
            yield Unit(connection, self._clock, Keeping(connection, self.cache))

    @asynccontextmanager
    async def _line(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        """A connection; refused at once while the database was away a moment ago.

        Waiting for a server that hangs takes ten seconds each time, for everybody who asks.
        """
        if not self.breaker.allows():
            raise ConnectionError("the database did not answer, and is asked again in a moment")
        async with AsyncExitStack() as stack:
            try:
                connection = await stack.enter_async_context(engine.connect())
            except sa.exc.TimeoutError:
                raise  # every connection is in use: busy is not away
            except AWAY:
                self.breaker.failed()
                raise
            self.breaker.succeeded()
            yield connection
