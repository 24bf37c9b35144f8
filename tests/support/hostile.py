"""A site of the attacker's on a socket: each path answers what the test says."""

import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

POLL_SECONDS = 0.02  # how soon a server notices that it is to end; the default is half a second


@dataclass
class Said:
    """One answer."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class Hostile:
    """Answers every path by a function (404 for ``None``), and remembers what was asked.

    *date* is what its answers say the time is; with *tls* it speaks https.
    """

    def __init__(
        self,
        answer: Callable[[str], Said | None],
        *,
        date: str = "",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.answer = answer
        self.date = date
        self.tls = tls
        self.paths: list[str] = []
        self.hosts: list[str] = []

    def __enter__(self) -> Self:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.paths.append(self.path)
                site.hosts.append(self.headers.get("Host", ""))
                said = site.answer(self.path) or Said(b"not found", 404)
                self.send_response_only(said.status)
                self.send_header("Date", site.date or self.date_time_string())
                self.send_header("Content-Length", str(len(said.body)))
                if "Content-Type" not in said.headers:
                    self.send_header("Content-Type", "text/html; charset=utf-8")
                for name, value in said.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(said.body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if self.tls is not None:
            self.server.socket = self.tls.wrap_socket(self.server.socket, server_side=True)
        self.thread = threading.Thread(
            target=self.server.serve_forever, args=[POLL_SECONDS], daemon=True
        )
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    @property
    def origin(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.server.server_port}"
