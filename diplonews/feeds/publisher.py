"""Publishing: the feeds in a folder are brought up to date with the archive.

Events are numbered, then written in the order of their numbers. The manifest comes last, so
everything up to its ``last_seq`` is there. Up to a seq, a feed follows from the archive. So
publishing twice writes the same bytes, and the next run completes what died half way.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from diplonews import clock, site
from diplonews.archive import Archive
from diplonews.archive.database_locks import DatabaseLock
from diplonews.feeds import file_names
from diplonews.feeds.files import (
    FileFacts,
    OtherContentError,
    discard,
    lock_folder,
    write_whole,
)
from diplonews.feeds.further_files import Edition, made_by, write_editions
from diplonews.feeds.manifest import NAME, OLD_NAME, Manifest, names_on_disk
from diplonews.feeds.schema import (
    PARTS,
    has_todays_shape,
    schema_files,
    schema_name,
    schema_texts,
    source_digest,
)

logger = logging.getLogger(__name__)


class Publisher:
    """Brings the feeds in *folder* up to date with the archive.

    The feeds are the sections, and the categories that a person crawled by name.
    """

    def __init__(
        self, archive: Archive, folder: Path, contact: str = "", editions: Sequence[Edition] = ()
    ) -> None:
        self.archive = archive
        self.editions = editions
        self.folder = folder
        self.contact = contact  # in the manifest
        self.feeds = sorted({*site.SECTIONS, *archive.walks.followed()})

    def publish(self) -> None:
        """Publish new events, and the files that are missing in the folder.

        Without a readable manifest, everything is published under a new feed_id.
        """
        with self._lock():
            if self._has_nothing_to_write():
                return
            manifest = Manifest.read(self.folder) or self._new_manifest()
            if not self._has_todays_keys():
                self._write_again(manifest)
                return
            lost = self._drop_lost(manifest)
            self._bring_up_to_date(manifest, self._number_events(manifest), lost)
            if lost:
                logger.warning(
                    "%s: %s files were gone or not of their size, and were put back: %s",
                    self.folder, len(lost), ", ".join(sorted(lost)[:3]),
                )  # fmt: skip

    def _has_nothing_to_write(self) -> bool:
        """Tell whether nothing is to be written, by the manifest without its older part."""
        manifest = Manifest.read(self.folder, with_older=False)
        if manifest is None:
            return False
        for name in manifest.removed:  # by a publication that died after its manifest
            discard(self.folder / name)
        is_there = all(
            _size(self.folder / name) == facts.bytes for name, facts in manifest.files.items()
        )
        has_feeds = set(self.feeds) <= set(manifest.feeds)
        is_of_today = manifest.schema_digest == source_digest()
        is_of_today &= manifest.editions == made_by(self.editions)
        return (
            is_there
            and has_feeds
            and is_of_today
            and self._number_events(manifest) == manifest.last_seq
        )

    def repair(self) -> None:
        """Write every feed again from the archive, and remove files that are in no feed."""
        with self._lock():
            self._write_again(Manifest.read(self.folder) or self._new_manifest())

    def _write_again(self, manifest: Manifest) -> None:
        manifest.files, manifest.feeds = {}, []
        strays = names_on_disk(self.folder)
        self._bring_up_to_date(manifest, self._number_events(manifest), strays)

    def _has_todays_keys(self) -> bool:
        """Tell whether the published lines have today's keys and types.

        Else all are written again with the same numbers, so that all lines have the same keys.
        """
        for place in PARTS:
            path = self.folder / schema_name(place)
            try:
                text = path.read_text(encoding="utf-8")
            except OSError:  # there was none, or it is lost
                continue
            if not has_todays_shape(text, place):
                return False
        return True

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Take the folder's lock; wait for it, since a publication takes seconds.

        Where machines share a folder, its file system may have no locks; the database has.
        """
        shared = self._wait_for_machines() if self.archive.is_shared else None
        try:
            with lock_folder(self.folder):
                yield
        finally:
            if shared is not None:
                shared.release()

    def _wait_for_machines(self) -> DatabaseLock | None:
        manifest = Manifest.read(self.folder, with_older=False)
        return self.archive.wait_for_lock(f"feeds {manifest.feed_id if manifest else ''}")

    def _new_manifest(self) -> Manifest:
        """Return a new manifest, by which the files that are in the folder are removed."""
        old = {OLD_NAME, "schema/article-1.json"}
        strays = {name for name in old if (self.folder / name).exists()}
        if (self.folder / NAME).exists():
            logger.warning(
                "%s: expected a manifest of this schema, found one that cannot be read so: all "
                "feeds are written again under a new feed_id, so whoever follows them starts over",
                self.folder / NAME,
            )
        return Manifest(removed=sorted(names_on_disk(self.folder) | strays))

    def _number_events(self, manifest: Manifest) -> int:
        return self.archive.feeds.number(manifest.feed_id, self.feeds, utc_day())

    def _drop_lost(self, manifest: Manifest) -> set[str]:
        """Remove missing and damaged files from the manifest, so that they are written again."""
        lost = {
            name
            for name, facts in manifest.files.items()
            if _size(self.folder / name) != facts.bytes
        }
        for name in lost:
            del manifest.files[name]
        return lost

    def _bring_up_to_date(self, manifest: Manifest, last_seq: int, lost: set[str]) -> None:
        """Write what is missing up to *last_seq*, then the manifest; then remove old files."""
        for leftover in self.folder.rglob(".*.part"):  # of a run that died
            discard(leftover)
        before = {*manifest.files, *manifest.removed, *lost}
        after, manifest.last_seq = manifest.last_seq, last_seq
        manifest.last_day = self.archive.feeds.day_of(last_seq)
        for feed in self.feeds:
            self._write_changes(manifest, feed, after, lost)
            self._write_current(manifest, feed, after, lost)
        manifest.feeds = self.feeds
        self._write_schemas(manifest)
        write_editions(self.folder, manifest, self.editions)
        manifest.archive_id = self.archive.id
        manifest.removed = sorted(
            name for name in before - manifest.files.keys() if (self.folder / name).exists()
        )
        # A power cut may undo commits, but never what the manifest lists.
        self.archive.checkpoint()
        manifest.write(self.folder, self.contact)
        for name in manifest.removed:
            discard(self.folder / name)

    def _write_changes(self, manifest: Manifest, feed: str, after: int, lost: set[str]) -> None:
        """Write the files of changes that are new, grew, were lost, or become a month's file."""
        events, last_day = self.archive.feeds, manifest.last_day
        began = events.began_behind(feed)
        is_new = feed not in manifest.feeds
        days = events.days(feed, began if is_new else max(after, began), manifest.last_seq)
        wanted = {file_names.change_name(feed, day, last_day) for day in days}
        wanted |= {name for name in lost if name.startswith(f"changes/{feed}/")}
        wanted |= self._take_off_erased(manifest, feed, after)
        for name in [name for name in manifest.files if name.startswith(f"changes/{feed}/")]:
            month = file_names.month_if_by_day(name)
            if month and file_names.is_packed(month, last_day):
                del manifest.files[name]
                wanted.add(file_names.change_name(feed, file_names.stem_of(name), last_day))
        for name in sorted(wanted):
            first, last = file_names.days_of(name)
            if file_names.change_name(feed, first, last_day) == name:
                self._write_days(manifest, name, (first, last), max(after, began))

    def _take_off_erased(self, manifest: Manifest, feed: str, after: int) -> set[str]:
        """Remove the files with words of newly forgotten articles from the manifest.

        They are written again as a whole. No other file changes once its day is over.
        """
        days = self.archive.feeds.days_to_rewrite(feed, after, manifest.last_seq)
        names = {file_names.change_name(feed, day, manifest.last_day) for day in days}
        erased = names & manifest.files.keys()
        for name in erased:
            del manifest.files[name]
            manifest.rewritten[name] = manifest.last_seq
        return erased

    def _write_days(
        self, manifest: Manifest, name: str, days: tuple[str, str], after: int
    ) -> None:
        """Write a file of changes: add lines to it, or write it as a whole."""
        events, feed, until = self.archive.feeds, file_names.feed_of(name), manifest.last_seq
        facts = manifest.files.get(name)
        if facts is not None and file_names.month_if_by_day(name):
            try:
                lines = events.changes(feed, days, after, until)
                manifest.files[name] = write_whole(self.folder / name, lines, facts)
            except OtherContentError:
                logger.warning("%s: expected what was published, found other lines", name)
            else:
                return
        lines = events.changes(feed, days, events.began_behind(feed), until)
        self._put(manifest, name, write_whole(self.folder / name, lines))

    def _write_current(self, manifest: Manifest, feed: str, after: int, lost: set[str]) -> None:
        events, until = self.archive.feeds, manifest.last_seq
        if feed in manifest.feeds:
            files = set(events.touched(feed, after, until)) if until > after else set()
        else:
            files = set(events.files(feed, until))
        mine = f"current/{feed}/"
        files |= {file_names.stem_of(name) for name in lost if name.startswith(mine)}
        for file in sorted(files):
            name = file_names.current_name(feed, file)
            facts = write_whole(self.folder / name, events.current(feed, file, until))
            self._put(manifest, name, facts)

    def _put(self, manifest: Manifest, name: str, facts: FileFacts) -> None:
        """Note a file that was written; delete one without a line."""
        if facts.lines:
            manifest.files[name] = facts
        else:
            manifest.files.pop(name, None)
            discard(self.folder / name)

    def _write_schemas(self, manifest: Manifest) -> None:
        """Write the schemas of lines, unless the existing ones have the same source."""
        has_all = set(schema_files()) <= manifest.files.keys()
        if has_all and manifest.schema_digest == source_digest():
            return
        for name, text in schema_texts().items():
            facts = write_whole(self.folder / name, [(0, text)])
            manifest.files[name] = replace(facts, lines=0)
        manifest.schema_digest = source_digest()


def utc_day() -> str:
    return f"{clock.now():%Y-%m-%d}"


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None
