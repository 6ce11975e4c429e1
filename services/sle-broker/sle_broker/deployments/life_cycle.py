"""The states of a deployment, which leads to which, and the coded reasons for leaving the main path."""

from enum import StrEnum
from types import MappingProxyType

from service_kit.life_cycle import LifeCycle


class DeploymentState(StrEnum):
    """The main path in its order, then the ways aside. Reviews and visits are recorded while under way.

    A leader of another alliance is `offered` first: their days are held, and the deployment is proposed once the offer
    is accepted. What is not accepted is declined by the borrower, withdrawn by the lender, or expires.
    """

    PROPOSED = "proposed"
    RELEASED = "released"
    MEETING_HELD = "meeting_held"
    AGREED = "agreed"
    UNDER_WAY = "under_way"
    CLOSING_MEETING_HELD = "closing_meeting_held"
    EVALUATED = "evaluated"
    CLOSED = "closed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    PAUSED = "paused"
    ENDED_EARLY = "ended_early"
    OFFERED = "offered"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class DeploymentReason(StrEnum):
    """Why a deployment was declined, cancelled, withdrawn, paused or ended early."""

    HOME_SCHOOL_CANNOT_RELEASE = "home_school_cannot_release"
    LEADER_DECLINES = "leader_declines"
    HOST_SCHOOL_DECLINES = "host_school_declines"
    NOT_THE_RIGHT_MATCH = "not_the_right_match"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    NO_LONGER_NEEDED = "no_longer_needed"
    FUNDING_WITHDRAWN = "funding_withdrawn"
    RELEASE_WITHDRAWN = "release_withdrawn"
    LEADER_UNAVAILABLE = "leader_unavailable"
    DESIGNATION_ENDED = "designation_ended"
    RECORDED_IN_ERROR = "recorded_in_error"
    LEADER_ABSENT = "leader_absent"
    HOME_SCHOOL_NEEDS_LEADER = "home_school_needs_leader"
    HOST_SCHOOL_INSPECTED = "host_school_inspected"
    HOST_SCHOOL_NOT_READY = "host_school_not_ready"
    OBJECTIVES_MET_EARLY = "objectives_met_early"


_S, _R = DeploymentState, DeploymentReason
_NONE: frozenset[DeploymentReason] = frozenset()
_DECLINED = frozenset(
    {
        _R.HOME_SCHOOL_CANNOT_RELEASE,
        _R.LEADER_DECLINES,
        _R.HOST_SCHOOL_DECLINES,
        _R.NOT_THE_RIGHT_MATCH,
        _R.CONFLICT_OF_INTEREST,
    }
)
_FALLEN_THROUGH = frozenset(
    {
        _R.NO_LONGER_NEEDED,
        _R.FUNDING_WITHDRAWN,
        _R.RELEASE_WITHDRAWN,
        _R.LEADER_UNAVAILABLE,
        _R.DESIGNATION_ENDED,
        _R.CONFLICT_OF_INTEREST,
    }
)
_OFFER_DECLINED = frozenset(
    {_R.NOT_THE_RIGHT_MATCH, _R.NO_LONGER_NEEDED, _R.FUNDING_WITHDRAWN, _R.CONFLICT_OF_INTEREST}
)
_OFFER_WITHDRAWN = frozenset(
    {
        _R.HOME_SCHOOL_NEEDS_LEADER,
        _R.LEADER_UNAVAILABLE,
        _R.DESIGNATION_ENDED,
        _R.CONFLICT_OF_INTEREST,
        _R.RECORDED_IN_ERROR,
    }
)
_CANCELLED = _FALLEN_THROUGH | {_R.RECORDED_IN_ERROR}
_PAUSED = frozenset(
    {
        _R.LEADER_ABSENT,
        _R.HOME_SCHOOL_NEEDS_LEADER,
        _R.HOST_SCHOOL_INSPECTED,
        _R.HOST_SCHOOL_NOT_READY,
    }
)
_ENDED_EARLY = _FALLEN_THROUGH | {_R.NOT_THE_RIGHT_MATCH, _R.OBJECTIVES_MET_EARLY}

LIFE_CYCLE: LifeCycle[DeploymentState, DeploymentReason] = LifeCycle(
    MappingProxyType(
        {
            _S.PROPOSED: {_S.RELEASED: _NONE, _S.DECLINED: _DECLINED, _S.CANCELLED: _CANCELLED},
            _S.RELEASED: {_S.MEETING_HELD: _NONE, _S.DECLINED: _DECLINED, _S.CANCELLED: _CANCELLED},
            _S.MEETING_HELD: {_S.AGREED: _NONE, _S.DECLINED: _DECLINED, _S.CANCELLED: _CANCELLED},
            _S.AGREED: {_S.UNDER_WAY: _NONE, _S.CANCELLED: _CANCELLED},
            _S.UNDER_WAY: {_S.CLOSING_MEETING_HELD: _NONE, _S.PAUSED: _PAUSED, _S.ENDED_EARLY: _ENDED_EARLY},
            _S.CLOSING_MEETING_HELD: {_S.EVALUATED: _NONE},
            _S.EVALUATED: {_S.CLOSED: _NONE},
            _S.CLOSED: {},
            _S.DECLINED: {},
            _S.CANCELLED: {},
            _S.PAUSED: {_S.UNDER_WAY: _NONE, _S.ENDED_EARLY: _ENDED_EARLY},
            _S.ENDED_EARLY: {},
            _S.OFFERED: {
                _S.PROPOSED: _NONE,
                _S.DECLINED: _OFFER_DECLINED,
                _S.WITHDRAWN: _OFFER_WITHDRAWN,
                _S.EXPIRED: _NONE,
            },
            _S.WITHDRAWN: {},
            _S.EXPIRED: {},
        }
    )
)
