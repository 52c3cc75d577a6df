"""The audit."""

from sidetone.views.base import Time, View


class AuditView(View, frozen=True, kw_only=True):
    """One act. `user_id`, `name`, `address`: who did it, and from where; `uid` instead of a user: at the command line.

    `kind`, `subject_id`, `subject`: what it is about.
    """

    id: str
    at: Time
    user_id: str | None
    name: str
    uid: int | None
    address: str
    act: str
    kind: str
    subject_id: str | None
    subject: str
    words: str
