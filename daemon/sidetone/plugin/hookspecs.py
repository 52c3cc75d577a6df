"""The hooks. They are synchronous and only register: a hook returns a provider, the core awaits its methods."""

import pluggy

from sidetone.plugin.carrier import Carrier
from sidetone.plugin.context import Context
from sidetone.plugin.directory import Directory

hookspec = pluggy.HookspecMarker("sidetone")
hookimpl = pluggy.HookimplMarker("sidetone")


@hookspec
def sidetone_carrier(context: Context) -> Carrier:  # type: ignore[empty-body]
    """Build the carrier of one `[carriers.NAME]` section whose `type` names this plugin. No I/O here.

    Called once for each section when the daemon starts, and again for one that a reload has changed; also by
    `sidetone check` and `sidetone plugins`, which start nothing.

    Returns: the carrier. Raises BadConfig when the settings are wrong; anything raised makes this one section
    `failed` and nothing else (fail closed: nothing is sent through it).
    With several plugins: each section asks only the plugin that its `type` names.
    """


@hookspec
def sidetone_directory(context: Context) -> Directory:  # type: ignore[empty-body]
    """Build the directory of one `[directories.NAME]` section whose `type` names this plugin. No I/O here.

    Called as `sidetone_carrier` is. `context.default_country` is the country of this source's numbers.

    Returns: the directory. Raises BadConfig when the settings are wrong; anything raised makes this one section
    `failed` and nothing else (it fails open: the copy of what it knew stays in use).
    With several plugins: each section asks only the plugin that its `type` names.
    """
