"""What Python runs when it is given this folder; kernels are started from here, as deep in calls as anywhere else."""

import os
import sys

sys.path[0] = os.path.abspath(os.path.join(sys.path[0], "..", "..", ".."))

from book.execution.warm.server import serve  # noqa: E402

serve()

from ipykernel import kernelapp as app  # noqa: E402

app.launch_new_instance(parent_handle=os.getppid())
