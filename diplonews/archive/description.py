"""Tables described as plain data, and made again from it on either database.

A backup describes its own tables. So a backup of an earlier schema can be restored as it was, and
then be migrated like any archive.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import BigInteger, TypeEngine

from diplonews.archive.tables import SITE_NUMBER, UtcTime

# Plain names of the types of the archive's columns.
TYPES: dict[str, TypeEngine[Any]] = {
    "boolean": Boolean(),
    "integer": Integer(),
    "json": JSON(none_as_null=True),
    "large integer": BigInteger(),
    "site number": SITE_NUMBER,
    "string": String(),
    "text": Text(),
    "time": UtcTime(),
}

Description = Mapping[str, Any]


def describe(metadata: MetaData) -> dict[str, Any]:
    """Return all tables as data, those first to which others refer."""
    return {table.name: _describe_table(table) for table in metadata.sorted_tables}


def build(description: Description) -> MetaData:
    """Return the described tables without their indexes (see ``indexes``)."""
    metadata = MetaData()
    for name, table in description.items():
        columns = [_build_column(column) for column in table["columns"]]
        Table(name, metadata, *columns, sqlite_autoincrement=table["numbers_rows"])
    return metadata


def indexes(metadata: MetaData, description: Description) -> list[Index]:
    """Return the indexes of the built tables; they cost least when they are made last."""
    made = []
    for name, table in description.items():
        columns = metadata.tables[name].c
        for index in table["indexes"]:
            condition = text(index["where"]) if index["where"] else None
            made.append(
                Index(
                    index["name"],
                    *(columns[column] for column in index["columns"]),
                    unique=index["unique"],
                    sqlite_where=condition,
                    postgresql_where=condition,
                )
            )
    return made


def number_on(connection: Connection, table: str, column: str) -> None:
    """Let PostgreSQL number new rows after the existing ones; SQLite does so by itself."""
    if connection.dialect.name == "postgresql":
        last = f'(SELECT max("{column}") FROM "{table}")'  # noqa: S608  names of our own tables
        sequence = f"pg_get_serial_sequence('{table}', '{column}')"
        connection.exec_driver_sql(f"SELECT setval({sequence}, {last})")


def _describe_table(table: Table) -> dict[str, Any]:
    unique = {
        constraint.columns[0].name
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
    }
    return {
        "columns": [_describe_column(column, unique) for column in table.columns],
        "numbers_rows": bool(table.dialect_options["sqlite"]["autoincrement"]),
        "indexes": sorted(map(_describe_index, table.indexes), key=lambda row: str(row["name"])),
    }


def _describe_column(column: Column[Any], unique: set[str]) -> dict[str, Any]:
    keys = list(column.foreign_keys)
    return {
        "name": column.name,
        "type": _type_name(column),
        "length": getattr(column.type, "length", None),
        "is_key": column.primary_key,
        "is_nullable": column.nullable,
        "is_numbered": column.table.autoincrement_column is column,
        "is_unique": column.name in unique,
        "refers_to": keys[0].target_fullname if keys else None,
        "on_update": keys[0].onupdate if keys else None,
    }


def _type_name(column: Column[Any]) -> str:
    if column.type is SITE_NUMBER:
        return "site number"
    for name, kind in TYPES.items():
        if type(kind) is type(column.type) and kind is not SITE_NUMBER:
            return name
    raise TypeError(f"{column}: expected one of {', '.join(TYPES)}, found {column.type!r}")


def _build_column(column: Mapping[str, Any]) -> Column[Any]:
    kind = String(column["length"]) if column["length"] else TYPES[column["type"]]
    keys = []
    if column["refers_to"]:
        keys.append(ForeignKey(column["refers_to"], onupdate=column["on_update"]))
    return Column(
        column["name"],
        kind,
        *keys,
        primary_key=column["is_key"],
        nullable=column["is_nullable"],
        autoincrement=column["is_numbered"],
        unique=column["is_unique"] or None,
    )


def _describe_index(index: Index) -> dict[str, Any]:
    condition = index.dialect_options["sqlite"]["where"]
    where = ""
    if condition is not None:
        where = str(condition.compile(compile_kwargs={"include_table": False}))
    return {
        "name": index.name,
        "columns": [column.name for column in index.columns],
        "unique": bool(index.unique),
        "where": where,
    }
