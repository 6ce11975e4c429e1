"""What the tests of the brokerage over HTTP share."""

import pytest

from tests.people import People
from tests.sle_broker.brokerage import Brokerage


@pytest.fixture(scope="module")
def brokerage(people: People) -> Brokerage:
    """A brokerage of this module's own."""
    return Brokerage.open(people)
