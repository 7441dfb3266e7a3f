"""Runs MiniStack in this process, for as long as standard input is open.

The starter holds the other end and never writes. However it ends, killed included, this reads the end of the file,
and nothing is left: not the functions' processes, which are in this process group, and not the temporary files.
"""

import os
import shutil
import signal
import sys
import threading


def end_with_starter() -> None:
    sys.stdin.buffer.read()
    shutil.rmtree(os.environ["LOCAL_CLOUD_DIR"], ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


threading.Thread(target=end_with_starter, daemon=True).start()

from ministack import app  # noqa: E402

# With TLS, MiniStack 1.5.33 also takes port 443 where it may (as root), for Cognito. One port is enough.
app._port_is_bindable = lambda *_: False
app.main()
