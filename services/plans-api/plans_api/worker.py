"""The second process of plans-api: `python -m plans_api.worker`. It follows nobody, and
takes over what is too large for a request."""

from plans_api.register_imports.use_cases import JOB, take_over_sent
from service_kit import clock
from service_kit.database import Database, make_engine
from service_kit.jobs import JobRunner
from service_kit.settings import ServiceSettings, read_settings
from service_kit.telemetry import configure_logs
from service_kit.worker import run_worker


def main() -> None:
    """Runs until it is told to stop."""
    settings = read_settings(ServiceSettings)
    configure_logs("plans-api-worker", settings.log_level)
    database = Database(make_engine(settings))
    imports = JobRunner(database, JOB, lambda job_run: take_over_sent(job_run, clock.now()))
    run_worker(database, followers=[], runners=[imports])


if __name__ == "__main__":
    main()
