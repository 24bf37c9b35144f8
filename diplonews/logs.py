"""What Scrapy says of items in the log: where from and why, never their words."""

from typing import Any

from scrapy.logformatter import LogFormatter, LogFormatterResult


class BriefFormatter(LogFormatter):
    """Scrapy's messages without the item in them; an article's body is no log line."""

    def scraped(self, item: Any, *args: Any, **kwargs: Any) -> LogFormatterResult:
        return self._brief(super().scraped(item, *args, **kwargs), item)

    def dropped(self, item: Any, *args: Any, **kwargs: Any) -> LogFormatterResult:
        return self._brief(super().dropped(item, *args, **kwargs), item)

    def item_error(self, item: Any, *args: Any, **kwargs: Any) -> LogFormatterResult:
        return self._brief(super().item_error(item, *args, **kwargs), item)

    @staticmethod
    def _brief(result: LogFormatterResult, item: Any) -> LogFormatterResult:
        arguments = result["args"]
        if isinstance(arguments, dict) and "item" in arguments:
            result["args"] = arguments | {"item": getattr(item, "url", type(item).__name__)}
        return result
