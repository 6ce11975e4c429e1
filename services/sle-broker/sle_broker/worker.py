"""The second process of sle-broker: `python -m sle_broker.worker`. It follows plans-api."""

import httpx

from service_kit import clock
from service_kit.child import keep_ready
from service_kit.database import Database, make_engine
from service_kit.follower import FeedClient, Follower
from service_kit.jobs import JobRunner
from service_kit.settings import read_settings
from service_kit.telemetry import configure_logs
from service_kit.tokens import OUTGOING_TIMEOUT, ClientCredentials
from service_kit.worker import run_worker
from sle_broker import projections
from sle_broker.brokerage_rounds.use_cases import JOB, solve_round
from sle_broker.settings import BrokerSettings


def main() -> None:
    """Runs until it is told to stop."""
    settings = read_settings(BrokerSettings)
    configure_logs("sle-broker-worker", settings.log_level)
    keep_ready("sle_broker.worker")
    database = Database(make_engine(settings))
    credentials = ClientCredentials(
        settings.token_url, settings.client_id, settings.client_secret, httpx.Client(timeout=OUTGOING_TIMEOUT)
    )
    client = FeedClient(httpx.Client(base_url=settings.plans_api_url, auth=credentials, timeout=OUTGOING_TIMEOUT))
    followers = [Follower("plans-api", database, client, projections.apply, projections.reset)]
    run_worker(database, followers, [JobRunner(database, JOB, lambda run: solve_round(run, clock.now()))])


if __name__ == "__main__":
    main()
