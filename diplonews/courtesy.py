"""Courtesy: the User-Agent and the delay, from the settings."""

from scrapy.settings import BaseSettings

from diplonews import __version__, site
from diplonews.errors import SettingError

DELAY_SECONDS = 2.0


class Courtesy:
    """A Scrapy add-on that sets ``USER_AGENT`` and ``DOWNLOAD_DELAY``, unless they are set.

    A site on this machine needs no contact and no delay.
    """

    def update_settings(self, settings: BaseSettings) -> None:
        contact = settings.get("DIPLONEWS_CONTACT") or "no contact"
        user_agent = f"diplonews/{__version__} (+{contact})"
        settings.set("USER_AGENT", user_agent, priority="addon")
        delay = 0 if site.is_loopback(settings["DIPLONEWS_SITE"]) else DELAY_SECONDS
        settings.set("DOWNLOAD_DELAY", delay, priority="addon")


def check(settings: BaseSettings) -> None:
    """Raise ``SettingError`` unless the site is an origin that we may crawl."""
    origin = settings["DIPLONEWS_SITE"]
    if not site.is_origin(origin):
        raise SettingError(
            f"DIPLONEWS_SITE: expected an origin like {site.ORIGIN}, found {origin!r}"
        )
    if not settings.get("DIPLONEWS_CONTACT") and not site.is_loopback(origin):
        raise SettingError(
            f"DIPLONEWS_CONTACT is empty: {origin} is crawled only with a mail address or page "
            f"in the User-Agent, so that its editors can reach you. "
            f"Try: export DIPLONEWS_CONTACT=you@example.org"
        )
