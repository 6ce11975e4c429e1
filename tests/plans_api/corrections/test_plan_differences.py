from hypothesis import given
from hypothesis import strategies as st

from plans_api.corrections.plan_differences import DifferenceKind, matched
from plans_api.imports.finding import PlanColumn
from tests.plans_api.imports.builders import plan_of

HOST = "Host | Choose hosts | May 2015 | K Hibbs | Growth | 3"
TRAIN = "Train | Write the course | On-going | K Shilton | Better teaching | 2"
MEET = "Meet | Agree a day | Easter 2015 | M Rock | All know | N/A"


def test_the_same_document_has_no_differences() -> None:
    plan = plan_of(HOST, TRAIN)
    assert [match.kind for match in matched(plan, plan)] == [None, None]


def test_a_changed_cell_is_shown_with_what_it_said() -> None:
    match, other = matched(plan_of(HOST, TRAIN), plan_of(HOST.replace("May 2015", "June 2015"), TRAIN))
    assert (match.kind, other.kind) == (DifferenceKind.CHANGED, None)
    assert [(cell.column, cell.before, cell.after) for cell in match.cells] == [
        (PlanColumn.DATE, "May 2015", "June 2015")
    ]


def test_rows_are_matched_wherever_they_stand_now() -> None:
    assert [match.kind for match in matched(plan_of(HOST, TRAIN, MEET), plan_of(MEET, HOST, TRAIN))] == [None] * 3


def test_a_row_with_another_name_is_the_same_where_its_milestones_are() -> None:
    (match,) = matched(plan_of(HOST), plan_of(HOST.replace("Host |", "Hosting |")))
    assert [cell.column for cell in match.cells] == [PlanColumn.ACTION_POINT]


def test_nearly_the_same_is_new_and_gone_and_never_guessed() -> None:
    after = plan_of(HOST.replace("Host |", "Hosts |").replace("Choose hosts", "Choose two hosts"))
    assert [match.kind for match in matched(plan_of(HOST), after)] == [DifferenceKind.ADDED, DifferenceKind.GONE]


def test_of_two_alike_each_has_its_own_partner() -> None:
    after = plan_of(HOST, HOST.replace("Growth", "More growth"))
    kinds = [match.kind for match in matched(plan_of(HOST, HOST), after)]
    assert kinds == [None, DifferenceKind.CHANGED]


_rows = st.lists(st.sampled_from([HOST, TRAIN, MEET, HOST.replace("3", "4"), TRAIN.replace("Train |", "Teach |")]))


@given(before=_rows, after=_rows)
def test_every_row_of_both_documents_is_in_exactly_one_match(before: list[str], after: list[str]) -> None:
    earlier, later = plan_of(MEET, *before), plan_of(MEET, *after)
    matches = matched(earlier, later)
    assert [match.after.point for match in matches if match.after] == list(later.action_points)
    assert sorted(match.before.point.rows for match in matches if match.before) == [
        point.rows for point in earlier.action_points
    ]
    assert all((match.before is None) == (match.kind is DifferenceKind.ADDED) for match in matches)
