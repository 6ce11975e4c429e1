"""What a server runs: `uvicorn sle_broker.main:app`."""

from service_kit.settings import read_settings
from sle_broker.application import application
from sle_broker.settings import BrokerSettings

app = application(read_settings(BrokerSettings))
