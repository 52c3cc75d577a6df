"""Getting at plugins: importing what a section's `type` names, once, and asking its hook."""

import inspect
from collections.abc import Mapping
from typing import Any

import pluggy

from sidetone.domain.fault import SidetoneError
from sidetone.plugin import hookspecs
from sidetone.plugin.context import Context
from sidetone.plugin.found import Found
from sidetone.plugin.version import check_api


class NoProvider(SidetoneError):
    """A plugin does not give what it should; the message says what."""

    code = "no-provider"


class Loader:
    """The plugins that are imported."""

    def __init__(self) -> None:
        self._plugins = pluggy.PluginManager("sidetone")
        self._plugins.add_hookspecs(hookspecs)

    def ask(self, hook: str, type_: str, found: Mapping[str, Found], context: Context) -> Any:  # noqa: ANN401 - a plugin's own
        """What the plugin of this type builds for a section, None for nothing. Raises what the plugin raises,
        NoProvider, PluginMissing, WrongApi, pluggy's PluginValidationError.
        """
        self._import(type_, found)
        others = [plugin for name, plugin in self._plugins.list_name_plugin() if name != type_ and plugin is not None]
        answers = self._plugins.subset_hook_caller(hook, others)(context=context)
        provider: Any = answers[0] if answers else None
        if inspect.iscoroutine(provider):
            provider.close()
            raise NoProvider(f"Plugin {type_} has an async hook.", hint="A hook only builds; `start` does the rest.")
        return provider

    def close(self) -> None:
        """Forget them all."""
        for name, _ in self._plugins.list_name_plugin():
            self._plugins.unregister(name=name)

    def _import(self, type_: str, found: Mapping[str, Found]) -> None:
        if self._plugins.has_plugin(type_):
            return
        if type_ not in found:
            raise NoProvider(f"No plugin {type_} is installed.", hint="Install it, or remove the section.")
        plugin: Any = found[type_].load()
        check_api(type_, getattr(plugin, "api", None))
        self._plugins.register(plugin, name=type_)
        try:
            self._plugins.check_pending()  # a misspelled hook is accepted silently
        except pluggy.PluginValidationError:
            self._plugins.unregister(name=type_)
            raise
