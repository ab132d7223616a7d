"""What tells a notebook from any other JSON, compiled when this module is imported.

nbformat compiles it where the first notebook is read, which takes a worker a tenth of a second:
the process that workers are forked from imports this once for all.
"""

from nbformat import current_nbformat, current_nbformat_minor
from nbformat.validator import get_validator

get_validator(current_nbformat, current_nbformat_minor)
