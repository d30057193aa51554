"""Parquet files to a grid."""

import io

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from lstm_viz.errors import FileTooLarge, NotATable
from lstm_viz.phrases import megabytes
from lstm_viz.tables.grid import Grid
from lstm_viz.tables.limits import MAX_UNPACKED_BYTES, check_shape
from lstm_viz.tables.names import unique_names
from lstm_viz.tables.reading import Reading

_DAMAGED = "The Parquet file cannot be read: it is damaged ({}). Write it again, or save the table as CSV."


def read_parquet(data: bytes, reading: Reading) -> Grid:
    """Read a Parquet file; numbers and times keep their types, all else becomes text.

    Raises:
        NotATable: damaged, or without rows or columns.
        FileTooLarge: more rows, columns or unpacked bytes than are read.
    """
    try:
        file = pq.ParquetFile(io.BytesIO(data))
        _check(file.metadata)
        table = file.read()
    except (pa.ArrowException, OSError, ValueError, TypeError, KeyError, OverflowError) as error:
        raise NotATable(_DAMAGED.format(type(error).__name__)) from None
    names = unique_names(table.column_names)
    columns = [_column(table.column(place)) for place in range(table.num_columns)]
    cells = pd.concat(columns, axis=1) if columns else pd.DataFrame()
    if cells.empty:
        raise NotATable("The Parquet file holds no cells: it has no rows or no columns. Upload a table with rows.")
    cells = cells.set_axis(list(names), axis=1).set_axis(range(1, len(cells) + 1), axis=0)
    return Grid(cells, exact=reading.decimal is None)


def _check(metadata: pq.FileMetaData) -> None:
    check_shape(metadata.num_rows, metadata.num_columns)
    size = sum(metadata.row_group(place).total_byte_size for place in range(metadata.num_row_groups))
    if size > MAX_UNPACKED_BYTES:
        raise FileTooLarge(
            f"The Parquet file is too large: {megabytes(size)} unpacked, and the limit is "
            f"{megabytes(MAX_UNPACKED_BYTES)}. Save only the columns that you need."
        )


def _column(cells: pa.ChunkedArray) -> pd.Series:
    kind = cells.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return pd.Series(cells.cast(pa.float64(), safe=False).to_numpy())
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return pd.Series(cells.cast(pa.timestamp("us"), safe=False).to_numpy())
    return pd.Series([_text(cell) for cell in cells.to_pylist()], dtype="str")


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).encode("utf-8", "replace").decode()
