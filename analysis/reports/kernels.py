"""The kernel of one report: started with a limit on its memory, and ended with all it began."""

import contextlib
import os
import signal
import sys
from typing import Any


class Kernel:
    """What is known about the kernel of one run, from its start to its end."""

    def __init__(self, memory: int) -> None:
        """Take the bytes of memory that it may have."""
        self.memory = memory
        self.group: int | None = None
        self.code: int | None = None

    def sweep(self) -> None:
        """Kill the kernel with every process that it began; it has a group of its own."""
        if self.group is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.group, signal.SIGKILL)

    def end(self) -> str:
        """Return in words how the kernel ended by itself."""
        if self.code == -signal.SIGKILL:
            return "its kernel was killed, perhaps for want of memory"
        if self.code is not None and self.code < 0:
            return f"its kernel died ({signal.Signals(-self.code).name})"
        return f"its kernel ended by itself (exit code {self.code})"


def manager_class(kernel: Kernel) -> type:
    """Return a kernel manager for one run, which tells `kernel` what happens."""
    from jupyter_client.manager import AsyncKernelManager
    from jupyter_client.provisioning.local_provisioner import LocalProvisioner

    class Limited(LocalProvisioner):
        """Starts a process as usual, and limits it."""

        async def launch_kernel(self, cmd: list[str], **more: Any) -> Any:
            found = await super().launch_kernel(cmd, **more)
            kernel.group = self.pgid
            if sys.platform == "linux" and self.pid is not None:
                import resource

                # What it writes to, not what it maps: libraries reserve far more than they use.
                resource.prlimit(self.pid, resource.RLIMIT_DATA, (kernel.memory, kernel.memory))
            return found

        async def poll(self) -> int | None:
            code: int | None = await super().poll()
            if code is not None and self.process is not None:
                kernel.code = code
            return code

    class LocalKernelManager(AsyncKernelManager):
        """Talks to its kernel through sockets in a private folder, not over a network port."""

        transport = "ipc"
        shutdown_wait_time = 1.0

        async def _async_pre_start_kernel(self, **more: Any) -> Any:
            if self.provisioner is None:
                self.kernel_id = self.kernel_id or os.urandom(8).hex()
                self.provisioner = Limited(
                    kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
                )
            return await super()._async_pre_start_kernel(**more)

    return LocalKernelManager
