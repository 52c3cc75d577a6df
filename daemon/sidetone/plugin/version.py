"""The version of the plugin API, and which plugins fit it."""

from typing import ClassVar

from sidetone.domain.fault import SidetoneError

API = (1, 1)


class WrongApi(SidetoneError):
    """A plugin was written for a plugin API that this Sidetone does not have; the message names both."""

    code: ClassVar[str] = "wrong-plugin-api"


def check_api(plugin: str, declared: object) -> None:
    """Return when a plugin that declares `api = declared` can be used here; raises WrongApi.

    The same major version fits up to our own minor one: a minor version only adds, a major one breaks.
    """
    match declared:
        case (int(major), int(minor)) if major >= 0 and minor >= 0:
            _compare(plugin, (major, minor))
        case _:
            hint = f"Its author adds `api = {API}` to it."
            raise WrongApi(f"Plugin {plugin} does not say for which plugin API it was written.", hint=hint)


def _compare(plugin: str, declared: tuple[int, int]) -> None:
    ours, theirs = _words(API), _words(declared)
    if declared[0] < API[0]:
        older = f"Plugin {plugin} was written for plugin API {theirs}, which Sidetone no longer has; it has {ours}."
        raise WrongApi(older, hint=f"Update {plugin}.")
    if declared > API:
        raise WrongApi(
            f"Plugin {plugin} needs plugin API {theirs}; this Sidetone has {ours}.",
            hint=f"Update Sidetone, or install an older {plugin}.",
        )


def _words(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))
