"""What a database says of its tables: one that was migrated or restored is as a new one."""

from typing import Any

from sqlalchemy import inspect

from diplonews.archive import Archive


def shape(archive: Archive) -> dict[str, object]:
    """Return what a database says of its tables, but the order of their columns."""
    found = inspect(archive.engine)
    return {
        table: (_columns(found, table), _keys(found, table), _foreign(archive, table))
        for table in found.get_table_names()
    }


def _columns(found: Any, table: str) -> dict[str, tuple[object, ...]]:
    return {
        column["name"]: (str(column["type"]), column["nullable"], column["default"])
        for column in found.get_columns(table)
    }


def _keys(found: Any, table: str) -> list[str]:
    indexes = [
        (index["name"], index["column_names"], index["unique"])
        for index in found.get_indexes(table)
    ]
    unique = [constraint["column_names"] for constraint in found.get_unique_constraints(table)]
    primary = found.get_pk_constraint(table)["constrained_columns"]
    return sorted(map(str, [*indexes, *unique, primary]))


def _foreign(archive: Archive, table: str) -> list[str]:
    """Return the foreign keys; of SQLite as it tells them itself."""
    if archive.engine.dialect.name == "sqlite":
        with archive.read() as connection:
            rows = connection.exec_driver_sql(f"PRAGMA foreign_key_list({table})").all()
        return sorted(str(row[2:]) for row in rows)
    keys = inspect(archive.engine).get_foreign_keys(table)
    return sorted(str(sorted(key.items())) for key in keys)
