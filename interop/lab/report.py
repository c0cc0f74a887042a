"""Step by step on the terminal, and the last line that the launcher adds up."""

import sys
import time
from collections.abc import Callable


class Report:
    """Counts what passed, failed and was skipped. `N passed, N failed, N skipped` is the last line it prints."""

    def __init__(self, title: str):
        self._began = time.monotonic()
        self.began_ms = int(time.time() * 1000)
        self.passed = self.failed = self.skipped = 0
        # What went wrong, in the order of its happening: (step, why).
        self.failures: list[tuple[str, str]] = []
        print(title, flush=True)

    def say(self, text: str) -> None:
        print(f"[{time.monotonic() - self._began:6.1f} s] {text}", flush=True)

    def check(self, what: str, step: Callable[[], str | None]) -> bool:
        """Plays one step. It passes unless it raises; what it returns is said behind its name."""
        try:
            detail = step()
        except Exception as failure:  # every failure of a step is a finding, whatever its kind
            self.failed += 1
            self.failures.append((what, str(failure) or repr(failure)))
            self.say(f"FAILED {what}: {self.failures[-1][1]}")
            return False
        self.passed += 1
        self.say(f"ok     {what}" + (f": {detail}" if detail else ""))
        return True

    def play(self, scenario: Callable[[], None]) -> None:
        """Plays a whole scenario, whose steps check themselves; that it stops half-way is one more failure."""
        try:
            scenario()
        except Exception as failure:
            self.failed += 1
            self.say(f"FAILED the scenario cannot go on: {failure or repr(failure)}")

    def skip(self, why: str) -> None:
        self.skipped += 1
        self.say(f"skipped: {why}")

    def finish(self) -> int:
        """Prints the last line and returns the exit code."""
        print(f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped", flush=True)
        return 1 if self.failed else 0


def table(headings: list[str], rows: list[list[str]]) -> None:
    widths = [max(len(row[i]) for row in [headings, *rows]) for i in range(len(headings))]
    for row in [headings, ["-" * width for width in widths], *rows]:
        sys.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() + "\n")
    sys.stdout.flush()
