"""The wire to one server's federation listener, which a scenario can cut and heal."""

import contextlib
import socket
import threading


def free_port() -> int:
    """A TCP port on the loopback interface that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Link:
    """Carries bytes from `port` to `target` on loopback. TLS passes through untouched.

    While cut, connections are refused and the open ones are gone, as when a cable is pulled and a router says so.
    """

    def __init__(self, port: int, target: int):
        self.port = port
        self._target = target
        # Guards the two fields below; held by the accepting threads and by the scenario, never over I/O that waits.
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self._open: set[socket.socket] = set()

    def heal(self) -> None:
        with self._lock:
            if self._listener is not None:
                return
            listener = socket.socket()
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", self.port))
            listener.listen(128)
            self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def cut(self) -> None:
        with self._lock:
            listener, self._listener = self._listener, None
            ends, self._open = self._open, set()
        if listener is not None:
            # close() alone does not wake a thread that blocks in accept().
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for end in ends:
            _shut(end)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                caller, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._join, args=(listener, caller), daemon=True).start()

    def _join(self, listener: socket.socket, caller: socket.socket) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self._target), timeout=10)
            server.settimeout(None)
        except OSError:
            _shut(caller)
            return
        with self._lock:
            if self._listener is not listener:
                _shut(caller), _shut(server)
                return
            self._open |= {caller, server}
        threading.Thread(target=self._pump, args=(caller, server), daemon=True).start()
        self._pump(server, caller)

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while chunk := source.recv(65536):
                sink.sendall(chunk)
        except OSError:
            pass
        finally:
            _shut(source), _shut(sink)
            with self._lock:
                self._open -= {source, sink}


def _shut(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
