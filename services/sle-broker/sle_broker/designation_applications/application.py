"""An application to be designated: who applies, what was said of them, and its life from submission to training."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from service_kit.dates_in_order import refuse_future, refuse_out_of_order
from service_kit.errors import Conflict, Forbidden, RuleBroken
from service_kit.life_cycle import LifeCycle, Step
from sle_broker.specialisms.specialism import LeaderSpecialism, Phase, Specialism, SpecialismStanding


class ApplicationState(StrEnum):
    """The road of an application. `approved` and `declined` are the panel's decision; a declined applicant may
    appeal."""

    SUBMITTED = "submitted"
    REFERENCES_RECEIVED = "references_received"
    ASSESSED = "assessed"
    APPROVED = "approved"
    DECLINED = "declined"
    APPEALED = "appealed"
    APPEAL_UPHELD = "appeal_upheld"
    APPEAL_DISMISSED = "appeal_dismissed"
    DESIGNATED = "designated"
    TRAINED = "trained"
    WITHDRAWN = "withdrawn"


class ApplicationReason(StrEnum):
    """Why an application was declined or withdrawn."""

    PANEL_SAID_NO = "panel_said_no"
    REFERENCES_DO_NOT_SUPPORT = "references_do_not_support"
    NO_NEED_FOR_THE_SPECIALISM = "no_need_for_the_specialism"
    TARGET_REACHED = "target_reached"
    CHANGED_THEIR_MIND = "changed_their_mind"
    LEFT_HOME_SCHOOL = "left_home_school"
    HOME_SCHOOL_WITHDREW_SUPPORT = "home_school_withdrew_support"


class PanelRating(StrEnum):
    """What a panel found: red no, amber yes with support, green yes."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"


class TooFewReferences(Conflict):
    """The panel meets once the references that the round asks for are there."""


class TooFewReferees(RuleBroken):
    """An application names at least as many referees as the round asks for references."""


class SupportNotNamed(RuleBroken):
    """Amber is yes with support: the panel says which; with red or green there is none to name."""


class PanelRatedRed(Conflict):
    """Whom the panel rated red is declined, and may appeal."""


class NotYetReleased(Forbidden):
    """An applicant reads the references and the panel's notes once the alliance has released them."""


class ReferenceAlreadyGiven(Conflict):
    """A school gives one reference for an application, and it stands."""


class AlreadyApplied(Conflict):
    """Somebody applies once in a round; after withdrawing they may apply again."""


_S, _R = ApplicationState, ApplicationReason
_NONE: frozenset[ApplicationReason] = frozenset()
_DECLINED = frozenset(
    {_R.PANEL_SAID_NO, _R.REFERENCES_DO_NOT_SUPPORT, _R.NO_NEED_FOR_THE_SPECIALISM, _R.TARGET_REACHED}
)
_WITHDRAWN = frozenset({_R.CHANGED_THEIR_MIND, _R.LEFT_HOME_SCHOOL, _R.HOME_SCHOOL_WITHDREW_SUPPORT})

LIFE_CYCLE: LifeCycle[ApplicationState, ApplicationReason] = LifeCycle(
    MappingProxyType(
        {
            _S.SUBMITTED: {_S.REFERENCES_RECEIVED: _NONE, _S.WITHDRAWN: _WITHDRAWN},
            _S.REFERENCES_RECEIVED: {_S.ASSESSED: _NONE, _S.WITHDRAWN: _WITHDRAWN},
            _S.ASSESSED: {_S.APPROVED: _NONE, _S.DECLINED: _DECLINED, _S.WITHDRAWN: _WITHDRAWN},
            _S.APPROVED: {_S.DESIGNATED: _NONE, _S.WITHDRAWN: _WITHDRAWN},
            _S.DECLINED: {_S.APPEALED: _NONE},
            _S.APPEALED: {_S.APPEAL_UPHELD: _NONE, _S.APPEAL_DISMISSED: _NONE, _S.WITHDRAWN: _WITHDRAWN},
            _S.APPEAL_UPHELD: {_S.DESIGNATED: _NONE, _S.WITHDRAWN: _WITHDRAWN},
            _S.APPEAL_DISMISSED: {},
            _S.DESIGNATED: {_S.TRAINED: _NONE},
            _S.TRAINED: {},
            _S.WITHDRAWN: {},
        }
    )
)

SAID_BY_THE_APPLICANT = frozenset({_S.APPEALED, _S.WITHDRAWN})
"""The steps that are the applicant's to take; all others are the alliance's."""


@dataclass(frozen=True)
class Applicant:
    """Somebody who is no leader of the alliance yet, with the codes of the specialisms they claim."""

    name: str
    home_school_urn: str
    phases: frozenset[Phase]
    specialism_codes: tuple[str, ...]


@dataclass(frozen=True)
class Claim:
    """What an application says beside who applies. No `submitted_on` is today, no `referee_urns` the home school."""

    kind: str
    years_of_leadership: int
    home_school_judgement: int | None
    head_supports: bool
    referee_urns: tuple[str, ...]
    submitted_on: date | None


@dataclass(frozen=True)
class Reference:
    """A reference asked of a school for an application, and what the school wrote once it was given.

    `given_on`, `supports` and `text` are None until then. `given_by` is the subject under which whoever recorded it
    signs in.
    """

    id: UUID
    school_urn: str
    given_on: date | None = None
    supports: bool | None = None
    text: str | None = None
    given_by: str | None = None


@dataclass(frozen=True)
class AskedReference:
    """A reference with the application it is for, as far as whoever gives it must know: who applies and from where.
    `released_to` are the applicant's parties once they may read it, and nobody before."""

    reference: Reference
    application_id: UUID
    applicant_name: str
    home_school_urn: str
    application_state: ApplicationState
    released_to: tuple[str | None, ...]

    @property
    def is_awaited(self) -> bool:
        """Whether the school may still give it."""
        return self.reference.given_on is None and self.application_state is ApplicationState.SUBMITTED


@dataclass(frozen=True)
class Assessment:
    """What the panel found. `support` is the support without which amber is not a yes. Raises `SupportNotNamed`."""

    rating: PanelRating
    notes: str
    support: str | None
    recorded_by: str

    def __post_init__(self) -> None:
        if (self.rating is PanelRating.AMBER) != (self.support is not None):
            raise SupportNotNamed("Name the support that goes with amber in `support`; red and green have none.")


@dataclass(frozen=True)
class Application:
    """One application of one person in one round, by somebody who is a leader of the alliance already (`leader_id`) or
    by somebody who becomes one when they are designated.

    `name`, `home_school_urn`, `kind` and `phases` are as they were when it was made, `specialisms` what they claimed.
    `submitted_by` is the subject under which whoever submitted it signs in. `released_on` is the day from which the
    applicant may read the references and the panel's notes. `steps` begins with the submission and is never empty.
    """

    id: UUID
    round_id: UUID
    name: str
    home_school_urn: str
    kind: str
    phases: frozenset[Phase]
    specialisms: tuple[Specialism, ...]
    years_of_leadership: int
    home_school_judgement: int | None
    head_supports: bool
    submitted_by: str
    references: tuple[Reference, ...]
    steps: tuple[Step[ApplicationState, ApplicationReason], ...]
    leader_id: UUID | None = None
    designation_id: UUID | None = None
    assessment: Assessment | None = None
    released_on: date | None = None

    @property
    def state(self) -> ApplicationState:
        """The state reached last."""
        return self.steps[-1].state

    @property
    def submitted_on(self) -> date:
        """The day of the submission."""
        return self.steps[0].on

    @property
    def parties(self) -> tuple[str | None, ...]:
        """Whose application it is: the leader, and whoever submitted it."""
        return (None if self.leader_id is None else str(self.leader_id), self.submitted_by)


def submitted(on: date, *, today: date) -> Step[ApplicationState, ApplicationReason]:
    """The first step of every application. Raises `DateNotYetCome`."""
    refuse_future(what=ApplicationState.SUBMITTED, on=on, today=today)
    return Step(ApplicationState.SUBMITTED, on)


def best_standing(held: Iterable[LeaderSpecialism], on: date) -> SpecialismStanding | None:
    """How far the best established of a leader's specialisms was established on a day; None where they had claimed
    none."""
    standings = {known.standing for one in held if (known := one.as_of(on)) is not None}
    if SpecialismStanding.VALIDATED in standings:
        return SpecialismStanding.VALIDATED
    return SpecialismStanding.CLAIMED if standings else None


def refuse_too_few_referees(referees: Sequence[str], references_needed: int) -> None:
    """Whether so many schools can give the references that a round asks for. Raises `TooFewReferees`."""
    if len(referees) < references_needed:
        raise TooFewReferees(
            f"The round asks for {references_needed} references and the application names {len(referees)} referees; "
            "name more schools in `referee_urns`."
        )


def give_reference(
    application: Application, reference_id: UUID, *, on: date, today: date, supports: bool, text: str, by: str
) -> Application:
    """The application with what a school wrote, while references are still awaited. `reference_id` is one of its own.

    Raises `ReferenceAlreadyGiven`, `StateConflict`, `DatesOutOfOrder`, `DateNotYetCome`.
    """
    reference = next(one for one in application.references if one.id == reference_id)
    if reference.given_on is not None:
        raise ReferenceAlreadyGiven(f"The school gave its reference on {reference.given_on}.")
    if application.state is not ApplicationState.SUBMITTED:
        raise LIFE_CYCLE.conflict(application.state, "References are given until all that were asked for are received.")
    refuse_out_of_order(
        earlier="the submission", earlier_on=application.submitted_on, later="the reference", later_on=on
    )
    refuse_future(what="The reference", on=on, today=today)
    given = replace(reference, given_on=on, supports=supports, text=text, given_by=by)
    references = tuple(given if one.id == reference_id else one for one in application.references)
    return replace(application, references=references)


def receive_references(application: Application, references_needed: int, on: date, *, today: date) -> Application:
    """The references that the round asks for are there. Raises `TooFewReferences`, and those of `move`."""
    moved = move(application, ApplicationState.REFERENCES_RECEIVED, on, today=today)
    given = [one for one in application.references if one.given_on is not None and one.given_on <= on]
    if len(given) < references_needed:
        raise TooFewReferences(
            f"{len(given)} of the {references_needed} references that the round asks for had been given on {on}."
        )
    return moved


def assess(application: Application, assessment: Assessment, on: date, *, today: date) -> Application:
    """The panel has met, after the references were received. Raises those of `move`."""
    return replace(move(application, ApplicationState.ASSESSED, on, today=today), assessment=assessment)


def move(
    application: Application,
    to: ApplicationState,
    on: date,
    *,
    today: date,
    reason: ApplicationReason | None = None,
) -> Application:
    """The application one step on; the application given is not changed. Whom the panel rated red is not approved.

    Raises `StateConflict`, `ReasonNotInList`, `DatesOutOfOrder`, `DateNotYetCome`, `PanelRatedRed`.
    """
    step = LIFE_CYCLE.next_step(application.steps, to=to, on=on, today=today, reason=reason)
    assessment = application.assessment
    if to is ApplicationState.APPROVED and assessment is not None and assessment.rating is PanelRating.RED:
        raise PanelRatedRed("The panel rated the application red, which is no; decline it. The applicant may appeal.")
    return replace(application, steps=(*application.steps, step))


def refuse_unless_released(application: Application) -> None:
    """Whether the applicant may read what the panel found. Raises `NotYetReleased`."""
    if application.released_on is None:
        raise NotYetReleased("The references and the panel's notes have not been released to the applicant.")


def release(application: Application, on: date, *, today: date) -> Application:
    """The applicant may read the references and the panel's notes from a day on, once there is an assessment. Where
    they may already, nothing changes.

    Raises `StateConflict`, `DatesOutOfOrder`, `DateNotYetCome`.
    """
    if application.released_on is not None:
        return application
    if application.assessment is None:
        raise LIFE_CYCLE.conflict(application.state, "References and notes are released once the panel has assessed.")
    assessed_on = next(step.on for step in application.steps if step.state is ApplicationState.ASSESSED)
    refuse_out_of_order(earlier="the assessment", earlier_on=assessed_on, later="the release", later_on=on)
    refuse_future(what="The release", on=on, today=today)
    return replace(application, released_on=on)
