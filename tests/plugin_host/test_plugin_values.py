"""The memory of a plugin in the store."""

import pytest

from sidetone.store.connection import Store
from sidetone.store.plugin_values import LARGEST_VALUE, PluginValues


async def test_values_are_kept_replaced_and_forgotten(store: Store) -> None:
    keep = PluginValues(store, "main")
    assert await keep.get("a") is None
    await keep.put("a", b"1")
    await keep.put("a", b"\x00\xff")
    assert await keep.get("a") == b"\x00\xff"
    await keep.delete("a")
    await keep.delete("a")
    assert await keep.get("a") is None


async def test_keys_are_listed_by_prefix_in_order(store: Store) -> None:
    keep = PluginValues(store, "main")
    for key in ("b", "a%", "a_", "ab", "a", "B", "aé"):
        await keep.put(key, b"")
    assert await keep.keys() == ["B", "a", "a%", "a_", "ab", "aé", "b"]
    assert await keep.keys("a") == ["a", "a%", "a_", "ab", "aé"]
    assert await keep.keys("a%") == ["a%"]
    assert await keep.keys("z") == []


async def test_plugins_do_not_see_each_others_values(store: Store) -> None:
    one, other = PluginValues(store, "one"), PluginValues(store, "other")
    await one.put("a", b"1")
    assert await other.get("a") is None
    assert await other.keys() == []
    await other.delete("a")
    assert await one.get("a") == b"1"


async def test_what_is_too_large_is_refused(store: Store) -> None:
    keep = PluginValues(store, "main")
    await keep.put("k" * 200, b"x" * LARGEST_VALUE)
    with pytest.raises(ValueError, match="at most"):
        await keep.put("a", b"x" * (LARGEST_VALUE + 1))
    for key in ("", "k" * 201):
        with pytest.raises(ValueError, match="characters"):
            await keep.put(key, b"")
