"""What the box itself offers over HTTP, to its page and to tests in other processes."""

import asyncio
from datetime import timedelta
from typing import Any

from aiohttp import web

from bot.sandbox import device, views
from bot.sandbox.bodies import bad_request, read_json
from bot.sandbox.box import Box
from bot.sandbox.deeds import act

_KEEP_ALIVE_S = 15.0
_SETTLE_S = 0.04
_INLINE = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})


class Control:
    """Routes under /sandbox. What changes something wants JSON, which no foreign page can send."""

    def __init__(self, sandbox: Box) -> None:
        self._box = sandbox

    def add_to(self, app: web.Application) -> None:
        """Serve it."""
        get, post = app.router.add_get, app.router.add_post
        get("/sandbox/clock", self._clock)
        post("/sandbox/clock", self._move_clock)
        get("/sandbox/accepted", self._accepted)
        get("/sandbox/faults", self._faults)
        post("/sandbox/faults", self._set_faults)
        post("/sandbox/templates", self._templates)
        get("/sandbox/people", self._people)
        post("/sandbox/people", self._add_person)
        get("/sandbox/state", self._state)
        get("/sandbox/events", self._events)
        get("/sandbox/files/{id}", self._file)
        post("/sandbox/telegram/{who}/{deed}", self._telegram)
        post("/sandbox/whatsapp/{who}/{deed}", self._whatsapp)
        post("/sandbox/device/{deed}", self._device)

    async def _clock(self, _request: web.Request) -> web.Response:
        return web.json_response(views.clock(self._box))

    async def _move_clock(self, request: web.Request) -> web.Response:
        body = await read_json(request)
        try:
            self._box.clock.advance(timedelta(seconds=float(body["advance_seconds"])))
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise bad_request(f"advance_seconds: {error}") from None
        self._box.news.tell()
        return web.json_response(views.clock(self._box))

    async def _accepted(self, request: web.Request) -> web.Response:
        query = request.query
        entries = self._box.accepted(query.get("channel"), query.get("opaque"))
        listed = [entry.as_json() for entry in entries]
        return web.json_response({"count": len(listed), "accepted": listed})

    async def _faults(self, _request: web.Request) -> web.Response:
        faults = self._box.faults
        return web.json_response({"waiting": faults.waiting(), "happened": dict(faults.happened)})

    async def _set_faults(self, request: web.Request) -> web.Response:
        body = await read_json(request)
        try:
            _set_fault(self._box, body)
        except (KeyError, TypeError, ValueError) as error:
            raise bad_request(str(error)) from None
        return await self._faults(request)

    async def _templates(self, request: web.Request) -> web.Response:
        """{"hold": bool, "after_seconds": n} sets the review; {"name", "event"} decides."""
        body = await read_json(request)
        templates = self._box.whatsapp.templates
        templates.review.hold = bool(body.get("hold", templates.review.hold))
        if "after_seconds" in body:
            templates.review.after = timedelta(seconds=float(body["after_seconds"]))
        if "event" in body and "name" in body:
            templates.decide(body["name"], body["event"], body.get("language", ""))
        elif "event" in body:
            templates.decide_all(body["event"])
        return web.json_response({"templates": [t.wire() for t in templates.all()]})

    async def _people(self, _request: web.Request) -> web.Response:
        return web.json_response(views.people(self._box))

    async def _add_person(self, request: web.Request) -> web.Response:
        """{"phone", "name"} is a client, {"id", "name"} somebody on Telegram."""
        body = await read_json(request)
        name = str(body.get("name", ""))
        if "phone" in body:
            person = self._box.seed_client(str(body["phone"]), name)
            for trait in ("not_on_whatsapp", "blocked", "no_read_receipts", "without_nine"):
                setattr(person, trait, bool(body.get(trait, getattr(person, trait))))
        elif "id" in body:
            self._box.seed_admin(int(body["id"]), name)
        else:
            raise bad_request("phone or id is needed")
        return web.json_response(views.people(self._box))

    async def _state(self, request: web.Request) -> web.Response:
        query = request.query
        return web.json_response(
            views.state(self._box, query.get("admin", ""), query.get("client", ""))
        )

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """The version of the box, each time it rises."""
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        version = -1
        while not self._box.news.stopped:
            newest = await self._box.news.after(version, _KEEP_ALIVE_S)
            try:
                await response.write(f'data: {{"version": {newest}}}\n\n'.encode())
            except ConnectionError:
                break
            version = newest
            # A burst of changes is one word to the page.
            await asyncio.sleep(_SETTLE_S)
        return response

    async def _file(self, request: web.Request) -> web.Response:
        wanted = request.match_info["id"]
        box = self._box
        file = box.telegram.shelf.get(wanted) or box.clients.media.shelf.get(wanted)
        if file is None:
            raise web.HTTPNotFound
        inline = file.mime in _INLINE
        kind = file.mime if inline else "application/octet-stream"
        headers = {
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "Content-Disposition": "inline" if inline else "attachment",
        }
        return web.Response(body=file.content, content_type=kind, headers=headers)

    async def _telegram(self, request: web.Request) -> web.Response:
        who = request.match_info["who"]
        person = self._box.telegram.people.get(int(who)) if who.isdecimal() else None
        return await act(request, person)

    async def _whatsapp(self, request: web.Request) -> web.Response:
        who = request.match_info["who"]
        digits = who.removeprefix("+")
        person = self._box.clients.person(digits) if digits.isdecimal() else None
        return await act(request, person)

    async def _device(self, request: web.Request) -> web.Response:
        """What the owner does with the phone of the linked device: scan, logout."""
        await read_json(request)
        try:
            device.use(self._box.evolution, request.match_info["deed"])
        except LookupError as error:
            raise bad_request(str(error)) from None
        return web.json_response({"link": device.link(self._box.evolution)})


def _set_fault(box: Box, body: dict[str, Any]) -> None:
    if body.get("clear"):
        box.faults.clear()
        return
    details = {
        name: body[name]
        for name in ("code", "status", "retry_after", "seconds", "text")
        if name in body
    }
    if "mix" in body:
        box.faults.mix(str(body["method"]), dict(body["mix"]), int(body["seed"]), **details)
    else:
        times = int(body.get("times", 1))
        box.faults.next(str(body["method"]), str(body["kind"]), times, **details)
