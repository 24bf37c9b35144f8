"""Guard: only browsers on this machine are answered, and every answer has safe headers.

A web page elsewhere can let its own host's name lead to 127.0.0.1, and could then read our pages.
So requests for any host other than this machine are refused.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

HOSTS = {"127.0.0.1", "localhost", "[::1]"}
# No script runs and nothing is loaded from elsewhere, whatever an article contains.
POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)


def guarded(app: App) -> App:
    """Return *app* for this machine's browsers alone, with our headers on each answer."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            await send(message)

        if scope["type"] == "http" and not is_for_this_machine(scope):
            await _refuse(send_with_headers)
        else:
            await app(scope, receive, send_with_headers)

    return answer


def is_for_this_machine(scope: Scope) -> bool:
    """Tell whether a request names this machine as its host.

    >>> is_for_this_machine({"headers": [(b"host", b"localhost:8001")]})
    True
    >>> is_for_this_machine({"headers": [(b"host", b"evil.example:8001")]})
    False
    """
    names = [value for name, value in scope["headers"] if name == b"host"]
    if len(names) != 1:
        return False
    host = names[0].decode("latin-1").lower()
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdecimal() else host) in HOSTS


async def _refuse(send: Send) -> None:
    text = b"expected this machine as the host, found another: open the address that was printed\n"
    kind = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 421, "headers": kind})
    await send({"type": "http.response.body", "body": text})
