"""Read what people drop into a story: one module a kind of file, one inbox that finds them."""

from analysis.documents.copies import link_copies
from analysis.documents.formats import LINES
from analysis.documents.inbox import (
    find_files,
    open_regular,
    printable,
    read_bytes,
    read_file,
    read_inbox,
)
from analysis.documents.seen import Seen
from analysis.documents.tables import TableRule, read_figures, read_jsonl

__all__ = [
    "LINES",
    "Seen",
    "TableRule",
    "find_files",
    "link_copies",
    "open_regular",
    "printable",
    "read_bytes",
    "read_figures",
    "read_file",
    "read_inbox",
    "read_jsonl",
]
