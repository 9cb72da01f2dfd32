"""The picture a client's bank app scans."""

import asyncio
import io

import segno

# Phones show it some 300 points wide, and scan it off other phones' screens: twice that is sharp.
_WANTED_PIXELS = 600
_QUIET = 4  # modules of white around it, which the standard asks for; dark chats need them


async def qr(payload: str) -> bytes:
    """A QR code as PNG, readable with a seventh of it unreadable (level M)."""
    return await asyncio.to_thread(_drawn, payload)


def _drawn(payload: str) -> bytes:
    code = segno.make_qr(payload, error="M", boost_error=False)
    across, _ = code.symbol_size(border=_QUIET)
    scale = max(1, round(_WANTED_PIXELS / across))
    written = io.BytesIO()
    code.save(written, kind="png", scale=scale, border=_QUIET, dark="#000", light="#fff")
    return written.getvalue()


def qr_lines(payload: str) -> str:
    """The same for a terminal, dark and light as its colours have them."""
    drawn = io.StringIO()
    segno.make_qr(payload, error="L", boost_error=False).terminal(drawn, border=2, compact=True)
    return drawn.getvalue()
