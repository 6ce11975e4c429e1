"""What tests of an alliance's plans ask for: an alliance of their own, and its administrator."""

import pytest

from tests.people import People, SignedIn


@pytest.fixture
def alliance(people: People) -> str:
    """A new alliance."""
    return people.alliance()


@pytest.fixture
def admin(people: People, alliance: str) -> SignedIn:
    """Its administrator."""
    return people.client(alliance, "alliance_admin")
