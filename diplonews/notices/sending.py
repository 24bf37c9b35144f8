"""Sends messages by Apprise (mail, chat, web hooks …): an extra, ``diplonews[notify]``."""

import hashlib
import logging
import warnings
from typing import Any

from diplonews.errors import SettingError
from diplonews.notices.incidents import Unsent
from diplonews.printing import printable

SUBJECT = "diplonews"
LOGGERS = ("apprise", "urllib3", "requests")


def check(urls: str) -> None:
    """Raise ``SettingError`` where messages cannot be sent to *urls*; an empty text is right."""
    if urls:
        _notifier(urls)


def send_all(urls: str, unsent: list[Unsent]) -> list[Unsent]:
    """Send to each of *urls* what it has not taken yet, oldest first; return what is left.

    An address that fails gets no more messages in this call: they would come out of order, and
    each try may take seconds.
    """
    fingerprints = {fingerprint_of(url): url for url in urls.split()}
    for fingerprint, url in fingerprints.items():
        for one in unsent:
            if fingerprint in one.taken_by:
                continue
            if not send(url, one.message):
                break
            one.taken_by.append(fingerprint)
    return [one for one in unsent if not fingerprints.keys() <= set(one.taken_by)]


def send(urls: str, message: str) -> bool:
    """Send *message* to each of *urls*; tell whether all of them took it."""
    for name in LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)  # they log URLs with passwords
    title, *lines = map(printable, message.split("\n"))
    # As text: else Apprise takes it for HTML or Markdown, and it quotes what the site wrote.
    return bool(
        _notifier(urls).notify(
            body="\n".join(lines), title=f"{SUBJECT}: {title}", body_format="text"
        )
    )


def fingerprint_of(url: str) -> str:
    """Return the fingerprint that is kept of an address: the URL itself may have a password."""
    return hashlib.sha256(url.encode()).hexdigest()[:16]


def _notifier(urls: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # from what Apprise's plugins import
        try:
            from apprise import Apprise
        except ImportError:
            raise SettingError(
                "DIPLONEWS_NOTIFY: expected Apprise to be installed: "
                "pip install 'diplonews[notify]'"
            ) from None
        notifier = Apprise()
        for number, url in enumerate(urls.split(), start=1):
            if not notifier.add(url):
                scheme = url.partition("://")[0][:20]
                raise SettingError(
                    f"DIPLONEWS_NOTIFY: expected URLs that Apprise knows, with spaces between "
                    f"them; number {number} ({scheme}://…) is none"
                )
    return notifier
