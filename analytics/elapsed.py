"""Time between two columns in SQL, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Float
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import FunctionElement


class days_between(FunctionElement[float]):  # noqa: N801 - reads as a function in a query
    """Days from the first moment to the second, with fractions."""

    type = Float()
    name = "days_between"
    inherit_cache = True


@compiles(days_between, "sqlite")
def _on_sqlite(element: days_between, compiler: SQLCompiler, **given: Any) -> str:
    first, second = (compiler.process(clause, **given) for clause in element.clauses)
    return f"(julianday({second}) - julianday({first}))"


@compiles(days_between, "postgresql")
def _on_postgresql(element: days_between, compiler: SQLCompiler, **given: Any) -> str:
    first, second = (compiler.process(clause, **given) for clause in element.clauses)
    return f"(EXTRACT(EPOCH FROM ({second}) - ({first})) / 86400)"
