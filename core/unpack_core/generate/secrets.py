"""What an endpoint says without the keys that it was shown: some repeat them, and what they say is stored."""

from __future__ import annotations

import os
import re
from base64 import b64encode
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
NO_WORD = 20
"""One of so many letters is no word of any text: local servers are often shown “anything”."""


def without_keys(text: str, base_url: str = "", *, shortest: int = _SHORTEST) -> str:
    """The text with whatever the environment and an address show to an endpoint blotted out, in capitals or not."""
    secrets = [os.environ.get(name, "").strip() for name in (*KEY_NAMES, "ANTHROPIC_IDENTITY_TOKEN")]
    for header in os.environ.get("ANTHROPIC_CUSTOM_HEADERS", "").split("\n"):
        secrets += header.partition(":")[2].split()
    for address in (base_url, os.environ.get("ANTHROPIC_BASE_URL", "")):
        secrets += _password(address)
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        if len(secret) >= shortest:
            text = re.sub(re.escape(secret), _HIDDEN, text, flags=re.IGNORECASE)
    return text


def _password(address: str) -> list[str]:
    """The password of an address, and what is sent of it."""
    try:
        found = urlsplit(address)
        user, password = unquote(found.username or ""), unquote(found.password or "")
    except ValueError:  # it is no address
        return []
    return [found.password or "", password, b64encode(f"{user}:{password}".encode()).decode()] if password else []


def key_in_sight() -> bool:
    """Whether there is anything that the SDK could show to an endpoint: where this is False, asking is in vain."""
    named = any(os.environ.get(name) for name in (*KEY_NAMES, *_OTHER_WAYS))
    return named or Path(os.environ.get("ANTHROPIC_CONFIG_DIR") or Path.home() / ".config" / "anthropic").is_dir()
