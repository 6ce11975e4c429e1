"""Which product the commands use: the one the environment names, the one that runs here, or one started for them."""

import contextlib
import signal
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tsa_local.api_client import AccessToken, ApiClient
from tsa_local.ports import read_ports
from tsa_local.stack import HOME, Address, Stack, running_address
from tsa_local.trouble import Trouble

ADDRESS_VARIABLES = {
    "plans_api": "TSA_PLANS_URL",
    "sle_broker": "TSA_BROKER_URL",
    "kpi_service": "TSA_KPI_URL",
    "client_id": "TSA_CLIENT_ID",
    "client_secret": "TSA_CLIENT_SECRET",
}
HOME_VARIABLE = "TSA_HOME"


class Product:
    """A running product: the tokens of its clients, and each of its services as one of them uses it."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._open = contextlib.ExitStack()
        self._tokens: dict[str, AccessToken] = {}

    @property
    def operator(self) -> AccessToken:
        """The operator's own token."""
        return self.token(self.address.client_id, self.address.client_secret)

    def token(self, client_id: str, client_secret: str) -> AccessToken:
        """The token of one client, the same for all three services."""
        if client_id not in self._tokens:
            url = f"{self.address.plans_api}/oauth/token"
            self._tokens[client_id] = AccessToken(url, client_id, client_secret)
        return self._tokens[client_id]

    def plans(self, token: AccessToken) -> ApiClient:
        """plans-api, used as the client of this token."""
        return self._client(self.address.plans_api, token)

    def broker(self, token: AccessToken) -> ApiClient:
        """sle-broker, used as the client of this token."""
        return self._client(self.address.sle_broker, token)

    def kpis(self, token: AccessToken) -> ApiClient:
        """kpi-service, used as the client of this token."""
        return self._client(self.address.kpi_service, token)

    def close(self) -> None:
        """Closes every connection."""
        self._open.close()

    def _client(self, base_url: str, token: AccessToken) -> ApiClient:
        return self._open.enter_context(ApiClient(base_url, token))


def home_of(environment: Mapping[str, str]) -> Path:
    """The folder that keeps a product's data, logs and secrets from run to run."""
    return Path(environment[HOME_VARIABLE]) if environment.get(HOME_VARIABLE) else HOME


def address_named_by(environment: Mapping[str, str]) -> Address | None:
    """The product that the environment names, or None where it names none. Raises `Trouble` where it names a part."""
    given = {field: environment.get(name, "") for field, name in ADDRESS_VARIABLES.items()}
    if not any(given.values()):
        return None
    missing = [ADDRESS_VARIABLES[field] for field, value in given.items() if not value]
    if missing:
        raise Trouble(f"To use a product that runs elsewhere, set {', '.join(missing)} too; or none of them.")
    return Address(**{field: value.rstrip("/") for field, value in given.items()})


def address_at_hand(environment: Mapping[str, str]) -> Address | None:
    """The product the environment names, else the one that runs here; None where there is neither. Raises `Trouble`."""
    return address_named_by(environment) or running_address(home_of(environment))


@contextlib.contextmanager
def started(environment: Mapping[str, str], say: Callable[[str], None]) -> Iterator[Stack]:
    """A product of our own: up inside the context, stopped after it, also where we are told to terminate."""
    with (
        _terminated_like_interrupted(),
        Stack(home_of(environment), ports=read_ports(environment), say=say) as stack,
    ):
        yield stack


@contextlib.contextmanager
def product_at_hand(environment: Mapping[str, str], say: Callable[[str], None]) -> Iterator[Product]:
    """The product that is at hand, else one that is started for as long as this lasts. Raises `Trouble`."""
    address = address_at_hand(environment)
    if address is not None:
        with contextlib.closing(Product(address)) as product:
            yield product
        return
    with started(environment, say) as stack, contextlib.closing(Product(stack.address)) as ours:
        yield ours


@contextlib.contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
