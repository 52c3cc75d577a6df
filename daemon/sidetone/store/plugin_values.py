"""The small durable memory of a plugin."""

from sidetone.store.connection import Snapshot, Store, Txn

LARGEST_VALUE = 256 * 1024
LONGEST_KEY = 200

GET = "SELECT value FROM plugin_value WHERE plugin = :plugin AND key = :key"
PUT = """
    INSERT INTO plugin_value (plugin, key, value) VALUES (:plugin, :key, :value)
    ON CONFLICT (plugin, key) DO UPDATE SET value = excluded.value
"""
DELETE = "DELETE FROM plugin_value WHERE plugin = :plugin AND key = :key"
KEYS = """
    SELECT key FROM plugin_value
    WHERE plugin = :plugin AND key >= :prefix AND substr(key, 1, :length) = :prefix
    ORDER BY key
"""


class PluginValues:
    """Implements `KeyValue` for one plugin instance; what others keep it cannot see."""

    def __init__(self, store: Store, plugin: str) -> None:
        self._store = store
        self._plugin = plugin

    async def get(self, key: str) -> bytes | None:
        """The value, or None."""
        return await self._store.read(_get, self._plugin, key)

    async def put(self, key: str, value: bytes) -> None:
        """Keep a value; returns after the commit. Raises ValueError for what is too large, StoreFull, StoreError."""
        if not 0 < len(key) <= LONGEST_KEY:
            raise ValueError(f"A key has 1 to {LONGEST_KEY} characters.")
        if len(value) > LARGEST_VALUE:
            raise ValueError(f"A value has at most {LARGEST_VALUE} bytes.")
        await self._store.write(_run, PUT, {"plugin": self._plugin, "key": key, "value": bytes(value)})

    async def delete(self, key: str) -> None:
        """Forget a value."""
        await self._store.write(_run, DELETE, {"plugin": self._plugin, "key": key})

    async def keys(self, prefix: str = "") -> list[str]:
        """All keys that start so, in order."""
        return await self._store.read(_keys, self._plugin, prefix)


def _get(look: Snapshot, plugin: str, key: str) -> bytes | None:
    row = look.one(GET, {"plugin": plugin, "key": key})
    return None if row is None else bytes(row["value"])


def _keys(look: Snapshot, plugin: str, prefix: str) -> list[str]:
    rows = look.all(KEYS, {"plugin": plugin, "prefix": prefix, "length": len(prefix)})
    return [row["key"] for row in rows]


def _run(txn: Txn, statement: str, values: dict[str, object]) -> None:
    txn.run(statement, values)
