"""Receivers of messages on loopback: a web hook and a mail server, both real."""

import email
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

from tests.support.hostile import POLL_SECONDS


class WebHook:
    """An HTTP server that keeps what it is told; ``status`` is what it answers."""

    def __init__(self) -> None:
        self.status = 200
        self.paths: list[str] = []
        self.documents: list[dict[str, Any]] = []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hook.paths.append(self.path)
                self._answer()

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if hook.status == 200:
                    hook.documents.append(json.loads(body))
                self._answer()

            def _answer(self) -> None:
                self.send_response(hook.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]

    @property
    def messages(self) -> list[str]:
        """What Apprise sent: title and body in one."""
        return [f"{document['title']}\n{document['message']}" for document in self.documents]


@contextmanager
def web_hook() -> Iterator[WebHook]:
    hook = WebHook()
    thread = threading.Thread(target=hook.server.serve_forever, args=[POLL_SECONDS], daemon=True)
    thread.start()
    yield hook
    hook.server.shutdown()
    hook.server.server_close()
    thread.join()


class Mailbox:
    """A mail server that keeps the subjects and the texts of what it is sent."""

    def __init__(self) -> None:
        self.subjects: list[str] = []
        self.texts: list[tuple[str, str]] = []  # with their kind, such as "text/html"

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802
        mail = email.message_from_bytes(envelope.content)
        self.subjects.append(str(mail["Subject"]))
        for part in mail.walk():
            if not part.is_multipart():
                text = bytes(part.get_payload(decode=True)).decode()
                self.texts.append((part.get_content_type(), text))
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[tuple[Mailbox, int]]:
    """Give a mailbox and the port of its server."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield mailbox, port
    controller.stop()
