"""Bytes become text: UTF-8 first, UTF-16 by its mark, else a sentence that says what was tried."""

from __future__ import annotations

import codecs

from unpack_core.errors import CorpusError


def decoded(data: bytes, encoding: str | None = None) -> str:
    """The text of a file. Raises CorpusError where it cannot be read as text."""
    if encoding:
        try:
            return data.decode(encoding)
        except LookupError as error:
            raise CorpusError(
                f"There is no encoding “{encoding}”. Common ones: utf-8, cp1251, koi8-r, latin-1."
            ) from error
        except UnicodeDecodeError as error:
            raise CorpusError(
                f"it is not {encoding} (byte {error.start}). Name another with --encoding."
            ) from error
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise CorpusError(f"it begins as UTF-16 and is not (byte {error.start}).") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CorpusError(
            f"it is neither UTF-8 nor UTF-16 (byte {error.start}). Say what it is, as in: --encoding cp1251"
        ) from error
