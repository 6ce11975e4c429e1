"""The second process of sle-broker: `python -m sle_broker.worker`. It follows plans-api, solves brokerage
rounds, and records what the clock has decided."""

import httpx

from service_kit import clock
from service_kit.child import keep_ready
from service_kit.database import EVERY_TENANT, Database, make_engine
from service_kit.follower import FeedClient, Follower
from service_kit.jobs import JobRunner
from service_kit.settings import read_settings
from service_kit.telemetry import configure_logs
from service_kit.tokens import OUTGOING_TIMEOUT, ClientCredentials
from service_kit.worker import Chore, run_worker
from sle_broker import projections
from sle_broker.brokerage_rounds.use_cases import JOB, solve_round
from sle_broker.deployments.use_cases import expire_offer
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
    run_worker(
        database,
        followers,
        [JobRunner(database, JOB, lambda run: solve_round(run, clock.now()))],
        [offers_to_expire(database)],
    )


def offers_to_expire(database: Database) -> Chore:
    """Offers to other alliances expire whether or not anybody asks: it is recorded and told at once."""

    def expire_one() -> bool:
        with database.transaction(EVERY_TENANT) as session:
            return expire_offer(session, clock.now())

    return Chore("offers-to-expire", expire_one)


if __name__ == "__main__":
    main()
