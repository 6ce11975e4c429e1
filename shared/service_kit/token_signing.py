"""Issuing access tokens, for the one service that does, with a key that never leaves its file and its memory."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from service_kit.ids import new_id
from service_kit.tokens import ALGORITHM, LONGEST_LIFE_SECONDS, TOKEN_TYPE


@dataclass(frozen=True)
class TokenSigner:
    """Signs tokens in the name of `issuer`. `key` is a private P-256 key that carries its `kid`."""

    issuer: str
    key: ECKey = field(repr=False)

    @classmethod
    def from_file(cls, issuer: str, file: Path) -> "TokenSigner":
        """The signer whose private JWK stands in `file`. Errors: `OSError`, `ValueError`."""
        key = ECKey.import_key(json.loads(file.read_bytes()))
        if not key.is_private or not key.kid:
            raise ValueError(f"{file} is not a private key with a `kid`.")
        return cls(issuer, key)

    @property
    def public_keys(self) -> KeySet:
        """What verifies these tokens."""
        return KeySet([ECKey.import_key(self.key.as_dict(private=False))])

    def published(self) -> dict[str, Any]:
        """The public keys as a JWK set, for others to fetch."""
        return {"keys": [{**key.as_dict(private=False), "use": "sig", "alg": ALGORITHM} for key in self.public_keys]}

    def sign(self, subject: str, scopes: list[str], audiences: list[str], at: datetime) -> str:
        """An access token for `subject`, valid from `at` for ten minutes."""
        issued = int(at.timestamp())
        claims = {
            "iss": self.issuer,
            "sub": subject,
            "client_id": subject,
            "aud": audiences,
            "scope": " ".join(scopes),
            "iat": issued,
            "exp": issued + LONGEST_LIFE_SECONDS,
            "jti": str(new_id()),
        }
        header = {"alg": ALGORITHM, "typ": TOKEN_TYPE, "kid": self.key.kid}
        return jwt.encode(header, claims, self.key, algorithms=[ALGORITHM])
