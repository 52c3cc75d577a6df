"""A clean Debian in a folder, what is run in it, and Sidetone started in it as systemd would."""

import ctypes
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from house.needs import need
from house.source import ROOT
from systemd.listener import Listener

SUITE = "bookworm"
MIRROR = os.environ.get("DEBIAN_MIRROR", "http://deb.debian.org/debian")
KEPT = Path(os.environ.get("SIDETONE_CACHE", "/var/tmp/sidetone-test-install"))
BOOTSTRAP_WITHIN = 600.0  # seconds
COMMAND_WITHIN = 300.0
START_WITHIN = 60.0

# A network of its own, with nothing but loopback: SIOCGIFFLAGS, SIOCSIFFLAGS of netdevice(7).
LOOPBACK_ALONE = """
import fcntl, os, socket, struct, sys
with socket.socket() as wire:
    flags = struct.unpack("16sh", fcntl.ioctl(wire, 0x8913, struct.pack("16sh", b"lo", 0)))[1]
    fcntl.ioctl(wire, 0x8914, struct.pack("16sh", b"lo", flags | 1))
os.execvp(sys.argv[1], sys.argv[1:])
"""


class Debian:
    """A root folder. `run` works in it with the network of this machine."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def clean(cls, root: Path) -> Self:
        """A fresh one; the packages are fetched once and kept in `KEPT`."""
        kept = KEPT / f"{SUITE}.tar"
        if not kept.exists():
            KEPT.mkdir(parents=True, exist_ok=True)
            base = KEPT / f"{SUITE}.part"
            shutil.rmtree(base, ignore_errors=True)
            command = [
                "debootstrap",
                "--variant=minbase",
                "--include=systemd,ca-certificates",
                SUITE,
                str(base),
                MIRROR,
            ]
            _run(command, BOOTSTRAP_WITHIN)
            _run(
                ["tar", "--create", f"--file={kept}.part", f"--directory={base}", "--one-file-system", "."],
                COMMAND_WITHIN,
            )
            Path(f"{kept}.part").rename(kept)
            shutil.rmtree(base, ignore_errors=True)
        root.mkdir(parents=True)
        _run(["tar", "--extract", f"--file={kept}", f"--directory={root}"], COMMAND_WITHIN)
        shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
        return cls(root)

    def run(self, command: str, *, stdin: str = "", beside: "Service | None" = None, fails: bool = False) -> str:
        """Run a shell command in it, `beside` a service in that one's network; what it wrote to both its outputs."""
        enter = ["nsenter", "--target", str(beside.pid), "--net", "--mount", "--pid"] if beside else self._alone()
        environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}
        environment |= {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8", "SYSTEMD_OFFLINE": "1"}
        environment |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/root/wheels", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        done = subprocess.run(
            [*enter, "chroot", str(self.root), "/bin/sh", "-ec", f"cd /root; {command}"],
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
            timeout=COMMAND_WITHIN,
            check=False,
        )
        assert (done.returncode != 0) is fails, f"{command}: {done.stdout}"
        return done.stdout

    def bring_wheels(self) -> None:
        """Sidetone's wheel into /root, and what it needs into /root/wheels."""
        pip = [sys.executable, "-m", "pip", "--quiet"]
        wheels = self.root / "root/wheels"
        wheels.mkdir(exist_ok=True)
        _run(
            [*pip, "wheel", "--no-build-isolation", "--no-deps", "-w", str(self.root / "root"), str(ROOT)],
            COMMAND_WITHIN,
        )
        (built,) = (self.root / "root").glob("sidetone-*.whl")
        _run([*pip, "download", "--only-binary=:all:", "-d", str(wheels), str(built)], COMMAND_WITHIN)

    def _alone(self) -> list[str]:
        return ["unshare", "--mount", "--pid", "--fork", "--kill-child", f"--mount-proc={self.root}/proc"]


class Service:
    """The unit's ExecStart, run as the unit says: its user, its credentials, a real notify socket, no network."""

    def __init__(self, debian: Debian, *, watchdog: float = 3.0) -> None:
        root = debian.root
        self.unit = unit(root)
        (root / "run/sidetone-test").mkdir(mode=0o755, exist_ok=True)
        (root / "run/sidetone-test/notify").unlink(missing_ok=True)
        self.listener = Listener(root / "run/sidetone-test")
        Path(self.listener.address).chmod(0o666)
        environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "NOTIFY_SOCKET": "/run/sidetone-test/notify",
            "WATCHDOG_USEC": str(int(watchdog * 1_000_000)),
            "CREDENTIALS_DIRECTORY": self._credentials(root),
            **dict(each.split("=", 1) for line in self.unit["Environment"] for each in shlex.split(line)),
        }
        drop = [
            "setpriv",
            "--reuid=sidetone",
            "--regid=sidetone",
            "--init-groups",
            "--no-new-privs",
            "--bounding-set=-all",
        ]
        self._process = subprocess.Popen(
            [
                *["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", f"--mount-proc={root}/proc"],
                *[sys.executable, "-c", LOOPBACK_ALONE, need("chroot"), str(root), *drop],
                *["sh", "-c", f"umask {self.unit['UMask'][0]}; exec {self.unit['ExecStart'][0]}"],
            ],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    @property
    def pid(self) -> int:
        """The daemon's own process, as this machine counts."""
        outer = self._process.pid
        return int(Path(f"/proc/{outer}/task/{outer}/children").read_text().split()[0])

    def ready(self) -> Self:
        """Wait until it tells systemd so; its log, where it ends instead."""
        try:
            self.listener.until("READY=1")
        except TimeoutError:
            raise AssertionError(self.end()[1]) from None
        return self

    def stop(self) -> str:
        """End it as `systemctl stop` does; its log."""
        os.kill(self.pid, signal.SIGTERM)
        return self.end()[1]

    def end(self) -> tuple[int, str]:
        """Wait for its end: exit code and log."""
        said, _ = self._process.communicate(timeout=START_WITHIN)
        return self._process.returncode, said

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate(timeout=START_WITHIN)
        self.listener.wire.close()

    def _credentials(self, root: Path) -> str:
        """The credentials as LoadCredential= hands them over."""
        name, _, source = self.unit["LoadCredential"][0].partition(":")
        user, group = owner(root)
        folder = root / "run/sidetone-test/credentials"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o500)
        for file in (root / source.lstrip("/")).iterdir():
            given = folder / f"{name}_{file.name}"
            given.write_bytes(file.read_bytes())
            given.chmod(0o400)
            os.chown(given, user, group)
        os.chown(folder, user, group)
        return "/run/sidetone-test/credentials"


def unit(root: Path) -> dict[str, list[str]]:
    """The installed unit: each key's values in their order."""
    link = (root / "etc/systemd/system/sidetone.service").readlink()
    text = (root / str(link).lstrip("/")).read_text()
    found: dict[str, list[str]] = {}
    for key, value in re.findall(r"^([A-Za-z]+)=(.*)$", text, re.M):
        found.setdefault(key, []).append(value)
    return found


def owner(root: Path) -> tuple[int, int]:
    """The ids of the user that sysusers made."""
    match = re.search(r"^sidetone:[^:]*:(\d+):(\d+):", (root / "etc/passwd").read_text(), re.M)
    assert match
    return int(match[1]), int(match[2])


def possible() -> str:
    """Why there can be no Debian here; empty when there can."""
    need("debootstrap")
    if os.geteuid() != 0:
        return "only root can make a Debian in a folder"
    if ctypes.CDLL(None, use_errno=True).unshare(0) != 0:
        return "this kernel has no namespaces"
    return ""


def _run(command: Sequence[str], seconds: float) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    assert done.returncode == 0, f"{shlex.join(command)}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
