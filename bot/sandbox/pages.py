"""The demo page's own files: plain, from this folder alone."""

from pathlib import Path

from aiohttp import web

_FOLDER = Path(__file__).parent / "page"
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def add_pages(app: web.Application) -> None:
    """Serve the page at / and its parts under /page/."""
    app.router.add_get("/", _index)
    app.router.add_get("/page/{name:[a-z_]+\\.(css|js)}", _part)


async def _index(_request: web.Request) -> web.Response:
    return _file("index.html")


async def _part(request: web.Request) -> web.Response:
    return _file(request.match_info["name"])


def _file(name: str) -> web.Response:
    path = _FOLDER / name
    if not path.is_file():
        raise web.HTTPNotFound
    kind = _TYPES[path.suffix]
    return web.Response(
        text=path.read_text("utf-8"), content_type=kind, charset="utf-8", headers=_HEADERS
    )
