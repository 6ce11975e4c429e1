"""How migrations reach the database: as its owner, each migration in a transaction of its own."""

import os

from alembic import context
from sqlalchemy import create_engine

from kpi_service.access import tables as _access
from kpi_service.comparator_versions import tables as _comparator_versions
from kpi_service.definitions import tables as _definitions
from kpi_service.facts import tables as _facts
from kpi_service.inspections import tables as _inspections
from kpi_service.outcomes import tables as _outcomes
from kpi_service.schools import tables as _schools
from kpi_service.tables import Base
from kpi_service.trainees import tables as _trainees
from kpi_service.uploads import tables as _uploads
from service_kit.tables import kit_metadata

TABLES = (_access, _schools, _outcomes, _inspections, _uploads, _facts, _definitions, _comparator_versions, _trainees)
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
