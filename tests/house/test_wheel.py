"""The wheel carries everything that the daemon needs, and works away from the tree."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from house.source import PLUGINS, ROOT, kept_files

pytestmark = pytest.mark.slow
FOR_THE_TYPE_CHECKER = ".d.ts"


def test_every_module_page_and_migration_is_inside(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    sources = {str(path.relative_to(ROOT)) for path in kept_files() if not path.name.endswith(FOR_THE_TYPE_CHECKER)}
    wanted = {name.partition("/")[2] for name in sources if name.startswith(("daemon/sidetone/", "plugins/sidetone_"))}
    assert wanted - inside == set()
    assert {name for name in inside if name.endswith(FOR_THE_TYPE_CHECKER)} == set()


def test_the_template_of_a_plugin_is_inside_and_nothing_beside_it(wheel: Path) -> None:
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("sidetone/plugin-template/")}
    template = ROOT / "contrib/plugin-template"
    kept = {str(path.relative_to(template)) for path in kept_files() if template in path.parents}
    assert inside == {f"sidetone/plugin-template/{name}" for name in kept}


def test_the_unit_and_the_configuration_are_inside(wheel: Path) -> None:
    inside = {name.partition(".data/data/")[2] for name in zipfile.ZipFile(wheel).namelist()}
    etc = {f"etc/sidetone/{path.relative_to(ROOT / 'etc')}" for path in kept_files() if ROOT / "etc" in path.parents}
    units = {f"lib/systemd/system/sidetone{unit}.service" for unit in ("", "-modem@")}
    units |= {"lib/sysusers.d/sidetone.conf", "lib/tmpfiles.d/sidetone.conf"}
    by_hand = {"share/sidetone/modems/60-sidetone-modems.rules", "share/doc/sidetone/carriers/gsm.md"}
    assert etc | units | by_hand <= inside


def test_it_works_away_from_the_tree(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    plugins = sorted(path.stem for path in PLUGINS.glob("sidetone_*"))
    program = f"import sidetone, sidetone.cli.main, {', '.join(plugins)}; print(sidetone.__file__)"
    environment = dict(os.environ, PYTHONPATH=str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(tmp_path))
