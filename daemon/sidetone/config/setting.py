"""How a setting is declared: a field of a frozen dataclass with a meaning, bounds and a default."""

import dataclasses
from collections.abc import Sequence
from typing import Any

REQUIRED: Any = dataclasses.MISSING


def setting(
    default: Any = REQUIRED,  # noqa: ANN401 - a field of any type
    *,
    help: str,
    minimum: float | None = None,
    maximum: float | None = None,
    choices: Sequence[str] = (),
    pattern: str = "",
) -> Any:  # noqa: ANN401 - dataclasses.field is typed the same way
    """Declare a setting. Without a default it is required; bounds include their ends; `pattern` matches the whole."""
    metadata = {"help": help, "minimum": minimum, "maximum": maximum, "choices": tuple(choices), "pattern": pattern}
    if default is REQUIRED:
        return dataclasses.field(metadata=metadata)
    if isinstance(default, list | dict):
        return dataclasses.field(default_factory=lambda: default.copy(), metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)
