"""Erasing what is on the list of forgotten articles: by the command, and by every run.

The list is committed first. Each step finds out by itself whether it is done. So after a kill, the
next run or command finishes the work.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from diplonews import clock
from diplonews.archive import Archive
from diplonews.archive.forgotten import Entry
from diplonews.archive.traces import TraceSearch
from diplonews.errors import FileError
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
    phrases: set[str] = field(default_factory=set)  # headlines, until the archive has none
    not_reached: list[str] = field(default_factory=list)  # in the database, and not ours

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
        """Erase rows, feeds, free pages and files. No run may be under way in the folder.

        Files come last, because processes that still wrote the old words have ended by then.
        """
        self.erase_rows()
        Publisher(self.archive, self.var / "feeds", self.contact, self.editions).publish()
        try:
            self._compact()
        finally:  # files are searched even if the database cannot be rewritten now
            erased = self._erase_files()
        return erased

    def begin_again(self) -> list[Erased]:
        """Publish, and search all files by the whole list, after the archive was restored.

        Its list may have other numbers than when the files were searched last.
        """
        note_state(self.var, self.archive.id, 0)
        return self.erase_all()

    def search_again(self, entry: Entry) -> None:
        """Let all files be searched once more by an entry of the list."""
        first = self.archive.forgotten.first_number(entry.number)
        if first <= read_state(self.var, self.archive.id):
            note_state(self.var, self.archive.id, first - 1)

    def would_erase(self, search: TraceSearch) -> list[Erased]:
        """Return what would be done with files; change nothing."""
        return list(erase_files(self.var, self._own_files(), search, is_dry=True))

    def _compact(self) -> None:
        unfinished = [entry.number for entry in self.archive.forgotten.unfinished()]
        if unfinished:
            self.not_reached = self.archive.compact()
            self.archive.erasing.note_compacted(unfinished, clock.now())

    def _erase_files(self) -> list[Erased]:
        """Search the folder's files by the entries that are new on the list.

        Raises ``FileError`` where one of them could not be searched or written, after all others.
        """
        archive_id = self.archive.id
        last_number = self.archive.forgotten.last_number()
        traces = self.archive.forgotten.traces(after=read_state(self.var, archive_id))
        erased: list[Erased] = []
        if traces:
            search = TraceSearch(traces, frozenset(self.phrases))
            erased = list(erase_files(self.var, self._own_files(), search))
        faults = [file.what for file in erased if file.is_fault]
        if faults:
            more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
            raise FileError(f"{faults[0]}{more}")
        note_state(self.var, archive_id, last_number)
        return erased

    def _own_files(self) -> set[Path]:
        """Return the files of SQLite, where the archive is one."""
        path = self.archive.engine.url.database or ""
        if self.archive.is_shared:
            return set()
        return {Path(f"{path}{ending}") for ending in ("", "-wal", "-shm")}
