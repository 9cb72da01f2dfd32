"""What somebody does on one of the two phones, told over HTTP."""

import base64
from typing import Any

from aiohttp import web

from bot.sandbox.bodies import bad_request, read_json


async def act(request: web.Request, person: Any) -> web.Response:
    body = await read_json(request)
    deed = request.match_info["deed"]
    if person is None:
        raise bad_request("nobody is there")
    try:
        done = _do(person, deed, body)
    except (KeyError, LookupError, ValueError) as error:
        raise bad_request(str(error)) from None
    return web.json_response({"id": done})


def _do(person: Any, deed: str, body: dict[str, Any]) -> Any:
    if deed == "says":
        return person.says(str(body["text"]))
    if deed == "taps":
        what = body.get("token") or body["label"]
        return person.taps(str(what), body.get("message"))
    if deed == "opens":
        return person.opens()
    if deed == "uploads":
        content = base64.b64decode(str(body["data"]), validate=True)
        mime, name = str(body.get("mime", "")), str(body.get("name", ""))
        caption = str(body.get("caption", ""))
        if hasattr(person, "phone"):
            return person.uploads(
                content, mime or "application/octet-stream", name, caption=caption
            )
        photo = bool(body.get("photo"))
        return person.uploads(content, name, mime, photo=photo, caption=caption)
    raise LookupError(f"nobody can do {deed!r}")
