"""``python -m bench.loading HOST:PORT SECONDS TOKEN PATH…``: as many GET requests a second as a server answers.

Four connections on the loopback, each asked again the moment it has answered, round and round the paths; a connection is
kept where the server keeps it. Bare sockets and one epoll loop: the client must not be what is measured. Prints
requests a second. Ends with a message when an answer is not 200.
"""

import itertools
import selectors
import socket
import sys
import time
from collections.abc import Iterator

CONNECTIONS = 4
OK = b"HTTP/1.1 200"
LENGTH = b"content-length:"


class Connection:
    """One connection: sends the next request, gathers the answer."""

    def __init__(self, address: tuple[str, int], requests: Iterator[bytes], selector: selectors.BaseSelector) -> None:
        self.address, self.requests, self.selector = address, requests, selector
        self.answered = 0
        self.socket = self._open()
        self._ask()

    def _open(self) -> socket.socket:
        opened = socket.create_connection(self.address)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.selector.register(opened, selectors.EVENT_READ, self)
        return opened

    def _ask(self) -> None:
        self.got, self.wanted = b"", 0
        self.socket.sendall(next(self.requests))

    def read(self) -> None:
        """Take what has come; ask again when the answer is whole."""
        piece = self.socket.recv(1 << 16)
        self.got += piece
        if not self.wanted and b"\r\n\r\n" in self.got:
            self.wanted = whole_length(self.got)
        if piece and (not self.wanted or len(self.got) < self.wanted):
            return
        if not self.got.startswith(OK) or len(self.got) < self.wanted:
            sys.exit(f"answered: {self.got[:200]!r}")
        self.answered += 1
        if not piece or b"\r\nconnection: close" in self.got[: self.wanted].lower():
            self.selector.unregister(self.socket)
            self.socket.close()
            self.socket = self._open()
        self._ask()


def whole_length(got: bytes) -> int:
    """Bytes of head and body together, as the head tells."""
    head, _, _body = got.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(LENGTH):
            return len(head) + 4 + int(line[len(LENGTH) :])
    sys.exit(f"an answer without its length: {head[:200]!r}")


def load(address: tuple[str, int], seconds: float, requests: list[bytes]) -> float:
    """Requests a second over that time."""
    with selectors.DefaultSelector() as selector:
        rounds = itertools.cycle(requests)
        connections = [Connection(address, rounds, selector) for _ in range(CONNECTIONS)]
        started = time.monotonic()
        while time.monotonic() - started < seconds:
            for key, _ in selector.select(1):
                key.data.read()
        took = time.monotonic() - started
        for connection in connections:
            connection.socket.close()
    return sum(connection.answered for connection in connections) / took


def main() -> None:
    """Load the server of the command line."""
    host, _, port = sys.argv[1].partition(":")
    head = f"Host: {sys.argv[1]}\r\nAuthorization: Bearer {sys.argv[3]}\r\nConnection: keep-alive\r\n\r\n"
    requests = [f"GET {path} HTTP/1.1\r\n{head}".encode() for path in sys.argv[4:]]
    print(load((host, int(port)), float(sys.argv[2]), requests))


if __name__ == "__main__":
    main()
