"""A client's secret, of which only a slow digest is kept."""

import hashlib
import hmac

_COST = {"n": 2**14, "r": 8, "p": 1}


def digest_of(secret: str, salt: bytes) -> bytes:
    """The scrypt digest that is stored. The client chooses its secret, so that even a long one may be easy to guess:
    each guess costs some 30 ms and 16 MB, and asking for a token, once in ten minutes, the same."""
    return hashlib.scrypt(secret.encode(), salt=salt, dklen=32, **_COST)


def is_right(secret: str, salt: bytes, digest: bytes) -> bool:
    """Whether `secret` is the one whose digest is stored; takes the same time whichever part is wrong."""
    return hmac.compare_digest(digest_of(secret, salt), digest)
