"""What code of earlier fields archived and published gets a new field, without a migration."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from diplonews.archive import Archive
from diplonews.archive.tables import about, article, event
from diplonews.feeds.feed_check import FeedCheck
from diplonews.feeds.publisher import Publisher
from diplonews.feeds.schema import schema_name
from diplonews.items import Image
from tests.support.articles import article as article_item
from tests.support.articles import begin
from tests.support.feeds import files, publish

NEW = ("embeds", "is_empty", "alt", "share_count")  # as if they were
DAY = "2026-11-28"


def without_new(value: Any) -> Any:
    """Return keys and values at any depth as they were before the new fields were there."""
    if isinstance(value, dict):
        return {name: without_new(value[name]) for name in value if name not in NEW}
    return [without_new(member) for member in value] if isinstance(value, list) else value


def make_older(archive: Archive, folder: Path) -> None:
    """Have archive and folder say what code without the new fields would have left."""
    with archive.write() as connection:
        for column in (article.c.line, event.c.line, event.c.change):
            table = column.table
            for row_id, stored in connection.execute(select(table.c.id, column)).all():
                older = json.dumps(without_new(json.loads(stored)), separators=(",", ":"))
                change = update(table).where(table.c.id == row_id)
                connection.execute(change.values({column.name: older}))
        keys = select(about.c.value).where(about.c.name == "keys")
        kept = (connection.scalar(keys) or "").split()
        older = " ".join(key for key in kept if key.rpartition(".")[2] not in NEW)
        connection.execute(update(about).where(about.c.name == "keys").values(value=older))
    Publisher(archive, folder).repair()
    for place in ("current", "changes"):
        path = folder / schema_name(place)
        path.write_text(json.dumps(without_new(json.loads(path.read_text()))))


def fill(archive: Archive) -> None:
    run = begin(archive)
    image = Image(url="https://site.example/1.jpg")
    archive.articles.note(article_item(images=[image]), run, ["security"])
    edited = article_item(digest="b" * 64, headline="Talks end", images=[image, image])
    archive.articles.note(edited, run, ["security"])
    archive.articles.note(article_item(2), run, ["security"])


def test_every_line_gets_the_new_keys_under_its_old_number(
    archive: Archive, archive_url: str, tmp_path: Path
) -> None:
    fill(archive)
    publish(archive, tmp_path, DAY)
    expected = files(tmp_path)
    feed_id = json.loads((tmp_path / "datapackage.json").read_text())["feed_id"]
    make_older(archive, tmp_path)
    assert b"embeds" not in b"".join(files(tmp_path).values())

    today = Archive.open(archive_url)
    publish(today, tmp_path, "2026-11-29")

    assert files(tmp_path) == expected
    assert list(FeedCheck(today, tmp_path).differences()) == []
    manifest = json.loads((tmp_path / "datapackage.json").read_text())
    assert (manifest["feed_id"], manifest["last_seq"]) == (feed_id, 3)
    today.close()


def test_an_archive_that_newer_code_completed_is_left_as_it_is(
    archive: Archive, archive_url: str
) -> None:
    fill(archive)
    keys = select(about.c.value).where(about.c.name == "keys")
    with archive.write() as connection:
        newer = f"{connection.scalar(keys)} reading_minutes"
        connection.execute(update(about).where(about.c.name == "keys").values(value=newer))
        before = connection.execute(select(event.c.line, event.c.change)).all()

    today = Archive.open(archive_url)

    with today.read() as connection:
        assert connection.scalar(keys) == newer
        assert connection.execute(select(event.c.line, event.c.change)).all() == before
    today.close()
