"""A real client (matrix-js-sdk with its Rust crypto, in Node) on two servers, then a search for what must not be in clear."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

from lab import search
from lab.authority import Authority
from lab.lab import Lab, lab, parser
from lab.report import Report
from lab.search import Secret
from lab.venv import NotInstalled

LONGEST_RUN_SECONDS = 400
HERE = Path(__file__).resolve().parent


def why_not() -> str | None:
    """What is missing on this machine, in a sentence; installs the client at the first run."""
    if not Authority.available():
        return "`openssl` is not on the PATH; it makes the test certificates"
    if not shutil.which("node") or not shutil.which("npm"):
        return "Node.js with npm is not on the PATH (version 20 or newer is needed)"
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, timeout=30).stdout.strip()
    if int(version.lstrip("v").split(".")[0]) < 20:
        return f"Node.js 20 or newer is needed, and this is {version}"
    return _install()


def _install() -> str | None:
    wanted = (HERE / "package-lock.json").read_bytes()
    stamp = HERE / "node_modules" / ".installed-lock.json"
    if stamp.exists() and stamp.read_bytes() == wanted:
        return None
    print("installing matrix-js-sdk (once)", flush=True)
    try:
        done = subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=HERE, capture_output=True, text=True,
            timeout=300)
    except subprocess.TimeoutExpired:
        return "npm could not install matrix-js-sdk within 300 s"
    if done.returncode != 0:
        return f"npm could not install matrix-js-sdk: {done.stderr.strip()[-400:]}"
    stamp.write_bytes(wanted)
    return None


def play(bench: Lab, report: Report, messages: int) -> None:
    left, right = bench.hearth("left"), bench.hearth("right")
    run, found = bench.directory / "run.json", bench.directory / "secrets.json"
    run.write_text(json.dumps({
        "began": report.began_ms,
        "left": {"name": left.name, "url": left.url}, "right": {"name": right.name, "url": right.url},
        "secrets": str(found), "log": str(bench.directory / "sdk.log"), "messages": messages,
        # The second device's first sync ends among messages that both sent at the same time. A server whose order of
        # arrival and order of history differ there loses events at the seam, and the reference server does.
        "firstPage": 8 if bench.reference else 20,
    }))
    with subprocess.Popen(
            ["node", "scenario.mjs", str(run)], cwd=HERE, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={**os.environ, "NODE_EXTRA_CA_CERTS": str(bench.authority.certificate)}) as node:
        assert node.stdout is not None
        # A request without an answer would otherwise hold up the whole test command.
        guard = threading.Timer(LONGEST_RUN_SECONDS, node.kill)
        guard.start()
        for line in node.stdout:
            print(line, end="", flush=True)
            if re.match(r"\[ *[\d.]+ s\] ok ", line):
                report.passed += 1
            elif re.match(r"\[ *[\d.]+ s\] FAILED ", line):
                report.failed += 1
        node.wait(60)
        guard.cancel()
    if node.returncode != 0 and report.failed == 0:
        raise RuntimeError(f"node ended with code {node.returncode}, the last step unfinished")
    left.stop()
    right.stop()
    secrets = [Secret(**entry) for entry in json.loads(found.read_text())]
    search.nothing_in_clear(report, secrets, (left, right), reference=bench.reference)


def main() -> int:
    options = parser(__doc__)
    options.add_argument("--messages", type=int, default=50, help="how many each way (default 50)")
    chosen = options.parse_args()
    report = Report("Client: matrix-js-sdk with two servers")
    missing = why_not()
    if missing:
        report.skip(missing)
        return report.finish()
    try:
        with lab(chosen, report) as bench:
            report.play(lambda: play(bench, report, chosen.messages))
    except NotInstalled as absent:
        report.skip(str(absent))
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
