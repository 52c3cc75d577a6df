"""Why a plugin cannot start, by exception type."""

from sidetone.domain.fault import SidetoneError


class NotReady(SidetoneError):
    """The far side is not there yet; the host tries again with backoff."""

    code = "not-ready"


class BadCredentials(SidetoneError):
    """The far side refuses our credentials; a person must change them."""

    code = "bad-credentials"


class BadConfig(SidetoneError):
    """A setting is wrong in a way that only the plugin can see; `where` names its key."""

    code = "bad-config"
