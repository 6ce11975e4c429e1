"""How migrations reach the database: as its owner, and one transaction for each migration."""

import os

from alembic import context
from sqlalchemy import create_engine

from service_kit.tables import kit_metadata
from sle_broker.access import tables as _access
from sle_broker.audits import tables as _audits
from sle_broker.availability import tables as _availability
from sle_broker.brokerage_rounds import tables as _brokerage_rounds
from sle_broker.deployments import tables as _deployments
from sle_broker.designation_applications import tables as _designation_applications
from sle_broker.designation_rounds import tables as _designation_rounds
from sle_broker.designation_rules import tables as _designation_rules
from sle_broker.designations import tables as _designations
from sle_broker.evaluations import tables as _evaluations
from sle_broker.lending import tables as _lending
from sle_broker.lending_offers import tables as _lending_offers
from sle_broker.matching import tables as _matching
from sle_broker.matching_weights import tables as _matching_weights
from sle_broker.need_summaries import tables as _need_summaries
from sle_broker.needs import tables as _needs
from sle_broker.outcomes import tables as _outcomes
from sle_broker.placements import tables as _placements
from sle_broker.schools import tables as _schools
from sle_broker.sharing_protocols import tables as _sharing_protocols
from sle_broker.specialisms import tables as _specialisms
from sle_broker.support_requests import tables as _support_requests
from sle_broker.tables import Base
from sle_broker.teachers import tables as _teachers

TABLES = (
    _access,
    _schools,
    _specialisms,
    _teachers,
    _sharing_protocols,
    _needs,
    _audits,
    _designation_rules,
    _designations,
    _need_summaries,
    _designation_rounds,
    _designation_applications,
    _availability,
    _support_requests,
    _deployments,
    _evaluations,
    _outcomes,
    _lending,
    _matching_weights,
    _matching,
    _lending_offers,
    _brokerage_rounds,
    _placements,
)
"""Importing a feature's tables is what makes them known to `Base`."""

LEFT_FOR_THE_RELEASE_BEFORE = {"leader_search_rows", "leader_search_profiles"}
"""Tables that this release does not read. A later one takes them away, with the triggers that keep them."""


def _is_this_releases(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or name not in LEFT_FOR_THE_RELEASE_BEFORE


engine = create_engine(os.environ["DATABASE_OWNER_URL"])
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=[kit_metadata, Base.metadata],
        include_name=_is_this_releases,
        compare_server_default=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
