"""A PostgreSQL of this run, with the settings that its packages come with: fsync and synchronous_commit are on."""

import contextlib
import os
import shutil
import subprocess
import tarfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from lab.link import free_port


class NoPostgres(Exception):
    """There is no PostgreSQL on this machine; the message says where was looked."""


def binaries(scratch: Path) -> Path:
    """The directory of initdb and postgres: $PG_BIN, the usual places, or those that the tests use."""
    candidates = [Path(os.environ["PG_BIN"])] if "PG_BIN" in os.environ else []
    on_path = shutil.which("initdb")
    if on_path:
        candidates.append(Path(on_path).resolve().parent)
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for candidate in candidates:
        if (candidate / "initdb").exists() and (candidate / "postgres").exists():
            return candidate
    archives = sorted((Path.home() / ".m2/repository/io/zonky/test/postgres").glob("*/*/*.jar"), reverse=True)
    for archive in archives:
        with zipfile.ZipFile(archive) as jar:
            for name in jar.namelist():
                if name.endswith(".txz"):
                    jar.extract(name, scratch)
                    with tarfile.open(scratch / name, "r:xz") as files:
                        files.extractall(scratch / "postgres", filter="tar")
                    return scratch / "postgres" / "bin"
    raise NoPostgres("no initdb in $PG_BIN, on PATH, in /usr/lib/postgresql or in ~/.m2 (run ./hearth test once)")


@contextlib.contextmanager
def postgres(directory: Path) -> Iterator[int]:
    """Runs it on a free port of the loopback interface and stops it at the end. The superuser is `postgres`."""
    found = binaries(directory)
    data = directory / "postgresql"
    # It does not run as root.
    user = {"user": "nobody"} if os.geteuid() == 0 else {}
    data.mkdir()
    if user:
        shutil.chown(data, "nobody")
        for parent in (directory, *directory.rglob("postgres/**")):
            parent.chmod(parent.stat().st_mode | 0o055)
    subprocess.run(
        [str(found / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"],
        check=True, capture_output=True, cwd=data, **user)
    port = free_port()
    with (directory / "postgresql.log").open("wb") as log:
        process = subprocess.Popen(
            [str(found / "postgres"), "-D", str(data), "-p", str(port), "-k", str(data),
             "-c", "listen_addresses=127.0.0.1"],
            stdout=log, stderr=subprocess.STDOUT, cwd=data, **user)
    try:
        for _ in range(300):
            if b"ready to accept" in (directory / "postgresql.log").read_bytes():
                break
            if process.poll() is not None:
                raise NoPostgres("PostgreSQL ended by itself: " + (directory / "postgresql.log").read_text()[-800:])
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(60)
