"""A file of the register taken over as a job, told about while it runs."""

from tsa_local.api_client import JsonObject
from tsa_local.documents import Document
from tsa_local.plans_client import PlansApi
from tsa_local.progress import Say
from tsa_local.trouble import Trouble
from tsa_local.waiting import until_complete

# A national register is read in about a minute; a slow machine with other work to do takes several.
PATIENCE_SECONDS = 1_800.0
ENDED_WITHOUT = ("failed", "cancelled")


def import_register(plans: PlansApi, file: Document, say: Say) -> JsonObject:
    """What the file did to the register. Raises `ApiProblem` where it is no file of the register, `Trouble` where the
    job failed or did not end in time."""
    job_id = plans.send_register(file)["id"]
    told = 0

    def missing(job: JsonObject) -> str | None:
        nonlocal told
        if job["state"] in ENDED_WITHOUT:
            raise Trouble(f"The import is {job['state']}, and nothing of the file is taken over: {job['failure']}")
        rows = int(job["progress"].get("rows_read", 0))
        if rows > told:
            told = rows
            say(f"{rows:,} rows read")
        return None if job["state"] == "done" else f"the job is {job['state']}, with {rows:,} rows read"

    what = "What the import did"
    done: JsonObject = until_complete(lambda: plans.register_job(job_id), missing, what, seconds=PATIENCE_SECONDS)[
        "report"
    ]
    return done
