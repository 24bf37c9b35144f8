"""The archive's list of runs: who is found, who is closed, and which sections had any."""

from datetime import timedelta

from sqlalchemy import select

from diplonews.archive import Archive, tables
from tests.support.articles import NOW

LATER = NOW + timedelta(hours=1)


def begin(archive: Archive, section: str, hours: int = 0) -> int:
    return archive.runs.begin(section, {"a": "b"}, NOW + timedelta(hours=hours), "host:1")[0]


def closed(archive: Archive) -> dict[int, object]:
    with archive.read() as connection:
        rows = connection.execute(select(tables.run.c.number, tables.run.c.closed_at))
        return {row.number: row.closed_at for row in rows}


def test_a_run_is_found_by_its_id(archive: Archive) -> None:
    for hours in range(3):
        begin(archive, "security", hours)
    archive.runs.end(2, "ok", {"article_count": 7}, LATER)

    run = archive.runs.find("20261123T130000Z-security")
    open_run = archive.runs.find("20261123T120000Z-security")

    assert run is not None
    assert (run.run_id, run.section, run.arguments, run.process) == (
        "20261123T130000Z-security", "security", {"a": "b"}, "host:1"
    )  # fmt: skip
    assert (run.verdict, run.counts, run.ended_at) == ("ok", {"article_count": 7}, LATER)
    assert open_run is not None
    assert (open_run.verdict, open_run.counts, open_run.ended_at) == ("", {}, None)
    assert archive.runs.find("20261123T120000Z-ecowas") is None


def test_a_run_that_ends_closes_those_of_its_section_before_it(archive: Archive) -> None:
    sections = ("security", "ecowas", "security", "security")
    numbers = [begin(archive, section) for section in sections]

    archive.runs.close(numbers[2], "security", LATER)

    assert closed(archive) == dict(zip(numbers, (LATER, None, LATER, None), strict=True))


def test_what_is_closed_stays_closed_as_it_was(archive: Archive) -> None:
    first, second = begin(archive, "security"), begin(archive, "security")
    archive.runs.close(first, "security", NOW)

    archive.runs.close(second, "security", LATER)

    assert closed(archive) == {first: NOW, second: LATER}


def test_the_newest_runs_come_first(archive: Archive) -> None:
    for hours, section in enumerate(("security", "ecowas", "security", "security")):
        begin(archive, section, hours)

    every, one = archive.runs.newest(None, 3), archive.runs.newest("ecowas", 3)

    assert [run.run_id[9:11] for run in every] == ["15", "14", "13"]
    assert [run.section for run in one] == ["ecowas"]


def test_each_section_that_had_a_run_is_named_once(archive: Archive) -> None:
    for section in ("security", "ecowas", "security", "international", "ecowas"):
        begin(archive, section)

    assert archive.runs.sections() == ["ecowas", "international", "security"]


def test_ids_of_runs_are_told_from_other_names_however_many(archive: Archive) -> None:
    begin(archive, "security")
    names = [f"x{number}" for number in range(501)]

    assert archive.runs.names([*names, "20261123T120000Z-security"]) == {
        "20261123T120000Z-security"
    }
    assert archive.runs.names(["20261123T120000Z-security", *names]) == {
        "20261123T120000Z-security"
    }
    assert archive.runs.names([]) == set()
