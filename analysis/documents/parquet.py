"""Read documents from the rows of a Parquet file; its sizes are checked before it is unpacked."""

import hashlib
import io
import json
from collections.abc import Iterator

from analysis.documents.tables import FIELDS, record_document
from analysis.errors import BadDocument
from analysis.model import Document, Refusal

MOST_ROWS = 1_000_000
LARGEST_UNPACKED = 512 * 1024 * 1024  # bytes, of all columns


def read_parquet(data: bytes, origin: str, story: str) -> Iterator[Document | Refusal]:
    """Yield each row as a document; columns are named as the fields of a JSON line.

    Raises BadDocument where the file is damaged, too large, or has no column `text`, and where
    the extra that reads it is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        reason = "Parquet is read by an extra: pip install 'tallybook[parquet]'"
        raise BadDocument(reason) from None
    try:
        file = pq.ParquetFile(io.BytesIO(data), page_checksum_verification=True)
        facts = file.metadata
        groups = [facts.row_group(place) for place in range(facts.num_row_groups)]
        size = sum(group.total_byte_size for group in groups)
        if facts.num_rows > MOST_ROWS or size > LARGEST_UNPACKED:
            reason = f"it has {facts.num_rows:,} rows and {size:,} bytes unpacked, too many"
            raise BadDocument(reason)
        columns = [name for name in file.schema_arrow.names if name in FIELDS]
        if "text" not in columns:
            there = ", ".join(file.schema_arrow.names)
            raise BadDocument(f"it has no column 'text' (found: {there[:200]})")
        number = 0
        for batch in file.iter_batches(batch_size=256, columns=columns):
            for row in batch.to_pylist():
                number += 1
                yield _document(row, f"{origin} row {number}", story)
    except pa.ArrowException as fault:
        said = str(fault).splitlines()[0][:80]
        reason = f"its {len(data):,} bytes are no whole Parquet file ({said})"
        raise BadDocument(reason) from None
    except OSError:
        raise BadDocument("a page of the Parquet file is damaged") from None


def _document(row: dict[str, object], place: str, story: str) -> Document | Refusal:
    record = {
        name: value if value is None or isinstance(value, str | int) else str(value)
        for name, value in row.items()
    }
    content = json.dumps(record, sort_keys=True).encode()
    try:
        return record_document(record, place, story, hashlib.sha256(content).hexdigest())[0]
    except BadDocument as fault:
        return Refusal(place, str(fault), "mend or remove the row")
