"""The three applications, put together without a database, to look at their contracts."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import FastAPI
from joserfc.jwk import ECKey

from kpi_service import application as kpi_service
from kpi_service.settings import KpiSettings
from plans_api import application as plans_api
from plans_api.settings import PlansSettings
from service_kit.application import Service
from sle_broker import application as sle_broker
from sle_broker.settings import BrokerSettings

SERVICES: dict[str, Service] = {module.SERVICE.name: module.SERVICE for module in (plans_api, sle_broker, kpi_service)}

_NOWHERE = "http://127.0.0.1:1"
_COMMON = {"database_url": "postgresql+psycopg://nobody@127.0.0.1:1/nowhere", "token_issuer": _NOWHERE}
_FOLLOWER = _COMMON | {
    "jwks_url": _NOWHERE,
    "token_url": _NOWHERE,
    "client_id": "nobody",
    "client_secret": "nothing",
    "plans_api_url": _NOWHERE,
}


@cache
def applications() -> dict[str, FastAPI]:
    """Each service's application by the service's name."""
    with _signing_key() as key:
        return {
            "plans-api": plans_api.application(PlansSettings.model_validate(_COMMON | {"signing_key_file": key})),
            "sle-broker": sle_broker.application(BrokerSettings.model_validate(_FOLLOWER)),
            "kpi-service": kpi_service.application(
                KpiSettings.model_validate(_FOLLOWER | {"sle_broker_url": _NOWHERE})
            ),
        }


@contextmanager
def _signing_key() -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        file = Path(folder, "key.json")
        file.write_text(json.dumps(ECKey.generate_key("P-256", private=True, auto_kid=True).as_dict(private=True)))
        yield file
