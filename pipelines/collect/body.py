"""An answer's body, unpacked as it comes and never larger than it may be.

httpx unpacks a whole chunk before anyone can count: 64 kB of gzip can be 64 MB. Here zlib stops at the limit.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator

ACCEPTED = "gzip"
"""Asked for; deflate is read should it come anyway."""
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS


class TooLarge(Exception):
    """The body is larger than the limit."""


class Unreadable(Exception):
    """The body is packed in a way we did not ask for, is damaged, or ends too early."""


async def read(chunks: AsyncIterator[bytes], encoding: str, limit: int) -> bytes:
    """The body in `chunks`, unpacked as Content-Encoding says. Raises TooLarge, Unreadable."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return await _read_plain(chunks, limit)
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise Unreadable
    return await _read_packed(chunks, limit)


async def _read_plain(chunks: AsyncIterator[bytes], limit: int) -> bytes:
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > limit:
            raise TooLarge
    return bytes(body)


async def _read_packed(chunks: AsyncIterator[bytes], limit: int) -> bytes:
    body, unpacker, begun = bytearray(), zlib.decompressobj(_GZIP_OR_ZLIB), False
    async for chunk in chunks:
        left = chunk
        while left:
            if unpacker.eof:  # gzip may consist of several members; what else follows is padding
                if not left.startswith(b"\x1f\x8b"):
                    break
                unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)
            try:
                body += unpacker.decompress(left, limit + 1 - len(body))
            except zlib.error as error:
                raise Unreadable from error
            begun = True
            if len(body) > limit:
                raise TooLarge
            left = unpacker.unconsumed_tail or unpacker.unused_data
    if begun and not unpacker.eof:
        raise Unreadable
    return bytes(body)
