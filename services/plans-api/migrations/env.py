"""How migrations reach the database: as its owner, and one transaction for each migration."""

import os

from alembic import context
from sqlalchemy import create_engine

from plans_api.access import tables as _access
from plans_api.alliances import tables as _alliances
from plans_api.calendar_feeds import tables as _calendar_feeds
from plans_api.corrections import tables as _corrections
from plans_api.findings import tables as _findings
from plans_api.imports import tables as _imports
from plans_api.milestone_dates import tables as _milestone_dates
from plans_api.monitoring import tables as _monitoring
from plans_api.plans import tables as _plans
from plans_api.programmes import tables as _programmes
from plans_api.register_imports import tables as _register_imports
from plans_api.schools import tables as _schools
from plans_api.success_measures import tables as _success_measures
from plans_api.tables import Base
from service_kit.tables import kit_metadata

TABLES = (
    _schools,
    _alliances,
    _access,
    _register_imports,
    _plans,
    _milestone_dates,
    _imports,
    _findings,
    _corrections,
    _calendar_feeds,
    _monitoring,
    _programmes,
    _success_measures,
)
"""Importing a feature's tables is what makes them known to `Base`."""

engine = create_engine(os.environ["DATABASE_OWNER_URL"])
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=[kit_metadata, Base.metadata],
        compare_server_default=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
