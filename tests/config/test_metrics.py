"""The token of the metrics."""

from pathlib import Path

import pytest

from sidetone.config.fault import ConfigError
from sidetone.config.load import load

MAIN = '[server]\ndata_dir = "data"\ndefault_country = "DE"\n[metrics]\n'


def configured(folder: Path, line: str) -> Path:
    file = folder / "sidetone.toml"
    file.write_text(MAIN + line)
    file.chmod(0o600)
    return file


def test_without_one_there_is_none(tmp_path: Path) -> None:
    assert load(configured(tmp_path, "")).metrics.token is None


def test_it_comes_by_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("0123456789abcdef\n")
    (tmp_path / "token").chmod(0o600)
    token = load(configured(tmp_path, 'token_file = "token"')).metrics.token
    assert token is not None
    assert (token.reveal(), repr(token)) == ("0123456789abcdef", "Secret(…)")


@pytest.mark.parametrize("token", ["short", "with a space in it", "x" * 513])
def test_one_that_is_easily_guessed_or_cannot_be_sent_is_refused(tmp_path: Path, token: str) -> None:
    with pytest.raises(ConfigError, match=r"metrics\.token has another form than it must") as caught:
        load(configured(tmp_path, f'token = "{token}"'))
    assert token not in str(caught.value)
