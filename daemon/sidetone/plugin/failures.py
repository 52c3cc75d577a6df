"""Why a plugin cannot start, by exception type."""

from sidetone.domain.fault import SidetoneError


class NotReady(SidetoneError):
    """The far side is not there yet; the host starts it again with growing gaps, 2 s to 15 minutes.

    Raised by `start`. Its message is shown as the carrier's state: no secret, no phone number. Raised by `find`,
    `status` or `poll` it says that the carrier could not be asked.
    """

    code = "not-ready"


class BadCredentials(SidetoneError):
    """The far side refuses our credentials; raised by `start`, which is not tried again until a person changes them.

    Repeated failures lock accounts, so this is no NotReady. Its message is shown as the carrier's state.
    """

    code = "bad-credentials"


class BadConfig(SidetoneError):
    """A setting is wrong in a way that only the plugin can see; `where` names its key.

    Raised by the hook or by `start`; it is not tried again until the section changes, and `sidetone check` tells it.
    """

    code = "bad-config"
