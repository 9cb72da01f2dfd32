"""Imports the modules that a file names, says so, and waits to be ended.

Started as a file and not as a module, so that nothing else is imported.
"""

import importlib
import sys
import time
from contextlib import suppress
from pathlib import Path

if __name__ == "__main__":
    for name in Path(sys.argv[1]).read_text().splitlines():
        with suppress(ImportError):  # tried by its package, and not there
            importlib.import_module(name)
    sys.stdout.write("there\n")
    sys.stdout.flush()
    time.sleep(600)
