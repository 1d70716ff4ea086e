"""What an endpoint says without the keys that it was shown: some repeat them in their errors, and errors are stored."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

KEY_NAMES = ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN")
"""Where the SDK looks for a key: either will do."""
_OTHER_WAYS = (
    "ANTHROPIC_PROFILE", "ANTHROPIC_IDENTITY_TOKEN", "ANTHROPIC_IDENTITY_TOKEN_FILE", "ANTHROPIC_CUSTOM_HEADERS",
)  # fmt: skip
_HIDDEN = "[key]"
_SHORTEST = 8
"""A shorter one is no secret, and might be a word."""


def without_keys(text: str, base_url: str = "") -> str:
    """The text with the environment's keys and the password of an address blotted out."""
    secrets = [os.environ.get(name, "").strip() for name in KEY_NAMES]
    for address in (base_url, os.environ.get("ANTHROPIC_BASE_URL", "")):
        password = _password(address)
        secrets += [password, unquote(password)]
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        if len(secret) >= _SHORTEST:
            text = text.replace(secret, _HIDDEN)
    return text


def _password(address: str) -> str:
    try:
        return urlsplit(address).password or ""
    except ValueError:  # it is no address
        return ""


def key_in_sight() -> bool:
    """Whether there is anything that the SDK could show to an endpoint: where this is False, asking is in vain."""
    named = any(os.environ.get(name) for name in (*KEY_NAMES, *_OTHER_WAYS))
    return named or Path(os.environ.get("ANTHROPIC_CONFIG_DIR") or Path.home() / ".config" / "anthropic").is_dir()
