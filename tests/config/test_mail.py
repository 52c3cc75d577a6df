"""What `[mail]` needs to be of use."""

from pathlib import Path

import pytest

from sidetone.config.fault import ConfigError
from sidetone.config.load import load

MAIN = '[server]\ndata_dir = "data"\ndefault_country = "DE"\n[mail]\n'
WHO = 'host = "mail.example.com"\nsender = "sidetone@example.com"\nto = ["admin@example.com"]\n'


def configured(folder: Path, lines: str) -> Path:
    file = folder / "sidetone.toml"
    file.write_text(MAIN + lines)
    file.chmod(0o600)
    return file


def test_a_whole_one(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("secret\n")
    (tmp_path / "password").chmod(0o600)
    mail = load(configured(tmp_path, f'{WHO}username = "sidetone"\npassword_file = "password"\n')).mail
    assert (mail.host, mail.port, mail.encryption, mail.after) == ("mail.example.com", 587, "starttls", 600_000)
    assert mail.password is not None
    assert mail.password.reveal() == "secret"


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ('host = "mail.example.com"\n', "mail.sender is missing"),
        ('host = "mail.example.com"\n', "mail.to is missing"),
        (WHO.replace("admin@example.com", "nobody"), "mail.to has another form than it must"),
        (WHO.replace("sidetone@", "Side Tone <"), "mail.sender has another form than it must"),
        (f'{WHO}username = "sidetone"\n', "mail.username and password go together"),
        (f'{WHO}password = "secret"\n', "mail.username and password go together"),
        (f'{WHO}username = "u"\npassword = "secret"\nencryption = "none"\n', "mail.encryption is none although"),
        (f"{WHO}after_minutes = 0.5\n", "mail.after_minutes is too small"),
    ],
)
def test_what_cannot_work_is_refused(tmp_path: Path, lines: str, fault: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(configured(tmp_path, lines))
    assert fault in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_server_on_this_machine_needs_no_encryption(tmp_path: Path) -> None:
    lines = WHO.replace("mail.example.com", "localhost", 1) + 'username = "u"\npassword = "s"\nencryption = "none"\n'
    assert load(configured(tmp_path, lines)).mail.encryption == "none"
