"""The published `matrix-synapse` package in a virtual environment outside the repository."""

import os
import subprocess
import sys
from pathlib import Path


class NotInstalled(Exception):
    """Synapse cannot be had on this machine; the message says why."""


def cache_directory() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "hearth" / "interop"


def synapse_python() -> Path:
    """The Python that has Synapse; installs it at the first call (some 60 MB from the package index)."""
    directory = cache_directory() / "synapse-venv"
    python = directory / "bin" / "python"
    if _has_synapse(python):
        return python
    print(f"installing matrix-synapse into {directory} (once)", flush=True)
    directory.parent.mkdir(parents=True, exist_ok=True)
    _run([sys.executable, "-m", "venv", "--clear", str(directory)], "no virtual environment", 120)
    _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "matrix-synapse"],
         "pip could not install matrix-synapse", 600)
    if not _has_synapse(python):
        raise NotInstalled("matrix-synapse is installed but does not start")
    return python


def synapse_postgres() -> Path:
    """The same, able to use PostgreSQL."""
    python = synapse_python()
    if subprocess.run([str(python), "-c", "import psycopg2"], capture_output=True, timeout=60).returncode != 0:
        _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "psycopg2-binary"],
             "pip could not install psycopg2-binary", 600)
    return python


def synapse_version(python: Path) -> str:
    return subprocess.run(
        [str(python), "-c", "import synapse; print(synapse.__version__)"],
        capture_output=True, text=True, check=True, timeout=60).stdout.strip()


def _has_synapse(python: Path) -> bool:
    return python.exists() and subprocess.run(
        [str(python), "-c", "import synapse.app.homeserver"], capture_output=True, timeout=60).returncode == 0


def _run(command: list[str], complaint: str, seconds: int) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds)
    except subprocess.TimeoutExpired as late:
        raise NotInstalled(f"{complaint}: still busy after {seconds} s") from late
    if done.returncode != 0:
        raise NotInstalled(f"{complaint}: {(done.stderr or done.stdout).strip()[-400:]}")
