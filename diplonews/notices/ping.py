"""Pings: a URL is asked after each run, for services that notice dead machines (healthchecks)."""

import threading
from urllib.error import URLError
from urllib.request import Request, urlopen

from diplonews.notices.ending import Ending

PATIENCE_SECONDS = 5.0  # then the process ends, answered or not


def ping(template: str, ending: Ending) -> str:
    """Ask the URL of *template* for this ending; return why that failed, or "".

    ``{section}`` in it is the section's name; a broken run asks ``/fail`` below it.
    """
    url = template.replace("{section}", ending.section)
    if not ending.has_read:
        path, question_mark, query = url.partition("?")
        url = f"{path.rstrip('/')}/fail{question_mark}{query}"
    problems: list[str] = ["no answer in time"]

    def ask() -> None:
        try:
            # The setting is checked: it is http or https, and redirects stay so.
            request = Request(url, headers={"User-Agent": "diplonews"})  # noqa: S310
            with urlopen(request, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310
                answer.read(1)
            problems.clear()
        except (OSError, URLError, ValueError) as error:
            problems[:] = [str(error)]

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(PATIENCE_SECONDS)
    return problems[0] if problems else ""
