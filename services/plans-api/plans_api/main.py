"""What a server runs: `uvicorn plans_api.main:app`."""

from plans_api.application import application
from plans_api.settings import PlansSettings
from service_kit.settings import read_settings

app = application(read_settings(PlansSettings))
