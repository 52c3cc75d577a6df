"""A TOML table read into a frozen dataclass: every fault at once, each with its place and what is allowed."""

import dataclasses
import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from sidetone.config.fault import Fault, Place
from sidetone.config.secret import Secret
from sidetone.config.secret_source import FROM_CREDENTIAL, FROM_FILE, Source, secret_from
from sidetone.config.section import Section
from sidetone.config.value import Wrong, check_rules, convert, plain_type

T = TypeVar("T")


def read_settings(shape: type[T], table: Mapping[str, Any], *, where: str, base: Path) -> tuple[T | None, list[Fault]]:
    """Read `table` into the dataclass `shape`; the value, or None and all that is wrong.

    `where` is the table's dotted name, `base` the folder that relative paths start from. Places and the modes of
    files are known for a `Section` only. Raises TypeError for a field whose type no setting can have.
    """
    reader = _Reader(table, where, base)
    types = get_type_hints(shape)
    fields = {field.name: field for field in dataclasses.fields(shape)}  # type: ignore[arg-type] # a dataclass
    values: dict[str, Any] = {}
    for name, field in fields.items():
        try:
            values |= reader.field(field, plain_type(types[name]))
        except Wrong as wrong:
            reader.fault(wrong.key or name, wrong.what, wrong.remedy)
    secrets = frozenset(name for name in fields if plain_type(types[name]) is Secret)
    reader.refuse_unknown(list(fields), secrets)
    return (None, reader.faults) if reader.faults else (shape(**values), [])


class _Reader:
    def __init__(self, table: Mapping[str, Any], where: str, base: Path) -> None:
        self._table = table
        self._where = where
        self._base = base
        self.faults: list[Fault] = []

    def field(self, field: "dataclasses.Field[Any]", wanted: Any) -> dict[str, Any]:  # noqa: ANN401 - a type form
        """The field's value by name, or nothing where its default holds. Raises Wrong."""
        if wanted is Secret:
            return self._secret(field)
        if field.name in self._table:
            value = convert(wanted, self._table[field.name], self._base)
            check_rules(value, field.metadata)
            return {field.name: value}
        if _required(field):
            raise Wrong("is missing", f"give {field.metadata.get('help') or 'it a value'}")
        return {}

    def _secret(self, field: "dataclasses.Field[Any]") -> dict[str, Any]:
        given = [key for key in variants(field.name) if key in self._table]
        if len(given) > 1:
            raise Wrong(f"is given {len(given)} times, as {' and '.join(given)}", "keep one of them", key=given[0])
        if not given:
            if _required(field):
                ways = f"{field.name}{FROM_FILE} = a path or {field.name}{FROM_CREDENTIAL} = a name"
                raise Wrong("is missing", f"give {field.metadata.get('help') or 'it'}, best as {ways}")
            return {}
        secret = secret_from(self._source(field.name, given[0]))
        check_rules(secret.reveal(), field.metadata)
        return {field.name: secret}

    def _source(self, name: str, key: str) -> Source:
        place = self._place(key)
        return Source(
            key=key,
            kind=key.removeprefix(name),
            value=self._table[key],
            base=self._base,
            file=place.file if place else None,
            groups=self._table.groups if isinstance(self._table, Section) else Section().groups,
        )

    def refuse_unknown(self, names: list[str], secrets: frozenset[str]) -> None:
        """A fault for each key that the shape does not have."""
        allowed = [key for name in names for key in (variants(name) if name in secrets else (name,))]
        for key in self._table:
            if key not in allowed:
                self.fault(key, "is not a setting", nearest(key, allowed), unknown=True)

    def fault(self, key: str, what: str, remedy: str, *, unknown: bool = False) -> None:
        """Note a fault of one key."""
        place = self._place(key) or (self._table.place if isinstance(self._table, Section) else None)
        dotted = f"{self._where}.{key}" if self._where else key
        self.faults.append(Fault(key=dotted, what=what, remedy=remedy, place=place, unknown=unknown))

    def _place(self, key: str) -> Place | None:
        return self._table.places.get(key) if isinstance(self._table, Section) else None


def variants(name: str) -> Iterator[str]:
    """The keys that a secret can be given by."""
    yield from (name, f"{name}{FROM_FILE}", f"{name}{FROM_CREDENTIAL}")


def nearest(word: str, allowed: list[str]) -> str:
    """The remedy for an unknown word: what was probably meant, and all there is."""
    if not allowed:
        return "nothing is allowed here"
    close = difflib.get_close_matches(word, allowed, n=1)
    meant = f"perhaps {close[0]} is meant; " if close else ""
    return f"{meant}allowed {'is' if len(allowed) == 1 else 'are'} {', '.join(sorted(allowed))}"


def _required(field: "dataclasses.Field[Any]") -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
