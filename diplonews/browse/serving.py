"""Serves the analysts' database on this machine, until somebody presses Ctrl-C."""

import errno
import socket
import webbrowser
from contextlib import closing, suppress
from pathlib import Path
from threading import Timer

import uvicorn
from datasette.app import Datasette
from datasette.plugins import pm

from diplonews.browse import plugin
from diplonews.browse.guard import guarded
from diplonews.browse.metadata import metadata
from diplonews.errors import FileError, SettingError

HERE = Path(__file__).parent
HOST = "127.0.0.1"  # and no other: these pages are not for publication
SETTINGS = {
    "default_page_size": 50,
    "max_returned_rows": 10_000,
    "sql_time_limit_ms": 5_000,
    "facet_time_limit_ms": 3_000,
    "default_facet_size": 12,
    "suggest_facets": False,
    "truncate_cells_html": 400,
    "max_csv_mb": 0,
    "num_sql_threads": 3,
    "allow_download": False,
}
OPEN_SECONDS = 1.0


def take_port(port: int) -> socket.socket:
    """Return a socket that listens on *port* of this machine; ``SettingError`` if it is taken."""
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((HOST, port))
        taken.listen()
    except OSError as error:
        taken.close()
        if error.errno == errno.EADDRINUSE:
            raise SettingError(
                f"--port: expected a free port, found that {port} is in use: take another one, "
                "or 0 for any"
            ) from None
        raise FileError(f"port {port} cannot be listened on: {error.strerror}") from error
    return taken


def make_app(database: Path) -> Datasette:
    """Return Datasette with our pages, for a database that it only reads."""
    if not pm.is_registered(plugin):
        pm.register(plugin, name="diplonews")
        # It prints a traceback of each wrong address; ours answers them all.
        pm.unregister(name="datasette.handle_exception")
    return Datasette(
        [str(database)],
        metadata=metadata(),
        settings=SETTINGS,
        template_dir=str(HERE / "templates"),
        static_mounts=[("assets", str(HERE / "assets"))],
    )


def serve(database: Path, taken: socket.socket, *, opens: bool) -> None:
    """Answer until Ctrl-C or a signal to end."""
    app = guarded(make_app(database).app())
    config = uvicorn.Config(app, log_level="error", lifespan="on", server_header=False)
    address = address_of(taken)
    if opens:
        Timer(OPEN_SECONDS, webbrowser.open, [address]).start()
    with closing(taken), suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[taken])


def address_of(taken: socket.socket) -> str:
    return f"http://{HOST}:{taken.getsockname()[1]}/"
