"""The platform's first clients, so that somebody can sign in at all: `python -m plans_api.bootstrap`."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, SecretStr

from plans_api.access import store, use_cases
from plans_api.access.roles import Role
from plans_api.access.scopes import FEEDS, READS_AND_WRITES
from service_kit import clock
from service_kit.access import Caller, Grant, Permission
from service_kit.commands import UnitOfWork
from service_kit.database import EVERY_TENANT, Database, make_engine
from service_kit.settings import ServiceSettings, read_settings
from service_kit.telemetry import configure_logs, log


class BootstrapClient(BaseModel):
    """A client of the platform's own: its operator, or one of its services."""

    client_id: str
    client_secret: Annotated[SecretStr, Field(min_length=32)]
    role: Literal[Role.OPERATOR, Role.SERVICE]


class BootstrapSettings(ServiceSettings):
    """What bootstrapping must be told."""

    bootstrap_clients: Annotated[list[BootstrapClient], Field(description="A JSON list of clients.")]


def bootstrap(work: UnitOfWork, clients: list[BootstrapClient]) -> None:
    """Brings the platform's own clients to what `clients` says, secrets included. What is so already is not touched,
    and a client that somebody has disabled stays disabled."""
    for client in clients:
        secret = client.client_secret.get_secret_value()
        scopes = FEEDS if client.role is Role.SERVICE else READS_AND_WRITES
        row = store.find_client(work.session, client.client_id)
        if row is None:
            use_cases.register_client(work, None, client.client_id, secret, client.client_id, scopes)
        elif row.state == "disabled":
            continue
        else:
            use_cases.renew_secret(work, row, secret)
        if Grant(client.role, None) not in store.read_grants(work.session, work.caller.issuer, client.client_id):
            use_cases.grant_role(work, None, work.caller.issuer, client.client_id, client.role, None)


def main() -> None:
    """Reads the environment, does it in one transaction, and says so."""
    settings = read_settings(BootstrapSettings)
    configure_logs("plans-api-bootstrap", settings.log_level)
    operator = Permission("", frozenset({Role.OPERATOR}))
    caller = Caller(settings.token_issuer, "bootstrap", frozenset(), (Grant(Role.OPERATOR, None),), operator)
    database = Database(make_engine(settings))
    with database.transaction(EVERY_TENANT) as session:
        bootstrap(UnitOfWork(session, caller, clock.now()), settings.bootstrap_clients)
    database.engine.dispose()
    log.info("bootstrapped", clients=[client.client_id for client in settings.bootstrap_clients])


if __name__ == "__main__":
    main()
