"""After a run: notices, ping and metrics. Nothing here fails a run."""

import logging
from collections.abc import Callable, Iterable
from pathlib import Path

from scrapy.settings import BaseSettings

from diplonews import clock
from diplonews.errors import DiplonewsError, FileError
from diplonews.notices import sending
from diplonews.notices.ending import Ending
from diplonews.notices.incidents import Memory, Unsent, listen, observe
from diplonews.notices.memory import remembered
from diplonews.notices.metrics import write_metrics
from diplonews.notices.ping import ping
from diplonews.setting_kinds import SecondsBySection

logger = logging.getLogger(__name__)

MOST_UNSENT = 20  # messages that are kept until an address takes them


def notify_of(settings: BaseSettings, ending: Ending) -> None:
    """Notify, ping and write metrics of a run's end, as the settings say."""
    _guard("notifying of incidents", lambda: _notify_incidents(settings, ending))
    template = settings["DIPLONEWS_PING"]
    if template:
        _guard("asking DIPLONEWS_PING", lambda: _ping(template, ending))


def notify_of_silence(settings: BaseSettings) -> None:
    """Notify about silent sections; a schedule may call this alone."""
    if settings["DIPLONEWS_NOTIFY"]:
        now = clock.moment()
        _notify(settings, lambda memory: listen(memory, _fresh_seconds(settings), now))


def _notify_incidents(settings: BaseSettings, ending: Ending) -> None:
    if not settings["DIPLONEWS_NOTIFY"] and not settings["DIPLONEWS_METRICS"]:
        return

    def due(memory: Memory) -> list[str]:
        fresh_seconds = _fresh_seconds(settings)
        return [*observe(memory, ending), *listen(memory, fresh_seconds, ending.end)]

    last_read = ending.end if ending.has_read else None
    try:
        last_read = _notify(settings, due).last_read.get(ending.section)
    except FileError as error:
        _notify_without_memory(settings, ending, error)
    if settings["DIPLONEWS_METRICS"]:
        read_at = last_read.at if last_read else None
        write_metrics(Path(settings["DIPLONEWS_METRICS"]), ending, read_at)


def _notify_without_memory(settings: BaseSettings, ending: Ending, error: FileError) -> None:
    """Notify about a broken run without the memory: twice is better than never."""
    logger.error(
        "DIPLONEWS_NOTIFY: expected to note what was sent, found %s. It may be sent again",
        error,
    )
    if settings["DIPLONEWS_NOTIFY"]:
        for message in observe(Memory(), ending):
            sending.send(settings["DIPLONEWS_NOTIFY"], message)


def _notify(settings: BaseSettings, due: Callable[[Memory], Iterable[str]]) -> Memory:
    """Send due messages, and those that failed before; keep what no address took."""
    urls = settings["DIPLONEWS_NOTIFY"]
    with remembered(Path(settings["DIPLONEWS_VAR"])) as memory:
        memory.unsent += [Unsent(message) for message in due(memory)]
        memory.unsent = sending.send_all(urls, memory.unsent)
        _drop_oldest(memory)
    if memory.unsent:
        logger.error(
            "DIPLONEWS_NOTIFY: expected all of its addresses to take a message, found that not "
            "all did: %s are sent again after the next run. The first: %s",
            len(memory.unsent),
            memory.unsent[0].message,
        )
    return memory


def _drop_oldest(memory: Memory) -> None:
    """Keep only the newest messages, as many as the memory's file has room for."""
    lost = memory.unsent[:-MOST_UNSENT]
    del memory.unsent[:-MOST_UNSENT]
    for one in lost:
        logger.error(
            "DIPLONEWS_NOTIFY: expected an address to take this, found none: %s", one.message
        )


def _ping(template: str, ending: Ending) -> None:
    why = ping(template, ending)
    if why:
        logger.warning("DIPLONEWS_PING: expected an answer: %s", why)


def _fresh_seconds(settings: BaseSettings) -> dict[str, int]:
    return SecondsBySection().read(str(settings["DIPLONEWS_FRESH_SECONDS"]))


def _guard(step: str, take: Callable[[], object]) -> None:
    try:
        take()
    except DiplonewsError as error:
        logger.error("%s", error)  # noqa: TRY400  nobody needs the traceback
    except Exception:
        logger.exception("%s: nobody foresaw this", step)
