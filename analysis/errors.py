"""Every error that Tallybook raises on purpose, with the exit code that the command line gives it.

Each message is one line that names the file, the place in it, the reason and what to do next.
An error that is not of this family is a fault of Tallybook itself.
"""


class TallybookError(Exception):
    """A fault that a user can understand and mend."""

    exit_code = 1


class BadUsage(TallybookError):
    """A command, parameter or argument that does not exist or does not fit."""

    exit_code = 2


class BadStory(TallybookError):
    """A story folder or story.toml that cannot be used."""

    exit_code = 2


class BadDocument(TallybookError):
    """A document, table or line that is refused; the rest goes on."""

    exit_code = 3


class StillWritten(BadDocument):
    """A file that changed while it was read: half of it is no document, so it waits."""


class BadCorrection(TallybookError):
    """A correction that cannot be read or no longer fits the claim it was made for."""

    exit_code = 2


class ReportFailed(TallybookError):
    """A notebook that did not run to its end, so that its last good page stays."""

    exit_code = 3


class Locked(TallybookError):
    """Another run holds the lock of this story."""

    exit_code = 4


class LedgerFault(TallybookError):
    """The ledger cannot be opened, written or trusted."""

    exit_code = 1


class Unwritable(TallybookError):
    """A folder of ours that nothing can be written into, found before anything was begun."""

    exit_code = 1


class ClusterFault(TallybookError):
    """A cluster that does not answer, has no workers, or has other code than this machine."""

    exit_code = 1


class StoreFault(TallybookError):
    """An object store that refused the pages, which are published on this machine all the same."""

    exit_code = 3
