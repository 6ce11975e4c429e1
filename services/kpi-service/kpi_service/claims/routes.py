"""The checker for published figures over HTTP."""

from fastapi import APIRouter

from kpi_service.claims.claim import check
from kpi_service.claims.schemas import CheckedClaimOut, CheckedClaimsOut, ClaimsIn
from service_kit.application import CallerOf

router = APIRouter(tags=["claims"])


@router.post("/v1/claims/check", response_model=CheckedClaimsOut, summary="Check published figures")
def check_claims(body: ClaimsIn, _: CallerOf) -> CheckedClaimsOut:
    """Says of each claim whether whole numbers can give it, which, and whether its parts come to their total. A
    percentage is taken as rounded to the decimals it is written with, a half either way. Nothing is kept."""
    return CheckedClaimsOut(items=[CheckedClaimOut.of(claim, check(claim.to_rule())) for claim in body.claims])
