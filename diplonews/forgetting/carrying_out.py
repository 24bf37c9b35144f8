"""Erasing what is on the list of forgotten articles: by the command, and by every run.

The list is committed first. Each step finds out by itself whether it is done. So after a kill, the
next run or command finishes the work.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from diplonews import clock
from diplonews.archive import Archive
from diplonews.archive.traces import TraceSearch
from diplonews.feeds.further_files import Edition
from diplonews.feeds.publisher import Publisher
from diplonews.forgetting.erased_files import Erased, erase_files, note_state, read_state


@dataclass
class CarryingOut:
    """The archive and the folder of this machine."""

    archive: Archive
    var: Path
    contact: str = ""
    editions: Sequence[Edition] = ()
    phrases: set[str] = field(default_factory=set)  # headlines, while the archive still has them

    def is_behind(self) -> bool:
        """Tell whether anything is to be erased in the archive or in this folder."""
        number = self.archive.forgotten.last_number()
        is_searched = read_state(self.var, self.archive.id) >= number
        return not is_searched or bool(self.archive.forgotten.unfinished())

    def erase_rows(self) -> None:
        """Erase the archive's rows; this may be done while runs are under way."""
        for entry in self.archive.forgotten.unfinished():
            if entry.erased_at is None:
                self.phrases |= self.archive.erasing.headlines(entry)
                self.archive.erasing.erase(entry.number, clock.now())

    def erase_all(self) -> list[Erased]:
        """Erase rows, feeds, files and free pages. No run may be under way in the folder."""
        self.erase_rows()
        Publisher(self.archive, self.var / "feeds", self.contact, self.editions).publish()
        erased = list(self.erase_files())
        if self.archive.forgotten.unfinished():
            self.archive.compact()
            self.archive.erasing.note_compacted(clock.now())
        return erased

    def begin_again(self) -> None:
        """Publish, and search all files by the whole list, after the archive was restored.

        Its list may have other numbers than when the files were searched last.
        """
        note_state(self.var, self.archive.id, 0)
        self.erase_all()

    def erase_files(self, *, is_dry: bool = False) -> Iterator[Erased]:
        """Search the folder's files by the entries that are new on the list."""
        archive_id = self.archive.id
        last_number = self.archive.forgotten.last_number()
        traces = self.archive.forgotten.traces(after=read_state(self.var, archive_id))
        if traces:
            search = TraceSearch(traces, frozenset(self.phrases))
            yield from erase_files(self.var, self.own_files(), search, is_dry=is_dry)
        if not is_dry:
            note_state(self.var, archive_id, last_number)

    def own_files(self) -> set[Path]:
        """Return the files of SQLite, where the archive is one."""
        path = self.archive.engine.url.database or ""
        if self.archive.is_shared:
            return set()
        return {Path(f"{path}{ending}") for ending in ("", "-wal", "-shm")}
