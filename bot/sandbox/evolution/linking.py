"""From the code that is scanned to the open connection, and all the ways to lose it again."""

from datetime import timedelta
from typing import Any

from bot.sandbox.clock import Agenda
from bot.sandbox.evolution.instance import QR_LIMIT, Instance
from bot.sandbox.evolution.network import Device

QR_LIVES = timedelta(seconds=45)


class Linking:
    """What the owner does on their phone, and what the network does to the link."""

    def __init__(self, world: Device, agenda: Agenda) -> None:
        self._world, self._agenda = world, agenda

    def asks_for_code(self) -> None:
        """Begin to link: a code now, and a new one each time it has grown old."""
        instance = self._made()
        if instance.state == "open" or instance.code.code:
            return
        instance.state = "connecting"
        self._renew(instance)

    def scans(self) -> None:
        """The owner scans the code or types it: the link stands."""
        instance = self._made()
        instance.owner, instance.reason = self._world.account.jid, None
        self._open(instance)

    def drops(self, reason: int = 428, *, back_after: timedelta | None = None) -> None:
        """The line breaks; the server connects again by itself, if a time is given."""
        instance = self._made()
        instance.state, instance.reason = "connecting", reason
        self._tell_state(instance, "close", reason)
        if back_after is not None:
            self._agenda.after(back_after, lambda: self._open(instance))

    def closes(self, reason: int = 401) -> None:
        """The network ends the link: logged out (401), banned (403). A new code must be scanned."""
        instance = self._made()
        instance.state, instance.reason, instance.owner = "close", reason, ""
        instance.code.code, instance.code.count = "", 0
        gone = {
            "instance": instance.name,
            "status": "closed",
            "disconnectionAt": self._world.clock.now().isoformat(timespec="milliseconds"),
            "disconnectionReasonCode": reason,
            "disconnectionObject": f'{{"error": {{"output": {{"statusCode": {reason}}}}}}}',
        }
        self._world.tell_instance("status.instance", gone)
        self._tell_state(instance, "close", reason)

    def gives_up(self) -> None:
        """Nobody waits for a scan any more."""
        instance = self._made()
        instance.state, instance.code.code, instance.code.count = "close", "", 0

    def _renew(self, instance: Instance) -> None:
        if instance.state != "connecting" or instance is not self._world.instance or instance.owner:
            return
        if instance.code.count >= QR_LIMIT:
            instance.state, instance.code.code = "refused", ""
            said = {"message": "QR code limit reached, please login again", "statusCode": 500}
            self._world.tell_instance("qrcode.updated", said)
            self._tell_state(instance, "refused", 428)
            return
        instance.code.renew(with_pairing_code=bool(instance.number))
        told = {"instance": instance.name, **instance.code.wire()}
        del told["count"]  # which only answers have
        self._world.tell_instance("qrcode.updated", {"qrcode": told})
        self._agenda.after(QR_LIVES, lambda: self._renew(instance))

    def _open(self, instance: Instance) -> None:
        if not instance.owner:
            return
        instance.state, instance.code.code, instance.code.count = "open", "", 0
        who = {"wuid": instance.owner, "profileName": self._world.account.profile}
        self._tell_state(instance, "open", 200, **who)

    def _tell_state(self, instance: Instance, state: str, reason: int, **more: Any) -> None:
        told = {"instance": instance.name, "state": state, "statusReason": reason}
        self._world.tell_instance("connection.update", told | more)

    def _made(self) -> Instance:
        if self._world.instance is None:
            raise LookupError("no instance has been made")
        return self._world.instance
