"""What Python runs when it is given this folder; kernels are started from here, as deep in calls as anywhere else."""

import os
import sys
from pathlib import Path
from types import ModuleType

del sys.path[0]
package = ModuleType("book")
package.__path__ = [str(Path(__file__).resolve().parents[2])]
sys.modules["book"] = package  # without what cells import from it, and without the thesis's own modules of that name

from book.execution.warm.ending import Ending  # noqa: E402
from book.execution.warm.server import serve  # noqa: E402

shelf = serve()
ending = Ending(shelf)

from ipykernel import kernelapp as app  # noqa: E402

app.launch_new_instance(parent_handle=os.getppid())
ending.end()
