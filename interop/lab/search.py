"""Looks for secrets in clear in the files that a server wrote."""

import base64
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lab.report import Report
from lab.servers import Server

# Shorter ones occur in any large file by chance.
SHORTEST = 6


@dataclass(frozen=True)
class Secret:
    """Something that must be nowhere in clear: `kind` says what it is ("message", "password"), for the report."""

    kind: str
    value: str


@dataclass(frozen=True)
class Leak:
    secret: Secret
    form: str
    file: Path
    offset: int

    def __str__(self) -> str:
        return f"{self.secret.kind} ({self.form}) in {self.file} at byte {self.offset}"


def forms(value: str) -> dict[bytes, str]:
    """The byte strings to look for, with the name of the form. UTF-16 is found by looking again without NUL bytes."""
    raw = value.encode()
    found = {raw: "as it is"}
    escaped = value.encode("ascii", "backslashreplace")
    if escaped != raw:
        found.setdefault(escaped, "escaped")
    found.setdefault(raw.hex().encode(), "hexadecimal")
    # Inside a longer encoded text the value starts at any of three offsets; whole groups of it look the same always.
    for offset in range(3):
        start = (3 - offset) % 3
        whole = raw[start:start + (len(raw) - start) // 3 * 3]
        if len(whole) >= SHORTEST:
            found.setdefault(base64.b64encode(whole), "base64")
            found.setdefault(base64.urlsafe_b64encode(whole), "base64")
    return found


def search(secrets: list[Secret], files: list[Path]) -> list[Leak]:
    """Every secret in every file, as bytes. Needs GNU or BSD grep, which looks for thousands of strings in one pass."""
    patterns: dict[bytes, tuple[Secret, str]] = {}
    for secret in secrets:
        if len(secret.value) < SHORTEST or "\n" in secret.value:
            raise ValueError(f"cannot be searched: a {secret.kind} of {len(secret.value)} characters")
        for pattern, form in forms(secret.value).items():
            patterns.setdefault(pattern, (secret, form))
    leaks: list[Leak] = []
    with tempfile.NamedTemporaryFile() as list_of_patterns:
        list_of_patterns.write(b"\n".join(patterns) + b"\n")
        list_of_patterns.flush()
        for file in files:
            content = file.read_bytes()
            seen: set[bytes] = set()
            for note, text in (("", content), (", UTF-16", content.replace(b"\0", b""))):
                hits = [(offset, match) for offset, match in _grep(list_of_patterns.name, text)
                        if match in patterns and not (note and match in seen)]
                seen |= {match for _, match in hits}
                leaks += [Leak(patterns[match][0], patterns[match][1] + note, file, offset) for offset, match in hits]
    return leaks


def nothing_in_clear(report: Report, secrets: list[Secret], servers: Iterable[Server], reference: bool) -> None:
    """Two checks: that the search would find each secret, and that no file or log of the servers has one.

    The reference server keeps names and tokens in clear, so there the search must find some.
    """
    report.check("the search finds each secret where it is planted", lambda: _planted(secrets))

    def step() -> str:
        files = [file for server in servers for file in server.searched_files()]
        leaks = search(secrets, files)
        places = "; ".join(str(leak) for leak in _one_of_each(leaks))
        if reference:
            if not leaks:
                raise AssertionError("nothing found in the reference server's files, which are known to have some")
            return f"as expected of the reference server: {places}"
        if leaks:
            raise AssertionError(f"{len(leaks)} places: {places}")
        size = sum(file.stat().st_size for file in files)
        return f"{len(secrets)} secrets, {len(files)} files, {size // 1024} KiB"
    report.check("no secret is in clear in any file of a data directory, or in a log", step)


def _one_of_each(leaks: list[Leak]) -> list[Leak]:
    return list({(leak.secret.kind, leak.form, leak.file): leak for leak in reversed(leaks)}.values())[:12]


def _planted(secrets: list[Secret]) -> str:
    planted = {
        "as it is": lambda raw, text: raw,
        "UTF-16": lambda raw, text: text.encode("utf-16-le"),
        "base64": lambda raw, text: base64.b64encode(b"{" + raw + b"}"),
    }
    with tempfile.TemporaryDirectory() as directory:
        for form, encode in planted.items():
            file = Path(directory) / "planted"
            file.write_bytes(b"\xff\0".join(encode(secret.value.encode(), secret.value) for secret in secrets))
            missed = set(secrets) - {leak.secret for leak in search(secrets, [file])}
            if missed:
                raise AssertionError(f"not found {form}: {sorted(secret.kind for secret in missed)}")
    return f"{len(secrets)} secrets in {len(planted)} forms"


def _grep(patterns: str, text: bytes) -> list[tuple[int, bytes]]:
    done = subprocess.run(
        ["grep", "-a", "-F", "-o", "-b", "-f", patterns], input=text, capture_output=True, timeout=300,
        env={"LC_ALL": "C", "PATH": "/usr/bin:/bin:/usr/local/bin"})
    if done.returncode > 1:
        raise RuntimeError(f"grep: {done.stderr.decode(errors='replace')[:300]}")
    hits = []
    for line in done.stdout.splitlines():
        offset, _, match = line.partition(b":")
        if offset.isdigit():
            hits.append((int(offset), match))
    return hits
