"""Two servers, messages both ways, SIGKILL to one after the other: what was answered 200 arrives once and in order."""

import collections
import secrets
import sys
import threading
import time
from typing import Any

from lab import search
from lab.authority import Authority
from lab.lab import Lab, lab, localpart, parser
from lab.matrix import Refused, Unreachable, User, eventually, megolm
from lab.report import Report
from lab.search import Secret
from lab.servers import Server
from lab.venv import NotInstalled


class Sender(threading.Thread):
    """Sends one message after the other. Without an answer it asks again with the same transaction id, as clients do:
    so each message is answered 200 once, and an answer that was lost must not have made a second event."""

    def __init__(self, user: User, room: str, pause_seconds: float):
        super().__init__(daemon=True)
        self._user = user
        self._room = room
        self._pause = pause_seconds
        self._ending = threading.Event()
        self.marker = secrets.token_hex(4)
        # Ciphertext of each message in the order of sending, and the event id it was answered with.
        self.answered: list[tuple[str, str]] = []
        self.retries = 0
        self.broken: Exception | None = None

    def run(self) -> None:
        try:
            while not self._ending.is_set():
                self._send(len(self.answered))
                time.sleep(self._pause)
        except Exception as failure:  # reported by whoever joins
            self.broken = failure

    def _send(self, number: int) -> None:
        content = megolm(self._user.device)
        end = time.monotonic() + 120
        while True:
            try:
                event = self._user.send(
                    self._room, "m.room.encrypted", content, f"{self.marker}.{number}", timeout=15)
                self.answered.append((content["ciphertext"], event))
                return
            except Unreachable:
                pass
            except Refused as refused:
                # A server that is going down or coming up may say so.
                if refused.answer.status < 500:
                    raise
            if time.monotonic() > end:
                raise TimeoutError(f"message {number} was not answered within 120 s")
            self.retries += 1
            time.sleep(0.1)

    def end(self) -> None:
        self._ending.set()
        self.join(150)
        if self.broken:
            raise self.broken


class Reader(threading.Thread):
    """Follows /sync across all restarts with the last token that was answered, and keeps what it shows in order."""

    def __init__(self, user: User, room: str):
        super().__init__(daemon=True)
        self._user = user
        self._room = room
        self._ending = threading.Event()
        self.since: str | None = None
        self.events: list[dict[str, Any]] = []
        self.gaps = 0
        self.broken: Exception | None = None

    def run(self) -> None:
        try:
            while not self._ending.is_set():
                try:
                    self._step()
                except Unreachable:
                    time.sleep(0.1)
                except Refused as refused:
                    if refused.answer.status < 500:
                        raise
                    time.sleep(0.1)
        except Exception as failure:  # reported by whoever joins
            self.broken = failure

    def _step(self) -> None:
        answer = self._user.sync(self.since, 1000)
        timeline = answer.get("rooms", {}).get("join", {}).get(self._room, {}).get("timeline", {})
        events = timeline.get("events", [])
        if timeline.get("limited") and self.since:
            # A gap is allowed, when events came while the server was away; /messages fills it.
            events = self._gap(timeline["prev_batch"]) + events
        self.events += events
        self.since = answer["next_batch"]

    def _gap(self, before: str) -> list[dict[str, Any]]:
        known = {event["event_id"] for event in self.events}
        missing: list[dict[str, Any]] = []
        known_in_a_row = 0
        for older in self._user.older(self._room, before):
            # Own messages may stand between missing ones, so the first known event is not yet the end.
            if older["event_id"] not in known:
                missing.append(older)
                known_in_a_row = 0
            elif (known_in_a_row := known_in_a_row + 1) == 200:
                break
        self.gaps += 1
        return missing[::-1]

    def end(self) -> None:
        self._ending.set()
        self.join(60)
        if self.broken:
            raise self.broken


def _raise(failure: Exception) -> None:
    raise failure


def exactly_once_in_order(sent: list[tuple[str, str]], events: list[dict[str, Any]], sender: str) -> str:
    """Compares what one user sent with what a server shows of it; raises with the first difference."""
    seen = [e["content"].get("ciphertext") for e in events if e["type"] == "m.room.encrypted" and e["sender"] == sender]
    numbers = {ciphertext: number for number, (ciphertext, _) in enumerate(sent)}
    unknown = [c for c in seen if c not in numbers]
    twice = [numbers[c] for c, times in collections.Counter(seen).items() if times > 1 and c in numbers]
    lost = [number for c, number in numbers.items() if c not in set(seen)]
    order = [numbers[c] for c in seen if c in numbers]
    swapped = [(a, b) for a, b in zip(order, order[1:]) if a > b]
    ids = {e["content"].get("ciphertext"): e["event_id"] for e in events if e["type"] == "m.room.encrypted"}
    renamed = [number for number, (c, event) in enumerate(sent) if ids.get(c, event) != event]
    faults = [f"{name} {values[:8]}{'...' if len(values) > 8 else ''} ({len(values)})" for name, values in (
        ("lost", lost), ("twice", twice), ("out of order", swapped), ("never sent", unknown),
        ("another event id than answered", renamed)) if values]
    if faults:
        raise AssertionError(f"of {len(sent)} messages: " + "; ".join(faults))
    return f"{len(sent)} messages"


def play(bench: Lab, report: Report, kills: int, seconds_between: float, pause_seconds: float) -> None:
    marker = secrets.token_hex(4)
    left, right = bench.hearth("left"), bench.hearth("right")
    alice, bob = User.register(left, localpart("alice")), User.register(right, localpart("bob"))
    words = {"room name": f"Allotment {marker}", "topic": f"Who waters tomorrow? {marker}",
             "display name": f"Alice Appleseed {marker}"}
    alice.api.ok("PUT", f"/_matrix/client/v3/profile/{alice.id}/displayname", {"displayname": words["display name"]})
    room = alice.create_room("12", preset="private_chat", name=words["room name"], topic=words["topic"])
    alice.invite(room, bob.id)
    bob.see_invite(room)
    bob.join(room, left.name)
    eventually("the join is seen", lambda: bob.id in alice.api.ok(
        "GET", f"/_matrix/client/v3/rooms/{room}/joined_members")["joined"])
    report.say(f"{alice.id} and {bob.id} are in {room}")

    senders = {user.id: Sender(user, room, pause_seconds) for user in (alice, bob)}
    readers = {user.id: Reader(user, room) for user in (alice, bob)}
    for thread in (*senders.values(), *readers.values()):
        thread.start()

    def kill(server: Server) -> str:
        before = {user: len(sender.answered) for user, sender in senders.items()}
        server.kill()
        time.sleep(0.7)
        seconds = server.start(patience_seconds=90)
        time.sleep(seconds_between)
        for user, sender in senders.items():
            eventually(f"{user} can send again",
                       lambda: len(sender.answered) > before[user] or sender.broken and _raise(sender.broken))
        return f"answers again after {seconds:.1f} s"

    time.sleep(seconds_between)
    for number in range(kills):
        victim = (left, right)[number % 2]
        if not report.check(f"kill {number + 1}: SIGKILL to {victim}, and start again", lambda: kill(victim)):
            break
    for sender in senders.values():
        report.check(f"{sender._user.id} was answered 200 for every message", lambda: (
            sender.end(), f"{len(sender.answered)} sent, {sender.retries} times asked again")[1])

    for user, other in ((alice, bob), (bob, alice)):
        sent = senders[user.id].answered

        def arrived() -> str:
            def complete() -> bool:
                return {e["event_id"] for e in other.timeline(room)} >= {event for _, event in sent}
            try:
                eventually("all arrive", complete, patience_seconds=60, pause_seconds=1)
            except Exception as late:
                return exactly_once_in_order(sent, other.timeline(room), user.id) + f" ({late})"
            return exactly_once_in_order(sent, other.timeline(room), user.id)
        report.check(f"/messages of {other.server.label}: each of {user.id} once and in order", arrived)
        report.check(f"/messages of {user.server.label}: each of {user.id} once and in order",
                     lambda: exactly_once_in_order(sent, user.timeline(room), user.id))
    time.sleep(2)
    for user, other in ((alice, bob), (bob, alice)):
        def shown() -> str:
            readers[other.id].end()
            detail = exactly_once_in_order(senders[user.id].answered, readers[other.id].events, user.id)
            return detail + (f", {readers[other.id].gaps} gaps filled" if readers[other.id].gaps else "")
        report.check(f"/sync of {other.id} across all restarts: each of {user.id} once and in order", shown)

    hidden = [Secret(kind, value) for kind, value in words.items()]
    for user in (alice, bob):
        hidden += [Secret("password", user.password), Secret("access token", user.token)]
    for server in (left, right):
        server.stop()
    search.nothing_in_clear(report, hidden, (left, right), reference=bench.reference)


def main() -> int:
    options = parser(__doc__)
    options.add_argument("--kills", type=int, default=6, help="how often a server is killed, in turns (default 6)")
    options.add_argument("--between", type=float, default=3.0, help="seconds of flow between two kills (default 3)")
    options.add_argument("--pause", type=float, default=0.02, help="seconds between two messages (default 0.02)")
    chosen = options.parse_args()
    report = Report("Durability: servers are killed during a flow of messages")
    if not Authority.available():
        report.skip("`openssl` is not on the PATH; it makes the test certificates")
        return report.finish()
    try:
        with lab(chosen, report) as bench:
            report.play(lambda: play(bench, report, chosen.kills, chosen.between, chosen.pause))
    except NotInstalled as missing:
        report.skip(str(missing))
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
