"""Hearth and the published Synapse on one PostgreSQL, measured side by side by `./hearth bench compare`."""

import argparse
import contextlib
import json
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from lab.link import free_port
from lab.venv import NotInstalled, synapse_postgres, synapse_version

sys.path.insert(0, str(Path(__file__).resolve().parent))
from postgres import NoPostgres, postgres  # noqa: E402 (beside this file)

LAUNCHER = Path(__file__).resolve().parents[2] / "hearth"
CREATE = """
import psycopg2, sys
connection = psycopg2.connect(host="127.0.0.1", port=sys.argv[1], user="postgres", dbname="postgres")
connection.autocommit = True
for name in ("hearth", "synapse"):
    connection.cursor().execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
cursor = connection.cursor()
cursor.execute("SHOW server_version")
print(cursor.fetchone()[0].split()[0])
"""
# Sizes with all indexes; what updates left behind is not counted as data of either.
SIZES = """
import psycopg2, sys
for name, events in (("hearth", "room_event"), ("synapse", "events")):
    connection = psycopg2.connect(host="127.0.0.1", port=sys.argv[1], user="postgres", dbname=name)
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute("VACUUM FULL")
    cursor.execute(f"SELECT pg_database_size(current_database()), (SELECT COUNT(*) FROM {events})")
    size, count = cursor.fetchone()
    print(f"{name}: {size / 1e6:.1f} MB for {count} events, {size / max(1, count):.0f} bytes each")
"""


class Started:
    """One homeserver under measurement: plain HTTP on the loopback interface, no rate limits, quiet logs."""

    def __init__(self, label: str, directory: Path):
        self.label = label
        self.directory = directory / label.lower().replace(" ", "-")
        self.directory.mkdir()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.secret = secrets.token_urlsafe(24)
        self.process: subprocess.Popen | None = None

    def run(self, command: list[str]) -> None:
        with (self.directory / "output.log").open("wb") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, cwd=self.directory)
        # The first start of Hearth may build it.
        end = time.monotonic() + 900
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            with contextlib.suppress(OSError, urllib.error.URLError):
                with urllib.request.urlopen(self.url + "/_matrix/client/versions", timeout=5):
                    return
            time.sleep(0.1)
        sys.exit(f"{self.label} did not start; see {self.directory / 'output.log'}")

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()


def hearth(label: str, directory: Path, database: dict[str, str]) -> Started:
    server = Started(label, directory)
    (server.directory / "config.yaml").write_text(json.dumps({
        "server_name": "localhost",
        "data_directory": str(server.directory / "data"),
        "listeners": [{"address": "127.0.0.1", "port": server.port, "apis": ["client", "media", "admin"]}],
        "database": database,
        "registration": {"shared_secret": server.secret},
        "rate_limits": {"enabled": False},
    }))
    server.run([str(LAUNCHER), "serve", "--config", str(server.directory / "config.yaml")])
    return server


def synapse(directory: Path, python: Path, database_port: int) -> Started:
    server = Started("Synapse", directory)
    unlimited = {"per_second": 1000000, "burst_count": 1000000}
    (server.directory / "log.yaml").write_text(json.dumps({
        "version": 1,
        "handlers": {"console": {"class": "logging.StreamHandler"}},
        "root": {"level": "WARNING", "handlers": ["console"]},
    }))
    (server.directory / "homeserver.yaml").write_text(json.dumps({
        "server_name": "localhost",
        "pid_file": str(server.directory / "synapse.pid"),
        "listeners": [{"port": server.port, "bind_addresses": ["127.0.0.1"], "type": "http", "tls": False,
                       "resources": [{"names": ["client"]}]}],
        "database": {"name": "psycopg2", "args": {
            "host": "127.0.0.1", "port": database_port, "user": "postgres", "dbname": "synapse",
            "cp_min": 5, "cp_max": 10}},
        "trusted_key_servers": [],
        "suppress_key_server_warning": True,
        "media_store_path": str(server.directory / "media"),
        "signing_key_path": str(server.directory / "signing.key"),
        "log_config": str(server.directory / "log.yaml"),
        "report_stats": False,
        "registration_shared_secret": server.secret,
        "macaroon_secret_key": secrets.token_urlsafe(24),
        "form_secret": secrets.token_urlsafe(24),
        "rc_message": unlimited,
        "rc_registration": unlimited,
        "rc_joins": {"local": unlimited, "remote": unlimited},
        "rc_joins_per_room": unlimited,
        "rc_room_creation": unlimited,
        "rc_login": {"address": unlimited, "account": unlimited, "failed_attempts": unlimited},
    }))
    command = [str(python), "-m", "synapse.app.homeserver", "-c", "homeserver.yaml"]
    subprocess.run([*command, "--generate-keys"], cwd=server.directory, check=True, capture_output=True, timeout=120)
    server.run(command)
    return server


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="hearth bench synapse",
        description=__doc__,
        epilog="Everything else goes to `bench compare`: --clients, --rooms, --seconds, --rounds, --scenario, --output, ...")
    parser.add_argument("--h2", action="store_true", help="measure Hearth on embedded H2 as well")
    parser.add_argument("--keep", action="store_true", help="keep data and logs, and print where they are")
    options, more = parser.parse_known_args()
    # Servers must not outlive a run that is told to end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    directory = Path(tempfile.mkdtemp(prefix="hearth-bench-"))
    servers: list[tuple[Started, str]] = []
    try:
        python = synapse_postgres()
        with postgres(directory) as port:
            version = subprocess.run(
                [str(python), "-c", CREATE, str(port)], check=True, capture_output=True, text=True).stdout.strip()
            durable = f"PostgreSQL {version}, fsync and synchronous_commit on"
            try:
                servers.append((hearth("Hearth", directory, {
                    "url": f"jdbc:postgresql://127.0.0.1:{port}/hearth", "user": "postgres", "password": "none",
                }), durable))
                if options.h2:
                    servers.append((hearth("Hearth on H2", directory, {}), "journal forced (fdatasync) before each answer"))
                peer = synapse(directory, python, port)
                servers.append((peer, f"{synapse_version(python)}, one process, {durable}"))
                command = [str(LAUNCHER), "bench", "compare"]
                for server, durability in servers:
                    command += [server.url, "--label", server.label, "--durability", durability,
                                "--shared-secret", server.secret]
                code = subprocess.run([*command, *more]).returncode
            finally:
                for server, _ in servers:
                    server.stop()
            if code == 0:
                print("\nOn disk in PostgreSQL, everything included, after VACUUM FULL:")
                subprocess.run([str(python), "-c", SIZES, str(port)], check=True)
            return code
    except (NotInstalled, NoPostgres) as missing:
        print(f"bench synapse: {missing}", file=sys.stderr)
        return 1
    finally:
        if options.keep:
            print(f"data and logs are kept in {directory}")
        else:
            shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
