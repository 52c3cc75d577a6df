"""Texts that could be numbers, and texts that could be anything."""

from hypothesis import strategies as st

characters = st.characters()
dialled = st.text(alphabet="0123456789 +-()./\u00a0\uff0b\u0660x#;", max_size=70)
anything = st.text(alphabet=characters, max_size=90) | dialled
countries = st.sampled_from(
    ["DE", "AT", "CH", "FR", "IT", "ES", "GB", "US", "MX", "AR", "RU", "HU", "XX", "", "ZZZ", "\ud800"]
)
