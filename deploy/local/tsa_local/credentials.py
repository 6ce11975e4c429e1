"""Secrets of this machine's copy of the product: made once, kept in the data folder, readable by their owner only."""

import json
import os
import secrets
from pathlib import Path

from joserfc.jwk import ECKey


class Credentials:
    """Passwords of database roles and secrets of clients, each made when first asked for and the same ever after."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._secrets: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}

    def secret(self, name: str) -> str:
        """The secret known under this name. Safe to stand in a URL."""
        if name not in self._secrets:
            self._secrets[name] = secrets.token_urlsafe(24)
            write_privately(self._file, json.dumps(self._secrets, indent=2))
        return self._secrets[name]


def make_signing_key(file: Path) -> None:
    """Make the key that access tokens are signed with (ES256, a private JWK), unless the file is there."""
    if file.exists():
        return
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, private=True, auto_kid=True)
    write_privately(file, json.dumps(key.as_dict(private=True)))


def write_privately(file: Path, text: str) -> None:
    """Write a file that only its owner can read: either the whole of it or nothing."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(file.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as opened:
        opened.write(text)
    unfinished.replace(file)
