"""Jobs: done once whoever dies over them, seen while they run, ended together with their effect."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from service_kit.database import EVERY_TENANT, Database, make_engine
from service_kit.errors import NotFound, RuleBroken, StateConflict
from service_kit.jobs import MOST_ATTEMPTS, Job, JobRun, JobRunner, JobState, JobStopped, cancel, enqueue, read_job
from tests.chaos.killable import begin
from tests.databases import Databases
from tests.service_kit.issuer import Issuer
from tests.service_kit.notes_house import NotesHouse, open_notes_house, until
from tests.service_kit.notes_worker import WorkerSettings

KIND = "count-notes"
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
PATIENCE = timedelta(seconds=2)
COUNT = text("INSERT INTO tenant_totals VALUES (:id, 1, 0, 0) ON CONFLICT (tenant_id) DO UPDATE SET notes = 99")


class CannotBeCounted(RuleBroken):
    """A refusal of the task."""


@pytest.fixture(scope="module")
def house(databases: Databases, issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NotesHouse]:
    """A database with jobs."""
    with open_notes_house(databases, issuer, tmp_path_factory.mktemp("jobs")) as house:
        yield house


def enqueued(database: Database) -> UUID:
    """A job that waits."""
    job_id = uuid4()
    with database.transaction(EVERY_TENANT) as session:
        enqueue(session, KIND, job_id, tenant=None, at=NOW)
    return job_id


def seen(database: Database, job_id: UUID) -> Job:
    """The job as anybody sees it."""
    with database.transaction(EVERY_TENANT) as session:
        return read_job(session, job_id)


def do_one(database: Database, task: Callable[[JobRun], None], stop: threading.Event | None = None) -> bool:
    """One turn of a runner."""
    return JobRunner(database, KIND, task, PATIENCE).step(stop or threading.Event())


def count_it(job_run: JobRun) -> None:
    """Has one effect, and shows when it is had twice."""
    job_run.report(counted=0)
    count_late(job_run)


def count_late(job_run: JobRun) -> None:
    """Has the effect without having looked whether the job is still its own."""
    with job_run.database.transaction(EVERY_TENANT) as session:
        session.execute(COUNT, {"id": job_run.job_id})
        job_run.finish(session)


def effects(house: NotesHouse, job_id: UUID) -> list[tuple[object, ...]]:
    """What the job's effect was."""
    return house.rows("SELECT notes FROM tenant_totals WHERE tenant_id = %s", [job_id])


def last_beat(house: NotesHouse, job_id: UUID) -> datetime:
    """When the job was last heard of."""
    [(at,)] = house.rows("SELECT beat_at FROM jobs WHERE id = %s", [job_id])
    assert isinstance(at, datetime)
    return at


def test_a_job_is_done_once_and_its_progress_is_seen_while_it_runs(house: NotesHouse) -> None:
    database, job_id = house.database, enqueued(house.database)
    assert seen(database, job_id).state is JobState.WAITING
    told: list[Job] = []

    def task(job_run: JobRun) -> None:
        job_run.report(rows_read=7)
        told.append(seen(database, job_id))
        count_it(job_run)

    assert do_one(database, task)
    assert (told[0].state, told[0].progress) == (JobState.RUNNING, {"rows_read": 7})
    assert seen(database, job_id).state is JobState.DONE
    assert effects(house, job_id) == [(1,)]
    assert not do_one(database, task)


def test_a_refusal_fails_the_job_with_its_detail_and_keeps_nothing(house: NotesHouse) -> None:
    job_id = enqueued(house.database)

    def task(job_run: JobRun) -> None:
        with job_run.database.transaction(EVERY_TENANT) as session:
            session.execute(COUNT, {"id": job_run.job_id})
            raise CannotBeCounted("Line 3 has no number.")

    assert do_one(house.database, task)
    job = seen(house.database, job_id)
    assert (job.state, job.failure) == (JobState.FAILED, "Line 3 has no number.")
    assert effects(house, job_id) == []
    assert not do_one(house.database, task)


def test_a_defect_is_tried_again_and_then_told(house: NotesHouse) -> None:
    job_id = enqueued(house.database)

    def task(_: JobRun) -> None:
        raise ZeroDivisionError

    turns = 0
    while do_one(house.database, task):
        turns += 1
    assert turns == MOST_ATTEMPTS
    job = seen(house.database, job_id)
    assert job.state is JobState.FAILED
    assert job.failure is not None
    assert "3 times" in job.failure


def test_a_job_that_waits_is_cancelled_at_once(house: NotesHouse) -> None:
    job_id = enqueued(house.database)
    with house.database.transaction(EVERY_TENANT) as session:
        assert cancel(session, job_id, at=NOW).state is JobState.CANCELLED
    assert not do_one(house.database, count_it)
    with house.database.transaction(EVERY_TENANT) as session, pytest.raises(StateConflict) as refused:
        cancel(session, job_id, at=NOW)
    assert refused.value.members == {"current": "cancelled", "allowed": []}


def test_a_job_that_runs_is_cancelled_at_its_next_report_and_leaves_nothing(house: NotesHouse) -> None:
    job_id = enqueued(house.database)

    def task(job_run: JobRun) -> None:
        with house.database.transaction(EVERY_TENANT) as session:
            assert cancel(session, job_id, at=NOW).is_cancel_asked
        count_it(job_run)

    assert do_one(house.database, task)
    assert seen(house.database, job_id).state is JobState.CANCELLED
    assert effects(house, job_id) == []


def test_a_worker_that_is_told_to_stop_leaves_the_job_to_the_next(house: NotesHouse) -> None:
    job_id, stop = enqueued(house.database), threading.Event()

    def task(job_run: JobRun) -> None:
        stop.set()
        count_it(job_run)

    assert do_one(house.database, task, stop)
    assert seen(house.database, job_id).state is JobState.WAITING
    assert do_one(house.database, count_it)
    assert (seen(house.database, job_id).state, effects(house, job_id)) == (JobState.DONE, [(1,)])


def test_a_long_task_keeps_its_job_without_reporting(house: NotesHouse) -> None:
    job_id = enqueued(house.database)

    def task(job_run: JobRun) -> None:
        claimed_at = last_beat(house, job_id)
        for _ in until(60, "its heart beats when the patience with a silent worker would be over"):
            if last_beat(house, job_id) > claimed_at + PATIENCE:
                break
        assert not do_one(house.database, count_it)
        count_it(job_run)

    assert do_one(house.database, task)
    assert (seen(house.database, job_id).state, effects(house, job_id)) == (JobState.DONE, [(1,)])


def test_what_a_worker_does_after_its_job_was_taken_over_comes_to_nothing(house: NotesHouse) -> None:
    job_id = enqueued(house.database)

    def task(first: JobRun) -> None:
        def taken_over(second: JobRun) -> None:
            with pytest.raises(JobStopped):
                count_late(first)
            count_it(second)

        house.rows("UPDATE jobs SET beat_at = now() - interval '1 hour' RETURNING 1")
        assert do_one(house.database, taken_over)
        raise JobStopped

    assert do_one(house.database, task)
    assert (seen(house.database, job_id).state, effects(house, job_id)) == (JobState.DONE, [(1,)])


def die_in_the_middle(settings: WorkerSettings) -> None:
    """A worker that is killed when its job has just begun."""

    def task(job_run: JobRun) -> None:
        job_run.report(counted=0)
        os.kill(os.getpid(), signal.SIGKILL)

    do_one(Database(make_engine(settings)), task)


def test_a_job_whose_worker_was_killed_is_taken_up_again(house: NotesHouse) -> None:
    job_id = enqueued(house.database)
    victim = begin(die_in_the_middle, house.settings())
    victim.join()
    assert victim.exitcode == -signal.SIGKILL
    assert seen(house.database, job_id).state is JobState.RUNNING
    for _ in until(60, "the job is taken up again"):
        if do_one(house.database, count_it):
            break
    assert (seen(house.database, job_id).state, effects(house, job_id)) == (JobState.DONE, [(1,)])


def test_a_job_whose_workers_always_end_with_it_is_given_up(house: NotesHouse) -> None:
    job_id = enqueued(house.database)
    house.rows("UPDATE jobs SET attempts = 10 WHERE id = %s RETURNING 1", [job_id])
    assert not do_one(house.database, count_it)
    assert seen(house.database, job_id).state is JobState.FAILED


def test_a_job_nobody_asked_for_is_not_found(house: NotesHouse) -> None:
    with house.database.transaction(EVERY_TENANT) as session:
        with pytest.raises(NotFound):
            read_job(session, uuid4())
        with pytest.raises(NotFound):
            cancel(session, uuid4(), at=NOW)
