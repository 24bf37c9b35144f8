"""A site of files that never change, compressed beforehand: as cheap to answer as can be.

    python -m bench.static_site FOLDER PORT

FOLDER holds a file for each address, named by its quoted path, with the body as it is. What was
asked for is in FOLDER/asked.txt when the server is terminated.
"""

import asyncio
import gzip
import signal
import sys
from pathlib import Path
from urllib.parse import quote, unquote

KINDS = {"/feed/": "application/rss+xml; charset=UTF-8", "/robots.txt": "text/plain"}
HTML = "text/html; charset=UTF-8"
ASKED = "asked.txt"


def put(folder: Path, path: str, body: bytes) -> None:
    """Have the site answer *path* with *body*."""
    (folder / quote(path, safe="")).write_bytes(body)


def asked(folder: Path) -> list[str]:
    """Return the paths that were asked for and that are there, in that order, each once."""
    return (folder / ASKED).read_text().split()


class Site(asyncio.Protocol):
    """Answers one connection."""

    answers: dict[str, bytes]
    log: dict[str, None]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.received = b""

    def data_received(self, data: bytes) -> None:
        self.received += data
        while b"\r\n\r\n" in self.received:
            head, _, self.received = self.received.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].decode()
            assert isinstance(self.transport, asyncio.Transport)
            answer = self.answers.get(unquote(path))
            if answer is not None:
                self.log[path] = None
            self.transport.write(answer or NOT_FOUND)


def answer_of(path: str, body: bytes) -> bytes:
    packed = gzip.compress(body, 6)
    lines = (
        "HTTP/1.1 200 OK",
        f"Content-Type: {KINDS.get(path, HTML)}",
        "Content-Encoding: gzip",
        f"Content-Length: {len(packed)}",
    )
    return "\r\n".join((*lines, "", "")).encode() + packed


NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n"


async def serve(folder: Path, port: int) -> None:
    paths = {unquote(file.name): file for file in folder.iterdir() if file.name != ASKED}
    Site.answers = {path: answer_of(path, file.read_bytes()) for path, file in paths.items()}
    Site.log = {}
    loop, is_over = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, is_over.set)
    server = await loop.create_server(Site, "127.0.0.1", port)
    print("ready", flush=True)
    await is_over.wait()
    (folder / ASKED).write_text("\n".join(Site.log))
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
