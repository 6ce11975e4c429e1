"""`uvicorn tests.service_kit.notes_main:app`."""

from service_kit.settings import FollowerSettings, read_settings
from tests.service_kit.notes_service import application

app = application(read_settings(FollowerSettings))
