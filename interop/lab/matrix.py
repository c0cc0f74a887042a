"""The client-server API in its raw form: one call is one request, and nothing is hidden."""

import base64
import http.client
import json
import secrets
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit


class Unreachable(Exception):
    """No answer: refused, reset or timed out. Whether the request took effect is unknown."""


class Refused(Exception):
    """An answer other than 200."""

    def __init__(self, method: str, path: str, answer: "Answer"):
        super().__init__(f"{method} {path} -> {answer.status} {json.dumps(answer.body)[:300]}")
        self.answer = answer


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any


class Api:
    """A homeserver's client-server API, as one caller (or as nobody, if `token` is None). Thread-safe."""

    def __init__(self, url: str, authority: Path, token: str | None = None):
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port
        self._context = ssl.create_default_context(cafile=str(authority))
        self._token = token
        self._kept = threading.local()

    def call(self, method: str, path: str, body: Any = None, query: dict[str, Any] | None = None,
             timeout: float = 30) -> Answer:
        """One request. Raises `Unreachable` if there is no answer; polite about 429, which it waits out."""
        while True:
            answer = self._once(method, path, body, query, timeout)
            if answer.status != 429:
                return answer
            time.sleep(min(5.0, (answer.body or {}).get("retry_after_ms", 500) / 1000))

    def ok(self, method: str, path: str, body: Any = None, query: dict[str, Any] | None = None,
           timeout: float = 30) -> Any:
        """The body of the answer 200; anything else is `Refused`."""
        answer = self.call(method, path, body, query, timeout)
        if answer.status != 200:
            raise Refused(method, path, answer)
        return answer.body

    def _once(self, method: str, path: str, body: Any, query: dict[str, Any] | None, timeout: float) -> Answer:
        headers = {"Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        target = path + ("?" + urlencode(query) if query else "")
        data = None if body is None else json.dumps(body).encode()
        for attempt in ("kept", "fresh"):
            connection = getattr(self._kept, "connection", None) if attempt == "kept" else None
            reused = connection is not None
            if connection is None:
                connection = http.client.HTTPSConnection(
                    self._host, self._port, timeout=timeout, context=self._context)
            try:
                if connection.sock is not None:
                    connection.sock.settimeout(timeout)
                connection.request(method, target, data, headers)
                response = connection.getresponse()
                content = response.read()
                self._kept.connection = connection
                return Answer(response.status, _parse(content))
            except (OSError, http.client.HTTPException) as failure:
                connection.close()
                self._kept.connection = None
                # A kept connection that the server has closed meanwhile says nothing about the server.
                if reused and isinstance(failure, (http.client.RemoteDisconnected, ConnectionError)):
                    continue
                raise Unreachable(f"{method} {path}: {failure!r}") from failure
        raise Unreachable(f"{method} {path}")


def _parse(content: bytes) -> Any:
    try:
        return json.loads(content) if content else None
    except ValueError:
        return {"not_json": content[:200].decode(errors="replace")}


class User:
    """An account with one device."""

    def __init__(self, server: Any, localpart: str, password: str, registered: dict[str, Any]):
        self.server = server
        self.localpart = localpart
        self.password = password
        self.id: str = registered["user_id"]
        self.device: str = registered["device_id"]
        self.token: str = registered["access_token"]
        self.api: Api = server.api(self.token)
        # The token of the last /sync of `catch_up` and `follow`.
        self._position: str | None = None

    @staticmethod
    def register(server: Any, localpart: str) -> "User":
        """Open registration with the stage `m.login.dummy`."""
        password = secrets.token_urlsafe(18)
        api = server.api()
        request = {"username": localpart, "password": password}
        answer = api.call("POST", "/_matrix/client/v3/register", request)
        if answer.status == 401:
            request["auth"] = {"type": "m.login.dummy", "session": answer.body["session"]}
            answer = api.call("POST", "/_matrix/client/v3/register", request)
        if answer.status != 200:
            raise Refused("POST", "/_matrix/client/v3/register", answer)
        return User(server, localpart, password, answer.body)

    def another_device(self) -> "User":
        """The same account, on a device that has just logged in by password."""
        return User(self.server, self.localpart, self.password, self.server.api().ok(
            "POST", "/_matrix/client/v3/login", {
                "type": "m.login.password", "identifier": {"type": "m.id.user", "user": self.localpart},
                "password": self.password}))

    def create_room(self, version: str, **options: Any) -> str:
        return self.api.ok("POST", "/_matrix/client/v3/createRoom", {"room_version": version, **options})["room_id"]

    def invite(self, room: str, user: str) -> None:
        self.api.ok("POST", f"{_room(room)}/invite", {"user_id": user})

    def kick(self, room: str, user: str, reason: str) -> None:
        self.api.ok("POST", f"{_room(room)}/kick", {"user_id": user, "reason": reason})

    def leave(self, room: str) -> None:
        self.api.ok("POST", f"{_room(room)}/leave", {})

    def join(self, room: str, *via: str) -> None:
        # `server_name` is what servers before specification 1.12 read instead of `via`.
        query = urlencode([*(("via", name) for name in via), *(("server_name", name) for name in via)])
        self.api.ok("POST", f"/_matrix/client/v3/join/{quote(room, safe='')}" + (f"?{query}" if query else ""), {},
                    timeout=60)

    def send(self, room: str, kind: str, content: dict[str, Any], transaction: str | None = None,
             timeout: float = 30) -> str:
        transaction = transaction or secrets.token_hex(8)
        return self.api.ok("PUT", f"{_room(room)}/send/{quote(kind)}/{transaction}", content, timeout=timeout)["event_id"]

    def redact(self, room: str, event: str, reason: str) -> str:
        return self.api.ok(
            "PUT", f"{_room(room)}/redact/{quote(event, safe='')}/{secrets.token_hex(8)}", {"reason": reason})["event_id"]

    def set_state(self, room: str, kind: str, content: dict[str, Any], key: str = "") -> str:
        return self.api.ok("PUT", f"{_room(room)}/state/{quote(kind)}/{quote(key, safe='')}", content)["event_id"]

    def state(self, room: str) -> dict[tuple[str, str], dict[str, Any]]:
        return {(e["type"], e["state_key"]): e for e in self.api.ok("GET", f"{_room(room)}/state")}

    def event(self, room: str, event: str) -> dict[str, Any]:
        return self.api.ok("GET", f"{_room(room)}/event/{quote(event, safe='')}")

    def older(self, room: str, before: str | None = None) -> Iterator[dict[str, Any]]:
        """The room's events as /messages gives them, backwards from a token (or from now) to the first."""
        query: dict[str, Any] = {"dir": "b", "limit": 100}
        if before:
            query["from"] = before
        while True:
            page = self.api.ok("GET", f"{_room(room)}/messages", query=query, timeout=60)
            yield from page["chunk"]
            if not page.get("end") or page["end"] == query.get("from"):
                return
            query["from"] = page["end"]

    def timeline(self, room: str) -> list[dict[str, Any]]:
        """All that /messages gives of the room, oldest first."""
        return list(self.older(room))[::-1]

    def sync(self, since: str | None, timeout_ms: int = 0) -> dict[str, Any]:
        query: dict[str, Any] = {"timeout": timeout_ms, "filter": json.dumps({"room": {"timeline": {"limit": 500}}})}
        if since:
            query["since"] = since
        return self.api.ok("GET", "/_matrix/client/v3/sync", query=query, timeout=timeout_ms / 1000 + 30)


    def catch_up(self) -> None:
        """Syncs to the present, so that `follow` shows only what comes later."""
        self._position = self.sync(self._position)["next_batch"]

    def follow(self, what: str, check: Callable[[dict[str, Any]], Any], patience_seconds: float = 30) -> None:
        """Syncs on from where this user was, until `check` finds what it looks for in an answer."""
        def step() -> Any:
            answer = self.sync(self._position, 1000)
            self._position = answer["next_batch"]
            return check(answer)
        eventually(f"{self.id} sees {what}", step, patience_seconds, pause_seconds=0.02)

    def see_invite(self, room: str) -> None:
        self.follow(f"the invite to {room}", lambda answer: room in answer.get("rooms", {}).get("invite", {}))


# The first byte of every Olm and Megolm message; a server may look at it.
MESSAGE_VERSION = b"\x03"


def megolm(device: str) -> dict[str, str]:
    """The content of an encrypted message. The ciphertext is random: no two are alike, and nobody can read it."""
    return {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": noise(240, MESSAGE_VERSION), "device_id": device,
            "sender_key": noise(32), "session_id": noise(32)}


def noise(size: int, prefix: bytes = b"") -> str:
    """Random bytes in unpadded Base64."""
    return base64.b64encode(prefix + secrets.token_bytes(size)).decode().rstrip("=")


def _room(room: str) -> str:
    return f"/_matrix/client/v3/rooms/{quote(room, safe='')}"


class TimedOut(Exception):
    """Something that should have become true did not."""


def eventually(what: str, check: Callable[[], Any], patience_seconds: float = 30, pause_seconds: float = 0.2) -> Any:
    """Calls `check` until it gives something true, and returns that. A `Refused` answer counts as not yet."""
    end = time.monotonic() + patience_seconds
    last: Any = None
    while True:
        try:
            last = check()
            if last:
                return last
        except (Refused, Unreachable) as failure:
            last = failure
        if time.monotonic() > end:
            raise TimedOut(f"{what}: not within {patience_seconds:.0f} s" + (f" (last: {last})" if last else ""))
        time.sleep(pause_seconds)
