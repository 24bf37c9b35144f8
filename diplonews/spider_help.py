"""The help of `scrapy crawl -h` on spiders: purpose and arguments."""

from collections.abc import Iterator
from typing import Any

from scrapy.commands import ScrapyHelpFormatter
from scrapy.settings import BaseSettings
from scrapy.spiderloader import get_spider_loader

INDENT = "  "


class LinesFormatter(ScrapyHelpFormatter):
    """Scrapy's formatter, but text of several lines stays in its lines."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if "\n" not in text:
            return super()._fill_text(text, width, indent)
        return "\n".join(indent + line for line in text.split("\n"))


def spiders_help(settings: BaseSettings) -> str:
    """Return a line for each spider of a schedule, and one for each of its arguments."""
    loader = get_spider_loader(settings)
    spiders: list[Any] = [loader.load(name) for name in sorted(loader.list())]
    width = max((len(name) for spider in spiders for name in _options(spider)), default=0)
    return "\n".join(line for spider in spiders for line in _lines(spider, width))


def _options(spider: Any) -> dict[str, str]:
    """Return what each argument of a spider does, by its example."""
    return {
        f"-a {name}={example}": sentence
        for name, (example, sentence) in spider.argument_help.items()
    }


def _lines(spider: Any, width: int) -> Iterator[str]:
    yield f"{spider.name:{width + len(INDENT)}}{INDENT}{spider.purpose}"
    for option, sentence in _options(spider).items():
        yield f"{INDENT}{option:{width}}{INDENT}{sentence}"
