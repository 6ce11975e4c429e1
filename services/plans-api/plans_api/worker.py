"""The second process of plans-api: `python -m plans_api.worker`. It follows nobody."""

from service_kit.database import Database, make_engine
from service_kit.settings import ServiceSettings, read_settings
from service_kit.telemetry import configure_logs
from service_kit.worker import run_worker


def main() -> None:
    """Runs until it is told to stop."""
    settings = read_settings(ServiceSettings)
    configure_logs("plans-api-worker", settings.log_level)
    run_worker(Database(make_engine(settings)), followers=[])


if __name__ == "__main__":
    main()
