"""jupyter_client's manager of one kernel, made quicker, with a kernel that may be forked."""

import asyncio
import os
import sys
import time
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Type

from analysis.reports.kernels import LOOK_SECONDS, Kernel, forked


class Provisioner(LocalProvisioner):
    """Has a kernel forked, or starts one as usual; both are limited."""

    parent: "LocalKernelManager"

    async def launch_kernel(self, cmd: list[str], **more: Any) -> Any:
        """Start the kernel by a command, or have it forked."""
        kernel = self.parent.kernel
        process = forked(cmd, kernel, more)
        if process is not None:
            self.process = process  # type: ignore[assignment]
            self.pid = self.pgid = kernel.group = process.pid
            return self.connection_info
        found = await super().launch_kernel(cmd, **more)
        kernel.group = self.pgid
        if sys.platform == "linux" and self.pid is not None:
            import resource

            # What it writes to, not what it maps: libraries reserve far more than they use.
            resource.prlimit(self.pid, resource.RLIMIT_DATA, (kernel.memory, kernel.memory))
        return found

    async def poll(self) -> int | None:
        """Return how it ended; null while it runs."""
        code: int | None = await super().poll()
        if code is not None and self.process is not None:
            self.parent.kernel.code = code
        return code

    async def wait(self) -> int | None:
        """Wait for its end."""
        while self.process is not None and await self.poll() is None:  # noqa: ASYNC110 no event tells
            await asyncio.sleep(LOOK_SECONDS)  # the library's own looks are 100 ms apart
        return await super().wait()


class Client(AsyncKernelClient):
    """Is ready when the kernel has said so, instead of after a silence."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 the library's name
        """Wait until it answers; raises RuntimeError where it does not."""
        end = time.monotonic() + (timeout or float("inf"))
        while not await self._answered():
            if not await self._async_is_alive():
                raise RuntimeError("its kernel died while it started")
            if time.monotonic() > end:
                reason = f"its kernel did not start within {timeout} s"
                raise RuntimeError(reason)

    async def _answered(self) -> bool:
        """Ask who it is; say whether the answer came, and its end on the other channel too."""
        asked = self.kernel_info()
        try:
            while True:
                reply = await self.get_shell_msg(timeout=1)
                if reply["parent_header"].get("msg_id") == asked:
                    break
            while True:
                told = await self.get_iopub_msg(timeout=0.2)
                if (
                    told["parent_header"].get("msg_id") == asked
                    and told["content"].get("execution_state") == "idle"
                ):
                    break
        except Empty:
            return False
        self._handle_kernel_info_reply(reply)
        return True


class LocalKernelManager(AsyncKernelManager):
    """Talks to its kernel through sockets in a private folder, not over a network port."""

    kernel: Kernel
    transport = "ipc"
    shutdown_wait_time = 1.0
    client_factory = Type(klass=AsyncKernelClient, default_value=Client)

    async def _async_wait(self, pollinterval: float = LOOK_SECONDS) -> None:  # noqa: ARG002 its looks are 100 ms apart
        await super()._async_wait(LOOK_SECONDS)

    async def _async_pre_start_kernel(self, **more: Any) -> Any:
        if self.provisioner is None:
            self.kernel_id = self.kernel_id or os.urandom(8).hex()
            self.provisioner = Provisioner(
                kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
            )
        return await super()._async_pre_start_kernel(**more)


def manager_class(kernel: Kernel) -> type[LocalKernelManager]:
    """Return a kernel manager for one run, which tells `kernel` what happens."""
    return type("Manager", (LocalKernelManager,), {"kernel": kernel})
