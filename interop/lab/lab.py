"""One run: a directory, an authority, servers that are always stopped, and the options each scenario has."""

import argparse
import contextlib
import secrets
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from lab import venv
from lab.authority import Authority
from lab.report import Report
from lab.servers import Hearth, Server, Synapse


class Lab:
    """Makes the servers of one run and ends them with it.

    Its directory is kept when something failed (or with `--keep`), and its place is printed.
    """

    def __init__(self, options: argparse.Namespace, report: Report):
        self.report = report
        self.keep: bool = options.keep
        self.reference: bool = options.reference
        self.directory = Path(tempfile.mkdtemp(prefix="hearth-interop-"))
        self.authority = Authority(self.directory / "authority")
        self._servers: list[Server] = []

    def hearth(self, label: str) -> Server:
        """The server under test: Hearth, or Synapse with `--reference`."""
        return self.synapse(label) if self.reference else self._start(
            Hearth(label, self.directory / label, self.authority))

    def synapse(self, label: str) -> Server:
        return self._start(Synapse(label, self.directory / label, self.authority, venv.synapse_python()))

    def _start(self, server: Server) -> Server:
        self._servers.append(server)
        # The first start of Hearth may build it.
        seconds = server.start(patience_seconds=600)
        self.report.say(f"{server} answers after {seconds:.1f} s")
        return server

    def stop(self) -> None:
        for server in self._servers:
            with contextlib.suppress(Exception):
                server.stop()
            server.link.cut()


@contextlib.contextmanager
def lab(options: argparse.Namespace, report: Report) -> Iterator[Lab]:
    # Servers must not outlive a run that is told to end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    room = Lab(options, report)
    finished = False
    try:
        yield room
        finished = True
    finally:
        room.stop()
        if room.keep or report.failed or not finished:
            report.say(f"data and logs are kept in {room.directory}")
        else:
            shutil.rmtree(room.directory, ignore_errors=True)


def parser(description: str) -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(description=description)
    options.add_argument("--keep", action="store_true", help="keep data and logs, also when all is well")
    options.add_argument(
        "--reference", action="store_true",
        help="play the scenario with Synapse in the place of Hearth, to tell a wrong scenario from a wrong server")
    return options


def localpart(name: str) -> str:
    """A name nobody has had before, so that a search for it means something."""
    return f"{name}-{secrets.token_hex(3)}"
