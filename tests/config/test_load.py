"""The configuration as the daemon gets it."""

from pathlib import Path

import pytest

from sidetone.config.fault import ConfigError
from sidetone.config.load import load

GOOD = '[server]\ndefault_country = "DE"\n'


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / ("sidetone.toml" if name == "main" else f"conf.d/{name}.toml")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return folder / "sidetone.toml"


def test_defaults(tmp_path: Path) -> None:
    config = load(write(tmp_path, main=GOOD))
    assert config.file == tmp_path / "sidetone.toml"
    assert config.folder == tmp_path
    assert (config.server.host, config.server.port) == ("127.0.0.1", 8080)
    assert config.server.public_url == "http://127.0.0.1:8080"
    assert config.server.data_dir == Path("/var/lib/sidetone")
    assert config.messaging.longest_text == 670
    assert config.messaging.validity == 24 * 60 * 60 * 1000
    assert (config.log.level, config.log.format) == ("info", "auto")
    assert config.carriers == {}


def test_files_in_conf_d_are_merged(tmp_path: Path) -> None:
    config = load(
        write(
            tmp_path,
            main=GOOD + '[carriers.main]\ntype = "handset"\n',
            a='[carriers.main]\nmost = 3\n[log]\nlevel = "debug"\n',
            b='[carriers.second]\ntype = "handset"\n',
        )
    )
    assert {name: (carrier.type, dict(carrier.table)) for name, carrier in config.carriers.items()} == {
        "main": ("handset", {"most": 3}),
        "second": ("handset", {}),
    }
    assert config.log.level == "debug"
    assert str(config.carriers["main"].table.places["most"]) == f"{tmp_path}/conf.d/a.toml:2"


def test_only_toml_files_that_are_no_editor_leftovers_are_read(tmp_path: Path) -> None:
    main = write(tmp_path, main=GOOD)
    (tmp_path / "conf.d").mkdir()
    for name in (".#a.toml", "a.toml~", "a.toml.dpkg-old", "notes.txt"):
        (tmp_path / "conf.d" / name).write_text("= nonsense")
    assert load(main).carriers == {}


def test_relative_paths_start_at_the_main_file(tmp_path: Path) -> None:
    assert load(write(tmp_path, main=GOOD + 'data_dir = "data"\n')).server.data_dir == tmp_path / "data"


@pytest.mark.parametrize(
    ("listen", "expected"),
    [
        ("127.0.0.1:80", "http://127.0.0.1:80"),
        ("localhost:9000", "http://localhost:9000"),
        ("[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_a_loopback_listener_is_its_own_url(listen: str, expected: str, tmp_path: Path) -> None:
    assert load(write(tmp_path, main=f'{GOOD}listen = "{listen}"\n')).server.public_url == expected


def test_a_public_url_loses_its_last_slash(tmp_path: Path) -> None:
    config = load(write(tmp_path, main=GOOD + 'listen = "[::]:80"\npublic_url = "https://sms.example.com/"\n'))
    assert config.server.public_url == "https://sms.example.com"
    assert (config.server.host, config.server.port) == ("::", 80)


def test_another_listen_moves_the_derived_url_too(tmp_path: Path) -> None:
    config = load(write(tmp_path, main=GOOD + 'listen = "127.0.0.1:1"\n'), listen="127.0.0.1:2")
    assert (config.server.port, config.server.public_url) == (2, "http://127.0.0.1:2")


def test_a_port_chosen_by_the_system_completes_the_url(tmp_path: Path) -> None:
    server = load(write(tmp_path, main=GOOD + 'listen = "127.0.0.1:0"\n')).server.bound(4711)
    assert (server.listen, server.port, server.public_url) == ("127.0.0.1:4711", 4711, "http://127.0.0.1:4711")
    assert server.bound(1) is server


def test_a_given_url_stays_when_the_system_chooses_the_port(tmp_path: Path) -> None:
    main = write(tmp_path, main=GOOD + 'listen = "127.0.0.1:0"\npublic_url = "https://sms.example.com"\n')
    assert load(main).server.bound(4711).public_url == "https://sms.example.com"


def test_places_are_found_in_all_spellings(tmp_path: Path) -> None:
    text = """\
# [carriers.not_this]
[ carriers . "main" ]
type = "handset"
note = \"\"\"
hidden = 1
\"\"\"
'quoted key' = 1
after = [
  "x",
]
deep.er = 1
"""
    table = load(write(tmp_path, main=GOOD + text)).carriers["main"].table
    lines = {key: place.line for key, place in table.places.items()}
    assert table.place is not None
    assert table.place.line == 4
    assert lines == {"type": 5, "note": 6, "quoted key": 9, "after": 10, "deep": None}
    assert table["deep"].places["er"].line == 13


def test_who_answers_words_is_for_the_core_and_not_for_the_plugin(tmp_path: Path) -> None:
    main = write(tmp_path, main=GOOD + '[carriers.main]\ntype = "handset"\nopt_out_reply = "carrier"\nmost = 3\n')
    carrier = load(main).carriers["main"]
    assert (carrier.opt_out_reply, dict(carrier.table)) == ("carrier", {"most": 3})
    main = write(tmp_path, main=GOOD + '[carriers.main]\ntype = "handset"\n')
    assert load(main).carriers["main"].opt_out_reply == ""


@pytest.mark.parametrize(("value", "silence"), [("26", 26 * 3_600_000), ("1.5", 5_400_000), ("0", 0)])
def test_how_long_a_carrier_may_be_silent(value: str, silence: int, tmp_path: Path) -> None:
    main = write(tmp_path, main=GOOD + f'[carriers.main]\ntype = "handset"\nsilence_hours = {value}\n')
    carrier = load(main).carriers["main"]
    assert (carrier.silence, dict(carrier.table)) == (silence, {})


@pytest.mark.parametrize("value", ['"26"', "true", "-1", "0.5", "8761", "nan", "inf"])
def test_a_silence_that_cannot_be_is_a_fault(value: str, tmp_path: Path) -> None:
    main = write(tmp_path, main=GOOD + f'[carriers.main]\ntype = "handset"\nsilence_hours = {value}\n')
    with pytest.raises(ConfigError) as caught:
        load(main)
    (fault,) = caught.value.faults
    assert fault.key == "carriers.main.silence_hours"


@pytest.mark.parametrize("value", ['"nobody"', '""', "true", "3", "[]"])
def test_an_answer_that_nobody_gives_is_a_fault(value: str, tmp_path: Path) -> None:
    main = write(tmp_path, main=GOOD + f'[carriers.main]\ntype = "handset"\nopt_out_reply = {value}\n')
    with pytest.raises(ConfigError) as caught:
        load(main)
    (fault,) = caught.value.faults
    assert fault.key == "carriers.main.opt_out_reply"
    assert fault.place is not None
