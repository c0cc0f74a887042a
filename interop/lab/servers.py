"""Homeservers as processes of this machine: Hearth from this repository, or the published Synapse."""

import json
import os
import secrets
import signal
import subprocess
import time
from pathlib import Path

from lab.authority import Authority
from lab.link import Link, free_port
from lab.matrix import Api, Unreachable

LAUNCHER = Path(__file__).resolve().parents[2] / "hearth"


class Server:
    """One homeserver `localhost:PORT`. Others reach it through `link`; its own clients use `url` directly.

    One TLS listener serves both; the certificate is the authority's.
    """

    product = "?"

    def __init__(self, label: str, directory: Path, authority: Authority):
        self.label = label
        self.directory = directory
        self.data = directory / "data"
        self.log = directory / "output.log"
        self.data.mkdir(parents=True)
        self.authority = authority
        self.certificate, self.key = authority.issue(label)
        self.port = free_port()
        self.link = Link(free_port(), self.port)
        self.link.heal()
        self.name = f"localhost:{self.link.port}"
        self.url = f"https://localhost:{self.port}"
        self.shared_secret = secrets.token_urlsafe(24)
        self._process: subprocess.Popen | None = None
        self.configure()

    def configure(self) -> None:
        raise NotImplementedError

    def command(self) -> list[str]:
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        return dict(os.environ)

    def api(self, token: str | None = None) -> Api:
        return Api(self.url, self.authority.certificate, token)

    def searched_files(self) -> list[Path]:
        """Every file of the data directory, and every log."""
        return [self.log, *(path for path in sorted(self.data.rglob("*")) if path.is_file())]

    def start(self, patience_seconds: float = 60) -> float:
        """Starts the process and waits until it answers; returns the seconds that took."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                cwd=self.directory, env=self.environment(), start_new_session=True)
        began = time.monotonic()
        api = self.api()
        while time.monotonic() - began < patience_seconds:
            if self._process.poll() is not None:
                raise ServerFailed(f"{self} ended by itself with code {self._process.returncode}; {self.last_words()}")
            try:
                if api.call("GET", "/_matrix/client/versions", timeout=2).status == 200:
                    return time.monotonic() - began
            except Unreachable:
                pass
            time.sleep(0.05)
        self.kill()
        raise ServerFailed(f"{self} did not answer within {patience_seconds:.0f} s; {self.last_words()}")

    def kill(self) -> None:
        """SIGKILL to the server and all of its children, as a power cut would."""
        self._signal(signal.SIGKILL)

    def stop(self, patience_seconds: float = 20) -> None:
        """SIGTERM, and SIGKILL if that does not help."""
        self._signal(signal.SIGTERM, patience_seconds)

    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _signal(self, number: int, patience_seconds: float = 10) -> None:
        if self._process is None:
            return
        try:
            os.killpg(self._process.pid, number)
        except ProcessLookupError:
            pass
        try:
            self._process.wait(patience_seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)

    def last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-15:] if self.log.exists() else []
        return "its log ends:\n    " + "\n    ".join(lines)

    def __str__(self) -> str:
        return f"{self.product} {self.label} ({self.name})"


class ServerFailed(Exception):
    """A server that does not start; the message has the end of its log."""


class Hearth(Server):
    """The program of this repository, as `./hearth serve` starts it."""

    product = "Hearth"

    def configure(self) -> None:
        # JSON is YAML; the values are quoted by a library instead of by hand.
        (self.directory / "config.yaml").write_text(json.dumps({
            "server_name": self.name,
            "data_directory": str(self.data),
            "listeners": [{
                "address": "127.0.0.1",
                "port": self.port,
                "tls": {"certificate": str(self.certificate), "key": str(self.key)},
                "apis": ["client", "media", "admin", "federation"],
            }],
            "federation": {
                "extra_ca_certificates": [str(self.authority.certificate)],
                "allow_private_addresses": True,
            },
            "registration": {"mode": "open", "shared_secret": self.shared_secret},
            "encryption": {"policy": "required"},
        }, indent=2))

    def command(self) -> list[str]:
        return [str(LAUNCHER), "serve", "--config", str(self.directory / "config.yaml")]


class Synapse(Server):
    """The unmodified `matrix-synapse` package from a virtual environment, on SQLite."""

    product = "Synapse"

    def __init__(self, label: str, directory: Path, authority: Authority, python: Path):
        self._python = python
        super().__init__(label, directory, authority)

    def configure(self) -> None:
        without_limit = {"per_second": 10000, "burst_count": 10000}
        (self.directory / "log.yaml").write_text(json.dumps({
            "version": 1,
            "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
            "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
            "root": {"level": "INFO", "handlers": ["console"]},
        }))
        (self.directory / "homeserver.yaml").write_text(json.dumps({
            "server_name": self.name,
            "pid_file": str(self.directory / "synapse.pid"),
            "public_baseurl": self.url,
            "listeners": [{
                "port": self.port, "bind_addresses": ["127.0.0.1"], "type": "http", "tls": True,
                "resources": [{"names": ["client", "federation"]}],
            }],
            "tls_certificate_path": str(self.certificate),
            "tls_private_key_path": str(self.key),
            "federation_custom_ca_list": [str(self.authority.certificate)],
            "ip_range_blacklist": [],
            "federation_ip_range_blacklist": [],
            # A peer that was away for a moment is asked again soon, instead of after ten minutes.
            "federation": {"destination_min_retry_interval": "1s", "destination_max_retry_interval": "2s"},
            "trusted_key_servers": [],
            "suppress_key_server_warning": True,
            "database": {"name": "sqlite3", "args": {"database": str(self.data / "homeserver.db")}},
            "media_store_path": str(self.data / "media"),
            "signing_key_path": str(self.directory / "signing.key"),
            "log_config": str(self.directory / "log.yaml"),
            "report_stats": False,
            "enable_registration": True,
            "enable_registration_without_verification": True,
            "registration_shared_secret": self.shared_secret,
            "macaroon_secret_key": secrets.token_urlsafe(24),
            "form_secret": secrets.token_urlsafe(24),
            "rc_message": without_limit,
            "rc_registration": without_limit,
            "rc_login": {"address": without_limit, "account": without_limit, "failed_attempts": without_limit},
            "rc_joins": {"local": without_limit, "remote": without_limit},
            "rc_joins_per_room": without_limit,
            "rc_invites": {"per_room": without_limit, "per_user": without_limit, "per_issuer": without_limit},
            "rc_room_creation": without_limit,
            "rc_key_requests": without_limit,
            "rc_profile": without_limit,
            "rc_federation": {"window_size": 1000, "sleep_limit": 10000, "sleep_delay": 1, "reject_limit": 10000,
                              "concurrent": 100},
        }, indent=2))
        subprocess.run(
            [str(self._python), "-m", "synapse.app.homeserver", "-c", "homeserver.yaml", "--generate-keys"],
            cwd=self.directory, check=True, capture_output=True, timeout=60)

    def command(self) -> list[str]:
        return [str(self._python), "-m", "synapse.app.homeserver", "-c", str(self.directory / "homeserver.yaml")]
