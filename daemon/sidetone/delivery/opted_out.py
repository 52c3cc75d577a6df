"""Who tries to text somebody on the opt-out list is told who put them there, when, and what undoes it."""

from typing import Any

from sidetone.errors import Conflict
from sidetone.people.render import time_text
from sidetone.store import opt_outs
from sidetone.store.connection import Snapshot


class OptedOut(Conflict):
    """The recipient does not want texts from this number, or from the whole company."""

    code = "opted-out"


def refuse_if_opted_out(look: Snapshot, number_id: int, party_id: int) -> None:
    """Raises OptedOut if an opt-out is in force."""
    row = opt_outs.standing(look, number_id, party_id)
    if row is not None:
        raise OptedOut(f"{_who(row)} on {time_text(row['created_at'])[:10]}.", hint=_remedy(row))


def _who(row: Any) -> str:  # noqa: ANN401 - a row of STANDING
    scope = "from this company" if row["number_id"] is None else "from this number"
    match row["source"]:
        case "keyword":
            return f"The recipient asked for no more texts {scope}"
        case "carrier":
            return f"Carrier “{row['carrier']}” said that the recipient wants no texts {scope}"
        case "import":
            return f"The recipient came onto the list of those who want no texts {scope}"
    return f"{row['made_by_name'] or 'Somebody'} noted that the recipient wants no texts {scope}"


def _remedy(row: Any) -> str:  # noqa: ANN401 - a row of STANDING
    if row["number_id"] is None:
        return "An admin can lift it once the recipient agrees."
    return "The recipient undoes it by texting START to this number; an admin can lift it once they agree."
