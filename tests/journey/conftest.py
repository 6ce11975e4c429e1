"""The product the journeys go through: the house, reached as the command-line tool reaches any product."""

from collections.abc import Iterator

import pytest

from tests.running import OPERATOR, House
from tsa_local.product import ADDRESS_VARIABLES, Product
from tsa_local.stack import Address


@pytest.fixture(scope="session")
def address(house: House) -> Address:
    """Where the house is reached, and its operator."""
    return Address(house.plans, house.broker, house.kpis, OPERATOR, house.secret)


@pytest.fixture(scope="session")
def product(address: Address) -> Iterator[Product]:
    """The house, used as a run of the main job uses it."""
    used = Product(address)
    yield used
    used.close()


@pytest.fixture(scope="session")
def environment(address: Address) -> dict[str, str]:
    """The environment that points `tsa` to the house."""
    return {variable: getattr(address, field) for field, variable in ADDRESS_VARIABLES.items()}
