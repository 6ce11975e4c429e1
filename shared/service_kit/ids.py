"""Identities of things: UUIDs of version 7, made here, so that they sort by the time they were made."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """An identity never given before."""
    return uuid7()
