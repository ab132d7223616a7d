"""Describe the published tables to machines: a Data Package, and a Dataset of schema.org."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from analysis import columns
from analysis.publish.downloads import TITLES, Download
from analysis.publish.facts import Origin, PageFacts

NAME = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
TABLE_PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"
KEYS = {"claims": ["claim_id"]}
MEDIA_TYPES = {
    "CSV": "text/csv",
    "CSV for spreadsheets": "text/csv",
    "Parquet": "application/vnd.apache.parquet",
}


def datapackage(origin: Origin, facts: PageFacts, files: Sequence[Download]) -> bytes:
    """Return `datapackage.json` (version 2 of the standard) for the plain CSV files.

    Types are those of the data dictionary, never guessed from the rows.
    """
    package: dict[str, Any] = {
        "$schema": PROFILE,
        "name": origin.slug,
        "title": origin.title,
        "description": origin.summary,
        "version": facts.edition,
        "created": facts.edition,
        "contributors": [{"title": f"Tallybook {facts.version}", "roles": ["compiler"]}],
        "resources": [_resource(file) for file in files if file.form == "CSV"],
    }
    if origin.address:
        package["homepage"] = origin.address
    if origin.licence:
        package["licenses"] = [{"name": origin.licence.replace(" ", "-")}]
    return _written(package)


def _resource(file: Download) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "$schema": TABLE_PROFILE,
        "fields": [_field(column) for column in columns.TABLES[file.table]],
        "missingValues": [""],
    }
    if file.table in KEYS:
        schema["primaryKey"] = KEYS[file.table]
    return {
        "name": file.table,
        "type": "table",
        "title": TITLES[file.table],
        "path": file.name,
        "format": "csv",
        "mediatype": MEDIA_TYPES[file.form],
        "encoding": "utf-8",
        "bytes": len(file.data),
        "hash": f"sha256:{hashlib.sha256(file.data).hexdigest()}",
        "schema": schema,
    }


def _field(column: columns.Column) -> dict[str, Any]:
    empty = f" Empty: {column.null}." if column.null else ""
    field: dict[str, Any] = {
        "name": column.name,
        "type": column.type,
        "description": column.holds + empty,
    }
    constraints: dict[str, Any] = {} if column.null else {"required": True}
    if column.allowed:
        constraints["enum"] = list(column.allowed)
    if constraints:
        field["constraints"] = constraints
    return field


def dataset(
    origin: Origin, facts: PageFacts, files: Sequence[Download], cited: str
) -> dict[str, Any]:
    """Return the description of the tables as a `Dataset` of schema.org."""
    base = f"{origin.address}data/" if origin.address else "data/"
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": origin.title,
        "description": origin.summary,
        "creator": {"@type": "Organization", "name": origin.credit or origin.title},
        "license": origin.licence,
        "citation": cited,
        "spatialCoverage": origin.place,
        "temporalCoverage": f"{origin.start}/{facts.cut_off or '..'}" if origin.start else "",
        "dateModified": facts.edition,
        "version": facts.edition,
        "isAccessibleForFree": True,
        "url": origin.address,
        "variableMeasured": [
            {"@type": "PropertyValue", "name": c.name, "description": c.holds}
            for c in columns.CLAIMS
        ],
        "distribution": [
            {
                "@type": "DataDownload",
                "name": file.name,
                "encodingFormat": MEDIA_TYPES[file.form],
                "contentUrl": base + file.name,
            }
            for file in files
        ],
    }
    return {name: value for name, value in found.items() if value not in ("", None)}


def embedded(data: dict[str, Any]) -> str:
    r"""Return data as JSON that can stand in a page: no sign in it ends the element around it.

    >>> embedded({"name": "</script>"})
    '{"name": "\\u003c/script\\u003e"}'
    """
    text = json.dumps(data, ensure_ascii=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _written(data: dict[str, Any]) -> bytes:
    return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode()
