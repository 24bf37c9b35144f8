"""`scrapy doctor`: the first thing to run on the live site: what it is like, what to change."""

import argparse
import logging
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table
from scrapy.exceptions import UsageError

from diplonews import courtesy, site
from diplonews.archive import Archive
from diplonews.archive.captures import CaptureWriter
from diplonews.bundle import about, check_place, write_bundle
from diplonews.diagnosis import Finding
from diplonews.errors import DiplonewsError, SettingError
from diplonews.feeds.files import write_whole
from diplonews.logs import quieten
from diplonews.printing import as_json, plain, say
from diplonews.runs.conduct import conduct, sentence_of, status_of
from diplonews.runs.run import Run, archive_url
from diplonews.runs.verdict import EXIT_STATUS
from diplonews.setting_checks import ChecksSettings

logger = logging.getLogger(__name__)

ASKED = (
    "robots.txt, the home page, one listing for each section, two articles, the RSS twice, REST's "
    "root and one post, and the sitemap with one of its files"
)


class Command(ChecksSettings):
    """Ask a few pages politely, and say what the site is like."""

    requires_project = True

    def short_desc(self) -> str:
        return "Look at the site with a few requests; say what to change"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--live", action="store_true", help="ask the real site, not only one on this machine"
        )
        parser.add_argument(
            "--bundle", metavar="FILE", type=Path,
            help="pack the table, robots.txt and the pages for a maintainer, as FILE.tar.gz",
        )  # fmt: skip

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            raise UsageError("expected options only")
        quieten()
        try:
            self.exitcode = self._check(is_live=opts.live, bundle=opts.bundle)
        except Exception as error:
            self._tell(error)

    def _check(self, *, is_live: bool, bundle: Path | None) -> int:
        from diplonews.spiders.doctor import DoctorSpider  # not above: `verify` needs it not

        assert self.settings is not None
        assert self.crawler_process is not None
        courtesy.check(self.settings)
        if bundle:
            check_place(bundle)
        origin = self.settings["DIPLONEWS_SITE"]
        if not is_live and not site.is_loopback(origin):
            raise SettingError(
                f"{origin} is a real site: `scrapy doctor --live` would ask it for {ASKED}, one "
                f"after the other, some fourteen requests in half a minute"
            )
        conducted = conduct(self.crawler_process, DoctorSpider, "doctor", {})
        run = conducted.run
        findings: list[Finding] = getattr(conducted.spider, "findings", [])
        report = run.var / "doctor" / f"{run.run_id}.json"
        text = as_json([asdict(finding) for finding in findings])
        write_whole(report, [(0, text)])
        status = _show(findings, origin, report, is_answered=run.site_works)
        if bundle:
            self._pack(bundle, run, findings, text)
        return max(status, conducted.status if run.has_crashed else 0)

    def _pack(self, bundle: Path, run: Run, findings: list[Finding], text: str) -> None:
        assert self.settings is not None
        origin = self.settings["DIPLONEWS_SITE"]
        archive = Archive.open(archive_url(self.settings), create=False)
        try:
            robots = archive.validators.robots_txt(f"{origin}/robots.txt")
        finally:
            archive.close()
        texts = {
            "about.json": about(origin, run.run_id),
            "findings.json": text,
            "table.txt": "".join(f"{line}\n" for line in _lines(findings)),
        }
        if robots:
            texts["robots.txt"] = robots.body
        pages = CaptureWriter(run.var / "captures", run.run_id, run.started_at).path
        write_bundle(bundle, texts, pages, run.started_at)
        say(f"Packed for a maintainer: {bundle}")

    def _tell(self, error: Exception) -> None:
        if not isinstance(error, DiplonewsError):
            logger.error("nobody foresaw this", exc_info=error)
        say(sentence_of(error), is_error=True)
        self.exitcode = status_of(error)


def _show(findings: list[Finding], origin: str, report: Path, *, is_answered: bool) -> int:
    console = Console()
    if console.is_terminal:
        table = Table(title=plain(f"What {origin} is like"), title_justify="left", show_lines=True)
        for heading in ("what", "found", "to do"):
            table.add_column(heading)
        for finding in findings:
            table.add_row(plain(finding.topic), plain(finding.summary), plain(finding.advice))
        console.print(table)
    else:
        say(*(f"{finding.topic}: {finding.summary}" for finding in findings))
    advice = _advice(findings)
    say(*(f"To do: {sentence}" for sentence in advice))
    say(f"Kept in {report}; the pages are kept as captures.")
    if not is_answered:
        return EXIT_STATUS["broken"]
    return EXIT_STATUS["degraded"] if advice else 0


def _lines(findings: list[Finding]) -> list[str]:
    table = [f"{finding.topic}: {finding.summary}" for finding in findings]
    return table + [f"To do: {sentence}" for sentence in _advice(findings)]


def _advice(findings: list[Finding]) -> list[str]:
    return list(dict.fromkeys(finding.advice for finding in findings if finding.advice))
