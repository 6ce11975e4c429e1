from datetime import date

import pytest

from service_kit.dates_in_order import DateNotYetCome, DatesOutOfOrder
from sle_broker.designation_applications.application import (
    ApplicationReason,
    NotYetReleased,
    PanelRatedRed,
    PanelRating,
    ReferenceAlreadyGiven,
    SupportNotNamed,
    TooFewReferees,
    TooFewReferences,
    assess,
    best_standing,
    move,
    receive_references,
    refuse_too_few_referees,
    refuse_unless_released,
    release,
)
from sle_broker.specialisms.specialism import SpecialismStanding
from tests.sle_broker.builders import MATHEMATICS, PHONICS, TODAY, holds
from tests.sle_broker.designation_applications.builders import (
    LATER,
    SUBMITTED_ON,
    S,
    an_application,
    an_assessment,
    application_in,
    referenced,
)


@pytest.mark.parametrize(
    ("on", "standing"),
    [
        (date(2014, 8, 31), None),
        (date(2014, 9, 1), SpecialismStanding.CLAIMED),
        (date(2014, 11, 3), SpecialismStanding.VALIDATED),
    ],
)
def test_the_best_established_of_their_specialisms_speaks_for_a_leader(
    on: date, standing: SpecialismStanding | None
) -> None:
    held = [holds(MATHEMATICS), holds(PHONICS, validated=date(2014, 11, 3))]
    assert best_standing(held, on) is standing
    assert best_standing([], on) is None


@pytest.mark.parametrize(("needed", "is_enough"), [(0, True), (1, True), (2, False)])
def test_the_panel_waits_for_as_many_references_as_the_round_asks_for(needed: int, is_enough: bool) -> None:
    application = referenced(an_application())
    if is_enough:
        assert receive_references(application, needed, LATER, today=TODAY).state is S.REFERENCES_RECEIVED
    else:
        with pytest.raises(TooFewReferences, match="1 of the 2 references"):
            receive_references(application, needed, LATER, today=TODAY)


def test_a_reference_counts_from_the_day_it_was_given() -> None:
    application = referenced(an_application(), date(2014, 10, 2))
    with pytest.raises(TooFewReferences):
        receive_references(application, 1, date(2014, 10, 1), today=TODAY)
    receive_references(application, 1, date(2014, 10, 2), today=TODAY)


def test_a_school_gives_one_reference_and_it_stands() -> None:
    application = referenced(an_application(), SUBMITTED_ON)
    [given, awaited] = application.references
    assert (given.given_on, given.supports, given.text, given.given_by) == (SUBMITTED_ON, True, "She led it.", "head")
    assert awaited.given_on is None
    with pytest.raises(ReferenceAlreadyGiven):
        referenced(application)


def test_a_reference_is_dated_between_the_submission_and_today() -> None:
    with pytest.raises(DatesOutOfOrder):
        referenced(an_application(), date(2014, 9, 19))
    with pytest.raises(DateNotYetCome):
        referenced(an_application(), date(2015, 9, 1))


def test_an_application_names_as_many_referees_as_the_round_asks_for() -> None:
    refuse_too_few_referees(["100001"], 1)
    with pytest.raises(TooFewReferees):
        refuse_too_few_referees(["100001"], 2)


@pytest.mark.parametrize(
    ("rating", "support", "is_whole"),
    [
        (PanelRating.RED, None, True),
        (PanelRating.RED, "A mentor.", False),
        (PanelRating.AMBER, "A mentor.", True),
        (PanelRating.AMBER, None, False),
        (PanelRating.GREEN, None, True),
        (PanelRating.GREEN, "A mentor.", False),
    ],
)
def test_amber_is_yes_with_the_support_named(rating: PanelRating, support: str | None, is_whole: bool) -> None:
    if is_whole:
        assert an_assessment(rating, support).rating is rating
    else:
        with pytest.raises(SupportNotNamed):
            an_assessment(rating, support)


@pytest.mark.parametrize(
    ("rating", "support"), [(PanelRating.RED, None), (PanelRating.AMBER, "A mentor."), (PanelRating.GREEN, None)]
)
def test_red_is_no_and_the_others_may_be_approved(rating: PanelRating, support: str | None) -> None:
    received = application_in(S.REFERENCES_RECEIVED)
    assessed = assess(received, an_assessment(rating, support), LATER, today=TODAY)
    if rating is PanelRating.RED:
        with pytest.raises(PanelRatedRed):
            move(assessed, S.APPROVED, LATER, today=TODAY)
    else:
        assert move(assessed, S.APPROVED, LATER, today=TODAY).state is S.APPROVED
    declined = move(assessed, S.DECLINED, LATER, today=TODAY, reason=ApplicationReason.TARGET_REACHED)
    assert declined.state is S.DECLINED


def test_an_appeal_against_red_may_be_upheld_and_leads_to_the_designation() -> None:
    received = application_in(S.REFERENCES_RECEIVED)
    application = assess(received, an_assessment(PanelRating.RED), LATER, today=TODAY)
    application = move(application, S.DECLINED, LATER, today=TODAY, reason=ApplicationReason.PANEL_SAID_NO)
    for to in (S.APPEALED, S.APPEAL_UPHELD, S.DESIGNATED):
        application = move(application, to, LATER, today=TODAY)
    assert application.state is S.DESIGNATED


def test_the_applicant_reads_the_papers_once_they_are_released_and_they_stay_released() -> None:
    assessed = application_in(S.ASSESSED)
    with pytest.raises(NotYetReleased):
        refuse_unless_released(assessed)
    released = release(assessed, LATER, today=TODAY)
    refuse_unless_released(released)
    assert release(released, TODAY, today=TODAY) == released


def test_the_papers_are_released_between_the_assessment_and_today() -> None:
    assessed = application_in(S.ASSESSED)
    with pytest.raises(DatesOutOfOrder):
        release(assessed, date(2014, 10, 3), today=TODAY)
    with pytest.raises(DateNotYetCome):
        release(assessed, date(2015, 9, 1), today=TODAY)
