"""Hearth beside the published Synapse, both ways round: what a real peer that nobody here wrote makes of it."""

import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from lab.authority import Authority
from lab.devicekeys import DeviceKeys
from lab.lab import Lab, lab, localpart, parser
from lab.matrix import MESSAGE_VERSION, User, eventually, megolm, noise
from lab.report import Report, table
from lab.servers import Server
from lab.venv import NotInstalled, synapse_python, synapse_version

VERSIONS = ("12", "11", "10")
MESSAGES = 20


class Pair:
    """One direction: `host` has the room, `guest` comes from the other server."""

    def __init__(self, host: Server, guest: Server):
        self.host_server, self.guest_server = host, guest
        self.host = User.register(host, localpart("host"))
        self.guest = User.register(guest, localpart("guest"))
        self.title = f"{host.label} hosts"

    def room(self, version: str, **options: object) -> str:
        """A room of the host, which gives the guest every right; encrypted, and without anybody else."""
        options.setdefault("preset", "private_chat")
        return self.host.create_room(
            version,
            initial_state=[{"type": "m.room.encryption", "state_key": "",
                            "content": {"algorithm": "m.megolm.v1.aes-sha2"}}],
            power_level_content_override={
                "users": {**({} if version == "12" else {self.host.id: 100}), self.guest.id: 100}}, **options)

    def shared_room(self, version: str = "12") -> str:
        room = self.room(version)
        self.host.invite(room, self.guest.id)
        self.accept(room)
        return room

    def accept(self, room: str) -> None:
        self.guest.see_invite(room)
        self.guest.join(room, self.host_server.name)
        self.both_see(room, self.guest.id, "join")

    def both_see(self, room: str, user: str, membership: str) -> None:
        for viewer in (self.host, self.guest):
            eventually(f"{viewer.id} sees {membership} of {user}", lambda: viewer.state(room).get(
                ("m.room.member", user), {}).get("content", {}).get("membership") == membership)


def create_and_join(version: str) -> Callable[[Pair], str | None]:
    def scenario(pair: Pair) -> str | None:
        room = pair.room(version, preset="public_chat", name="Interop")
        pair.guest.join(room, pair.host_server.name)
        pair.both_see(room, pair.guest.id, "join")
        same_state(pair, room)
        ids = [pair.host.send(room, "m.room.encrypted", encrypted(pair.host)),
               pair.guest.send(room, "m.room.encrypted", encrypted(pair.guest))]
        both_have(pair, room, ids)
        return None
    return scenario


def invite_and_accept(pair: Pair) -> None:
    room = pair.shared_room()
    same_state(pair, room)


def invite_and_reject(pair: Pair) -> None:
    room = pair.room("12")
    pair.host.invite(room, pair.guest.id)
    pair.guest.see_invite(room)
    pair.guest.leave(room)
    eventually("the host sees the refusal", lambda: pair.host.state(room)[
        ("m.room.member", pair.guest.id)]["content"]["membership"] == "leave")


def leave_and_return(pair: Pair) -> None:
    room = pair.shared_room()
    pair.guest.leave(room)
    eventually("the host sees the leave", lambda: pair.host.state(room)[
        ("m.room.member", pair.guest.id)]["content"]["membership"] == "leave")
    pair.host.invite(room, pair.guest.id)
    pair.accept(room)
    same_state(pair, room)


def kick(pair: Pair) -> None:
    room = pair.shared_room()
    pair.host.kick(room, pair.guest.id, "interop")
    pair.guest.follow("the kick", lambda answer: room in answer.get("rooms", {}).get("leave", {}))
    if room in pair.guest.api.ok("GET", "/_matrix/client/v3/joined_rooms")["joined_rooms"]:
        raise AssertionError("the guest's server still has the guest joined")


def kick_by_the_guest(pair: Pair) -> None:
    """A moderator from the other server kicks a local user of the host."""
    room = pair.shared_room()
    third = User.register(pair.host_server, localpart("third"))
    pair.host.invite(room, third.id)
    third.join(room)
    pair.both_see(room, third.id, "join")
    pair.guest.kick(room, third.id, "interop")
    pair.both_see(room, third.id, "leave")


def messages_each_way(pair: Pair) -> str:
    room = pair.shared_room()
    sent: dict[str, list[str]] = {pair.host.id: [], pair.guest.id: []}
    for _ in range(MESSAGES):
        for user in (pair.host, pair.guest):
            sent[user.id].append(user.send(room, "m.room.encrypted", encrypted(user)))
    for viewer in (pair.host, pair.guest):
        for sender, ids in sent.items():
            def complete() -> bool:
                got = [e["event_id"] for e in viewer.timeline(room)
                       if e["sender"] == sender and e["type"] == "m.room.encrypted"]
                if len(got) >= len(ids) and got != ids:
                    raise AssertionError(f"{viewer.id} sees another order or other events of {sender}")
                return got == ids
            eventually(f"{viewer.id} has all of {sender}", complete)
    return f"{MESSAGES} each way"


def plain_message(pair: Pair) -> str | None:
    """A plain message of a Synapse user reaches the other user as it is: inbound federation is never refused for that."""
    room = pair.shared_room()
    writer, reader = (pair.guest, pair.host) if pair.guest_server.product == "Synapse" else (pair.host, pair.guest)
    if writer.server.product != "Synapse":
        return "nobody here writes in clear"
    event = writer.send(room, "m.room.message", {"msgtype": "m.text", "body": "in clear"})
    got = eventually("it arrives", lambda: reader.event(room, event))
    if got["content"].get("body") != "in clear":
        raise AssertionError(f"content is {got['content']}")
    return None


def redaction(pair: Pair) -> None:
    room = pair.shared_room()
    for writer, other in ((pair.host, pair.guest), (pair.guest, pair.host)):
        event = writer.send(room, "m.room.encrypted", encrypted(writer))
        eventually("the message arrives", lambda: other.event(room, event)["content"])
        writer.redact(room, event, "interop")
        for viewer in (writer, other):
            eventually(f"{viewer.id} sees it redacted", lambda: viewer.event(room, event)["content"] == {})


def cut_connection(pair: Pair) -> str:
    """State changes on both sides while neither reaches the other; afterwards both have one state."""
    room = pair.shared_room()
    links = (pair.host_server.link, pair.guest_server.link)
    for link in links:
        link.cut()
    try:
        pair.host.set_state(room, "m.room.topic", {"topic": "as the host wants it"})
        pair.guest.set_state(room, "m.room.topic", {"topic": "as the guest wants it"})
        pair.host.set_state(room, "m.room.name", {"name": "named by the host"})
        pair.guest.set_state(room, "org.example.interop", {"by": "guest"}, "key")
        during = [user.send(room, "m.room.encrypted", encrypted(user)) for user in (pair.host, pair.guest) for _ in range(3)]
        for viewer, foreign in ((pair.host, pair.guest), (pair.guest, pair.host)):
            if viewer.state(room)[("m.room.topic", "")]["sender"] == foreign.id:
                raise AssertionError("the link was not cut")
    finally:
        for link in links:
            link.heal()
    # New events carry the branches to the other side, also where the queue has given up waiting.
    def converged() -> bool:
        for user in (pair.host, pair.guest):
            user.send(room, "m.room.encrypted", encrypted(user))
        return state_ids(pair.host, room) == state_ids(pair.guest, room)
    eventually("both have the same state", converged, patience_seconds=60, pause_seconds=1)
    both_have(pair, room, during)
    state = pair.host.state(room)
    for key, what in ((("m.room.name", ""), "the host's name"), (("org.example.interop", "key"), "the guest's state")):
        if key not in state:
            raise AssertionError(f"{what} is lost")
    return f"topic is \"{state[('m.room.topic', '')]['content']['topic']}\""


def late_joiner(pair: Pair) -> str:
    """Who joins late reads what was said before, which the server must fetch."""
    room = pair.room("12", preset="public_chat")
    earlier = [pair.host.send(room, "m.room.encrypted", encrypted(pair.host)) for _ in range(60)]
    pair.guest.join(room, pair.host_server.name)

    def complete() -> bool:
        got = [e["event_id"] for e in pair.guest.timeline(room)
               if e["type"] == "m.room.encrypted"]
        missing = set(earlier) - set(got)
        if missing and len(got) > len(earlier):
            raise AssertionError("other events than were sent")
        if not missing and [e for e in got if e in set(earlier)] != earlier:
            raise AssertionError("out of order")
        return not missing
    eventually("the whole history", complete, patience_seconds=40, pause_seconds=1)
    return f"{len(earlier)} earlier messages"


def profile(pair: Pair) -> None:
    for asked, asker in ((pair.host, pair.guest), (pair.guest, pair.host)):
        name = f"Name {secrets.token_hex(4)}"
        asked.api.ok("PUT", f"/_matrix/client/v3/profile/{quote(asked.id)}/displayname", {"displayname": name})
        eventually("the name", lambda: asker.api.ok(
            "GET", f"/_matrix/client/v3/profile/{quote(asked.id)}").get("displayname") == name)
    answer = pair.guest.api.call("GET", f"/_matrix/client/v3/profile/{quote('@nobody-here:' + pair.host_server.name)}")
    if answer.status != 404:
        raise AssertionError(f"an unknown user's profile: {answer.status}")


def alias(pair: Pair) -> None:
    """A room of the other server by its alias: directory query, then join."""
    local = localpart("room")
    room = pair.room("12", preset="public_chat", room_alias_name=local)
    name = f"#{local}:{pair.host_server.name}"
    found = pair.guest.api.ok("GET", f"/_matrix/client/v3/directory/room/{quote(name, safe='')}")
    if found["room_id"] != room or pair.host_server.name not in found["servers"]:
        raise AssertionError(str(found))
    pair.guest.join(name)
    pair.both_see(room, pair.guest.id, "join")


def device_keys(pair: Pair) -> None:
    """Device keys and a one-time key are uploaded on one side, and asked for and claimed on the other."""
    for owner, asker in ((pair.host.another_device(), pair.guest), (pair.guest.another_device(), pair.host)):
        keys = DeviceKeys(owner, bench_directory(pair))
        keys.upload()
        got = eventually("the device", lambda: asker.api.ok(
            "POST", "/_matrix/client/v3/keys/query", {"device_keys": {owner.id: []}})["device_keys"].get(
                owner.id, {}).get(owner.device))
        if (got["keys"], got["signatures"]) != (keys.signed["keys"], keys.signed["signatures"]):
            raise AssertionError(f"keys are {got}")
        claimed = asker.api.ok("POST", "/_matrix/client/v3/keys/claim", {
            "one_time_keys": {owner.id: {owner.device: "signed_curve25519"}}})["one_time_keys"]
        if claimed[owner.id][owner.device] != keys.one_time:
            raise AssertionError(f"claimed {claimed}")


def to_device(pair: Pair) -> None:
    for sender, receiver in ((pair.host, pair.guest), (pair.guest, pair.host)):
        content = {"algorithm": "m.olm.v1.curve25519-aes-sha2", "sender_key": noise(32),
                   "ciphertext": {noise(32): {"type": 0, "body": noise(100, MESSAGE_VERSION)}}}
        receiver.catch_up()
        sender.api.ok("PUT", f"/_matrix/client/v3/sendToDevice/m.room.encrypted/{secrets.token_hex(6)}", {
            "messages": {receiver.id: {receiver.device: content}}})
        seen = []

        def arrived(answer: dict[str, Any]) -> bool:
            seen.extend(answer.get("to_device", {}).get("events", []))
            return any(e["sender"] == sender.id and e["content"] == content for e in seen)
        receiver.follow("the to-device message", arrived)
        receiver.follow("nothing more", lambda answer: seen.extend(answer.get("to_device", {}).get("events", [])) or True)
        if len(seen) != 1:
            raise AssertionError(f"{len(seen)} messages arrived")


def device_list(pair: Pair) -> None:
    """Who shares a room hears of the other's new device in /sync."""
    room = pair.shared_room()
    for owner, watcher in ((pair.host, pair.guest), (pair.guest, pair.host)):
        watcher.catch_up()
        DeviceKeys(owner.another_device(), bench_directory(pair)).upload()
        watcher.follow(f"the change of {owner.id} in {room}",
                       lambda answer: owner.id in answer.get("device_lists", {}).get("changed", []))


def typing_and_receipts(pair: Pair) -> None:
    room = pair.shared_room()
    event = pair.host.send(room, "m.room.encrypted", encrypted(pair.host))
    eventually("the message arrives", lambda: pair.guest.event(room, event))
    for actor, watcher in ((pair.host, pair.guest), (pair.guest, pair.host)):
        watcher.catch_up()
        path = f"/_matrix/client/v3/rooms/{quote(room, safe='')}"
        actor.api.ok("PUT", f"{path}/typing/{quote(actor.id)}", {"typing": True, "timeout": 20000})
        actor.api.ok("POST", f"{path}/receipt/m.read/{quote(event, safe='')}", {})
        wanted = {"m.typing", "m.receipt"}

        def told(answer: dict[str, Any]) -> bool:
            for seen in answer.get("rooms", {}).get("join", {}).get(room, {}).get("ephemeral", {}).get("events", []):
                if actor.id in str(seen["content"]):
                    wanted.discard(seen["type"])
            return not wanted
        watcher.follow(f"typing and the receipt of {actor.id}", told)


def bench_directory(pair: Pair) -> Path:
    return pair.host_server.directory.parent


def encrypted(user: User) -> dict[str, str]:
    return megolm(user.device)


def state_ids(user: User, room: str) -> dict[tuple[str, str], str]:
    return {key: event["event_id"] for key, event in user.state(room).items()}


def same_state(pair: Pair, room: str) -> None:
    def same() -> bool:
        one, other = state_ids(pair.host, room), state_ids(pair.guest, room)
        return one == other
    eventually("both servers have the same state", same, patience_seconds=15)


def both_have(pair: Pair, room: str, events: list[str]) -> None:
    for viewer in (pair.host, pair.guest):
        for event in events:
            eventually(f"{viewer.id} has {event}", lambda: viewer.event(room, event))


SCENARIOS: list[tuple[str, Callable[[Pair], str | None]]] = [
    *((f"create and join, room version {version}", create_and_join(version)) for version in VERSIONS),
    ("invite and accept", invite_and_accept),
    ("invite and reject", invite_and_reject),
    ("leave and return", leave_and_return),
    ("kick", kick),
    ("kick by a moderator of the guest's server", kick_by_the_guest),
    (f"{MESSAGES} messages each way", messages_each_way),
    ("a plain message from Synapse", plain_message),
    ("redaction", redaction),
    ("state changes during a cut connection", cut_connection),
    ("history for who joins late", late_joiner),
    ("profile query", profile),
    ("alias query and join", alias),
    ("device keys and one-time keys", device_keys),
    ("to-device message", to_device),
    ("device list changes", device_list),
    ("typing and receipts", typing_and_receipts),
]


def play(bench: Lab, report: Report, peer: str, only: str | None) -> None:
    hearth = bench.hearth("hearth")
    other = bench.synapse("synapse") if peer == "synapse" else bench.hearth("another")
    pairs = [Pair(hearth, other), Pair(other, hearth)]
    rows = []
    for name, scenario in SCENARIOS:
        if only and only not in name:
            continue
        results = []
        for pair in pairs:
            passed = report.check(f"{name}, {pair.title}", lambda: scenario(pair))
            results.append("ok" if passed else "failed")
        rows.append([name, *results])
    print()
    table(["scenario", *(pair.title for pair in pairs)], rows)
    for what, why in report.failures:
        print(f"failed: {what}\n        {why}")


def main() -> int:
    options = parser(__doc__)
    options.add_argument("--only", help="play only scenarios whose name has this text")
    options.add_argument("--peer", choices=("synapse", "hearth"), default="synapse",
                         help="play with a Synapse (the default) or with another Hearth")
    chosen = options.parse_args()
    report = Report(f"Interop: Hearth and {'Synapse' if chosen.peer == 'synapse' else 'another Hearth'}")
    if not Authority.available():
        report.skip("`openssl` is not on the PATH; it makes the test certificates")
        return report.finish()
    try:
        if chosen.peer == "synapse":
            report.say(f"matrix-synapse {synapse_version(synapse_python())}")
        with lab(chosen, report) as bench:
            report.play(lambda: play(bench, report, chosen.peer, chosen.only))
    except NotInstalled as missing:
        report.skip(str(missing))
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
