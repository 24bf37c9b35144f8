"""A PostgreSQL server of the tests' own, in a temporary folder, where one is installed."""

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Self

import psycopg
from sqlalchemy import make_url

from diplonews.archive import Archive


class NoServerError(Exception):
    """PostgreSQL's server programs are not installed."""


@dataclass
class Cluster:
    """A server that listens on a socket in its own folder, and nowhere else."""

    programs: Path
    folder: Path
    user: str | None  # the server refuses to run as root, so then it runs as this one
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    made: str = ""  # the database of an archive that others are copied from

    @classmethod
    def start(cls) -> Self:
        programs = _programs()
        folder = Path(tempfile.mkdtemp(prefix="diplonews-pg-"))
        user = None
        if os.geteuid() == 0:
            names = {entry.pw_name for entry in pwd.getpwall()}
            user = "postgres" if "postgres" in names else "nobody"
            shutil.chown(folder, user)
        cluster = cls(programs, folder, user)
        cluster._call(
            "initdb", "-D", folder / "data", "-U", "postgres", "-E", "UTF8", "-A", "trust"
        )
        # Tests are to be quick; what a power cut does to PostgreSQL is not ours to test.
        options = f"-k {folder} -c listen_addresses= -c fsync=off -c max_connections=200"
        cluster._call(
            "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", options, "start"
        )
        return cluster

    def new_database(self) -> str:
        """Return the URL of a new, empty database."""
        return self._make_database("")

    def new_archive(self) -> str:
        """Return the URL of a new archive that holds nothing.

        A copy of one that was made once: that costs a tenth of making it. It has an identity of
        its own.
        """
        if not self.made:
            self.made = self._name()
            Archive.open(self._make_database("", self.made)).close()
        url = self._make_database(f"TEMPLATE {self.made} STRATEGY file_copy")
        with psycopg.connect(url) as connection:
            identity = str(uuid.uuid4())
            connection.execute("UPDATE about SET value = %s WHERE name = 'id'", [identity])
        return url

    def drop(self, url: str) -> None:
        """Remove a database, whoever is connected to it. A hundred of them are a gigabyte."""
        self._execute(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def _name(self) -> str:
        return f"test_{next(self.numbers)}"

    def _make_database(self, how: str, name: str = "") -> str:
        name = name or self._name()
        self._execute(f"CREATE DATABASE {name} {how}")
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def _execute(self, statement: str) -> None:
        with psycopg.connect(
            host=str(self.folder), user="postgres", autocommit=True
        ) as connection:
            connection.execute(statement.encode())

    def stop(self) -> None:
        self._call("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _call(self, program: str, *arguments: object) -> None:
        # pg_ctl's server inherits what is open: a pipe of ours would never end.
        with (self.folder.parent / f"{self.folder.name}.out").open("wb") as output:
            command = [str(self.programs / program), *map(str, arguments)]
            done = subprocess.run(
                command, user=self.user, stdout=output, stderr=output, cwd="/", check=False
            )
        told = Path(output.name).read_text()
        Path(output.name).unlink()
        if done.returncode:
            raise RuntimeError(f"{program} ended with {done.returncode}: {told}")


def _programs() -> Path:
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    by_debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not by_debian:
        raise NoServerError(
            "PostgreSQL's initdb is neither on the path nor in /usr/lib/postgresql"
        )
    return by_debian[-1].parent
