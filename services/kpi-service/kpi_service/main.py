"""What a server runs: `uvicorn kpi_service.main:app`."""

from kpi_service.application import application
from kpi_service.settings import KpiSettings
from service_kit.settings import read_settings

app = application(read_settings(KpiSettings))
