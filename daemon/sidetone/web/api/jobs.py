"""What runs by the clock, for admins."""

from sidetone.jobs.scheduler import JobNotByHand
from sidetone.store import meta
from sidetone.views import JobView, Page
from sidetone.web.call import Call
from sidetone.web.routes import Routes

routes = Routes()


@routes.add("GET", "/admin/jobs", right="admin")
async def jobs(call: Call) -> Page[JobView]:
    """Every job: how its last run ended, and when the next one is."""
    return Page(items=call.rooms.jobs.all(), next=None, seq=await call.rooms.store.read(meta.place))


@routes.add("POST", "/admin/jobs/{name}/runs", right="admin", status=202, errors=(JobNotByHand,))
async def run_job(call: Call) -> JobView:
    """Begin a run of a job now."""
    return await call.rooms.jobs.run_now(call.segments["name"])
