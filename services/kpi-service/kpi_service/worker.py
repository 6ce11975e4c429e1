"""The second process of kpi-service: `python -m kpi_service.worker`. It follows plans-api and
sle-broker, and reads uploads."""

import httpx

from kpi_service import projections
from kpi_service.settings import KpiSettings
from kpi_service.uploads.use_cases import JOB, read_upload
from service_kit.database import Database, make_engine
from service_kit.follower import FeedClient, Follower, Reset
from service_kit.jobs import JobRunner
from service_kit.settings import read_settings
from service_kit.telemetry import configure_logs
from service_kit.tokens import OUTGOING_TIMEOUT, ClientCredentials
from service_kit.worker import run_worker


def main() -> None:
    """Runs until it is told to stop."""
    settings = read_settings(KpiSettings)
    configure_logs("kpi-service-worker", settings.log_level)
    database = Database(make_engine(settings))
    followers = [
        _follower(settings, database, "plans-api", settings.plans_api_url, projections.reset_plans_api),
        _follower(settings, database, "sle-broker", settings.sle_broker_url, projections.reset_sle_broker),
    ]
    run_worker(database, followers, [JobRunner(database, JOB, read_upload)])


def _follower(settings: KpiSettings, database: Database, feed: str, address: str, reset: Reset) -> Follower:
    # Each thread has its own connections and its own token: neither is made for sharing.
    credentials = ClientCredentials(
        settings.token_url, settings.client_id, settings.client_secret, httpx.Client(timeout=OUTGOING_TIMEOUT)
    )
    client = FeedClient(httpx.Client(base_url=address, auth=credentials, timeout=OUTGOING_TIMEOUT))
    return Follower(feed, database, client, projections.apply, reset)


if __name__ == "__main__":
    main()
