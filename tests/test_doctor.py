"""The first look at a site: what it is like, and what to change."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from diplonews.demo import Replica
from tests.support.crawling import Crawl
from tests.support.tars import unpack


def test_a_sound_site_is_described_and_nothing_is_to_be_done(
    new_replica: Callable[..., Replica], tmp_path: Path
) -> None:
    replica = new_replica(articles=80)
    crawl = Crawl(replica.origin, tmp_path / "var")

    done = crawl.call("doctor")

    assert done.returncode == 0, done.stdout + done.stderr
    assert len(replica.requests) <= 16
    for told in (
        f"address: {replica.origin}", "theme: jnews 11.6.6; WordPress", "categories: 18 of 18",
        "listing of ecowas: layout jnews", "a hero above", "RSS: 10 entries, full text",
        "304 when asked again", "REST: posts answer 200", "time zone: Africa/Lagos",
        "with lastmod", "trailing slash: 1 with a slash", "layout jnews; ",
    ):  # fmt: skip
        assert told in done.stdout
    assert "To do" not in done.stdout
    report = next((tmp_path / "var/doctor").glob("*.json"))
    assert {finding["topic"] for finding in json.loads(report.read_text())} >= {
        "theme",
        "RSS",
        "REST",
    }
    assert list((tmp_path / "var/captures").glob("*/*/*.warc.gz"))


def test_what_is_shut_or_unknown_is_named_with_what_to_do(
    new_replica: Callable[..., Replica], tmp_path: Path
) -> None:
    replica = new_replica(articles=80, theme="plain")
    replica.feed_open = replica.rest_open = replica.sitemap_open = False

    done = Crawl(replica.origin, tmp_path / "var").call("doctor")

    assert done.returncode == 3
    assert "To do: not jnews: see CONTRIBUTING.md" in done.stdout
    assert "To do: add its layout to pages/themes/" in done.stdout
    assert f"To do: open {replica.origin}/feed/ in a browser" in done.stdout


def test_all_that_was_met_goes_into_one_file_for_a_maintainer(
    new_replica: Callable[..., Replica], tmp_path: Path
) -> None:
    crawl = Crawl(new_replica(articles=40).origin, tmp_path / "var")
    crawl.environment["DIPLONEWS_NOTIFY"] = "json://user:SECRET@127.0.0.1:9"
    bundle = tmp_path / "site.tar.gz"

    done = crawl.call("doctor", "--bundle", str(bundle))
    again = crawl.call("doctor", "--bundle", str(bundle))

    assert done.returncode == 0, done.stdout + done.stderr
    unpack(bundle, tmp_path)
    folder = tmp_path / "doctor"
    assert "theme: jnews" in (folder / "table.txt").read_text()
    assert (folder / "robots.txt").read_text().startswith("User-agent: *")
    assert json.loads((folder / "about.json").read_text())["site"] == crawl.origin
    findings = json.loads((folder / "findings.json").read_text())
    assert {finding["topic"] for finding in findings} >= {"theme", "RSS", "REST"}
    with (folder / "pages.warc.gz").open("rb") as file:
        urls = [
            record.rec_headers.get_header("WARC-Target-URI").removeprefix(crawl.origin)
            for record in ArchiveIterator(file)
            if record.rec_type == "response"
        ]
    for path in ("/", "/feed/", "/wp-json/", "/category/security/"):
        assert path in urls
    assert len(urls) >= 10
    assert not any(b"SECRET" in path.read_bytes() for path in folder.iterdir())
    assert again.returncode == 2
    assert "expected no file, found one" in again.stderr


def test_a_site_that_does_not_answer_has_a_table_too(tmp_path: Path) -> None:
    done = Crawl("http://127.0.0.1:9", tmp_path / "var").call("doctor")

    assert done.returncode == 4
    assert "robots.txt could not be fetched" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [((), "would ask it for robots.txt"), (("--live",), "DIPLONEWS_CONTACT is empty")],
)
def test_a_real_site_is_not_asked_by_mistake(
    arguments: tuple[str, ...], told: str, tmp_path: Path
) -> None:
    crawl = Crawl("https://site.invalid", tmp_path / "var")
    crawl.environment["DIPLONEWS_CONTACT"] = "" if arguments else "us@site.invalid"

    done = crawl.call("doctor", *arguments)

    assert done.returncode == 2
    assert told in done.stderr
