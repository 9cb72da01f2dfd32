"""``/instance``: make one, link it, ask how it stands, end it; and where its webhooks go."""

from typing import Any

from bot.sandbox.evolution import checks
from bot.sandbox.evolution.errors import EvolutionError, no_such_instance, wrong
from bot.sandbox.evolution.instance import Hook, Instance
from bot.sandbox.evolution.world import Evolution

Json = dict[str, Any]
_SETTINGS = ("rejectCall", "groupsIgnore", "alwaysOnline", "readMessages", "readStatus")


class Instances:
    """One instance at a time: whoever wants another deletes the one there is."""

    def __init__(self, world: Evolution) -> None:
        self._world = world

    def create(self, body: Json) -> Json:
        """Make one; with ``qrcode``, a code to scan comes along, if there is one yet."""
        name = checks.words(body, "instanceName", 64)
        if body.get("integration") != "WHATSAPP-BAILEYS":
            raise wrong("instance.integration is not one of enum values")
        if self._world.instance is not None:
            raise EvolutionError(403, f'This name "{name}" is already in use.')
        made = self._world.make(name, str(body.get("token") or ""), str(body.get("number") or ""))
        made.settings = {each: bool(body.get(each)) for each in _SETTINGS}
        if body.get("webhook"):
            made.hook = hook_of(body["webhook"])
        made.state = "close"  # until somebody asks for a code
        if body.get("qrcode"):
            self._begin(made)
        return {
            "instance": {
                "instanceName": made.name,
                "instanceId": made.id,
                "integration": "WHATSAPP-BAILEYS",
                "webhookWaBusiness": None,
                "accessTokenWaBusiness": "",
                "status": "connecting",
            },
            "hash": made.token,
            "webhook": {},
            "settings": made.settings,
            "qrcode": {"count": 0} if self._world.slow_code else made.code.wire(),
        }

    def connect(self, name: str, number: str = "") -> Json:
        """A code to scan, and one to type if a phone is named; nothing to do if it is open."""
        instance = self.get(name)
        if instance.state == "open":
            return {"instance": {"instanceName": name, "state": "open"}}
        if instance.state != "connecting":
            instance.number = number  # later it is too late: the code is under way
        self._begin(instance)
        return instance.code.wire()

    def state(self, name: str) -> Json:
        """How the connection stands."""
        instance = self.get(name)
        state = "close" if instance.state == "refused" else instance.state
        return {"instance": {"instanceName": name, "state": state}}

    def listed(self, name: str | None) -> list[Json]:
        """Those there are, or the one of that name."""
        instance = self._world.instance
        if instance is None or name not in (None, instance.name):
            if name is not None:
                raise no_such_instance(name)
            return []
        return [instance.listed(self._world.account.profile)]

    def restart(self, name: str) -> Json:
        """Connect anew: a session that was dead is not any more."""
        instance = self.get(name)
        self._world.zombie = False
        if instance.owner:
            self._world.link.scans()
        return {"instance": {"instanceName": name, "state": instance.state}}

    def logout(self, name: str) -> Json:
        """End the link, and keep the instance."""
        instance = self.get(name)
        if instance.state in ("close", "refused"):
            raise EvolutionError(400, f'The "{name}" instance is not connected')
        if instance.owner:
            self._world.link.closes(401)
        else:
            self._world.link.gives_up()
        return _done("Instance logged out")

    def delete(self, name: str) -> Json:
        """Forget it."""
        if self.get(name).state == "open":
            raise EvolutionError(400, f'The "{name}" instance needs to be disconnected')
        self._world.instance = None
        return _done("Instance deleted")

    def set_webhook(self, name: str, body: Json) -> Json:
        """Where its events go from now on."""
        told = body.get("webhook")
        if not isinstance(told, dict):
            raise wrong('instance requires property "webhook"')
        instance = self.get(name)
        instance.hook = hook_of(told)
        return instance.hook.wire()

    def find_webhook(self, name: str) -> Json | None:
        """Where they go; nothing if nobody has said."""
        hook = self.get(name).hook
        return hook.wire() if hook else None

    def get(self, name: str) -> Instance:
        """The one of this name."""
        instance = self._world.instance
        if instance is None or instance.name != name:
            raise no_such_instance(name)
        return instance

    def _begin(self, instance: Instance) -> None:
        if instance.state == "refused":
            instance.code.count = 0
        self._world.link.asks_for_code()


def hook_of(told: Json) -> Hook:
    """A webhook's settings, as both calls take them."""
    url = checks.words(told, "url")
    if not url.startswith(("http://", "https://")):
        raise wrong('Invalid "url" property')
    if not isinstance(told.get("enabled"), bool):
        raise wrong('instance.webhook requires property "enabled"')
    events = told.get("events") or []
    if any(event != event.upper() or "." in event for event in events):
        raise wrong("instance.webhook.events is not one of enum values")
    return Hook(
        url,
        dict(told.get("headers") or {}),
        tuple(events),
        enabled=told["enabled"],
        by_events=bool(told.get("byEvents")),
        base64=bool(told.get("base64")),
    )


def _done(message: str) -> Json:
    return {"status": "SUCCESS", "error": False, "response": {"message": message}}
