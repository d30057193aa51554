"""What a file is by its first bytes, whatever its name says."""

import io
import re
import zipfile

_SIGNATURES = (
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"BM\x00", "a BMP picture"),
    (b"%PDF-", "a PDF document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel or Word file (.xls, .doc)"),
    (b"\x89HDF\r\n", "an HDF5 file"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"ARROW1", "an Arrow or Feather file"),
    (b"\x93NUMPY", "a NumPy array file"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"\x80\x04\x95", "a Python pickle"),
    (b"RIFF", "a sound, film or picture file"),
    (b"OggS", "a sound file"),
    (b"ID3", "a sound file"),
)
_ZIP_MEMBERS = (
    ("xl/workbook.xml", "xlsx"),
    ("xl/workbook.bin", "an Excel binary workbook (.xlsb)"),
    ("word/", "a Word document"),
    ("ppt/", "a PowerPoint document"),
    ("content.xml", "an OpenDocument file"),
)


_KINDS = (
    (re.compile(r"\s*(?:CHARSET|AXIS-VERSION)\s*=\s*\"", re.IGNORECASE), "a PC-Axis file (.px)"),
    (re.compile(r"[A-Z]{2}[A-Z0-9-]{9}\d{6}[A-Z]{4}[ \d-]{5}.{3}"), "a station file of GHCN-Daily (.dly)"),
    (
        re.compile(
            r"(?:[ \t]*(?:[#%].*)?\r?\n)*[ \t]*@(?:problemname|relation)\b(?:.*\n)*?[ \t]*@data\b", re.IGNORECASE
        ),
        "labelled sequences (.ts, .arff), which the page Classify sequences reads",
    ),
)


def container(data: bytes) -> str:
    """Return "parquet", "xlsx" or "text", or else words for what the bytes look like ("a PNG picture")."""
    if data[:4] == b"PAR1":
        return "parquet"
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _zip_kind(data)
    if data[4:8] == b"ftyp":
        return "a film or picture file"
    return next((words for start, words in _SIGNATURES if data.startswith(start)), "text")


def text_kind(text: str) -> str | None:
    """Return words for marked-up text that is no table ("a web page (HTML)"), or None."""
    head = text[:2000].lstrip().lower()
    tail = text[-200:].rstrip()
    if head.startswith(("<!doctype html", "<html")):
        return "a web page (HTML)"
    if head.startswith("<?xml") or (head.startswith("<") and tail.endswith(">")):
        return "an XML document"
    for pattern, words in _KINDS:
        if pattern.match(text[:20_000]):
            return words
    if (head.startswith("{") and tail.endswith("}")) or (head.startswith(("[{", "[[", "[\n")) and tail.endswith("]")):
        return "JSON"
    return None


def _zip_kind(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return "a damaged ZIP or Excel file"
    for start, kind in _ZIP_MEMBERS:
        if any(member.startswith(start) for member in members):
            return kind
    return "a ZIP archive"
