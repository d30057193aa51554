"""How much is read: enough for a person's series, little enough for a server that many share."""

from lstm_viz.errors import FileTooLarge
from lstm_viz.phrases import megabytes

MAX_BYTES = 50 * 1024**2
MAX_ROWS = 1_000_000
MAX_COLUMNS = 1000
MAX_CELLS = 60_000_000
MAX_UNPACKED_BYTES = 400 * 1024**2


def check_bytes(size: int) -> None:
    """Refuse a file of more than `MAX_BYTES` (FileTooLarge)."""
    if size > MAX_BYTES:
        raise FileTooLarge(
            f"The file is too large: {megabytes(size)}, and the limit is {megabytes(MAX_BYTES)}. "
            "Upload fewer rows or only the columns that you need."
        )


def check_shape(rows: int, columns: int) -> None:
    """Refuse a table of more than `MAX_ROWS`, `MAX_COLUMNS` or `MAX_CELLS` (FileTooLarge)."""
    if rows > MAX_ROWS:
        raise FileTooLarge(
            f"The table is too long: it has more than {MAX_ROWS:,} rows, which is the limit. "
            "Upload a shorter period or a coarser step."
        )
    if columns > MAX_COLUMNS:
        raise FileTooLarge(
            f"The table is too wide: it has more than {MAX_COLUMNS:,} columns, which is the limit. "
            "Upload only the columns that you need."
        )
    if rows * columns > MAX_CELLS:
        raise FileTooLarge(
            f"The table is too large: {rows:,} rows × {columns:,} columns are more than {MAX_CELLS:,} cells. "
            "Upload only the columns that you need."
        )


def check_unpacked(size: int, kind: str, how: str = "") -> None:
    """Refuse a packed file ("Excel") that unpacks to more than `MAX_UNPACKED_BYTES` (FileTooLarge)."""
    if size > MAX_UNPACKED_BYTES:
        raise FileTooLarge(
            f"The {kind} file is too large: {megabytes(size)} unpacked, and the limit is "
            f"{megabytes(MAX_UNPACKED_BYTES)}. Save only the columns that you need{how}."
        )
