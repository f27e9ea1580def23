"""Let a program do one piece of work, and give account of it as one line of JSON.

    python account.py PROGRAM.py '{"work": "...", ...}'

Ours and the peers' programs are measured by this same file, each under its own interpreter, so it
uses the standard library alone. A program has two functions:

    prepared(asked) -> work    reads files, imports, warms up; not timed
    told(found, asked) -> value    what is to be said of the result; not timed

and names its own version as VERSION. Between the two `work()` is called once, on the clock.
"""

import importlib.util
import json
import os
import resource
import sys
import time
from types import ModuleType
from typing import Any


def cpu_seconds() -> float:
    """Return the processor time of this process and of the children that have ended."""
    both = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def loaded(path: str) -> ModuleType:
    """Load a program by its file: its name may be that of the library it uses."""
    spec = importlib.util.spec_from_file_location("program", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def measured(program: ModuleType, asked: dict[str, Any]) -> dict[str, Any]:
    """Return what the work took and what came out."""
    work = program.prepared(asked)
    cpu, start = cpu_seconds(), time.perf_counter()
    found = work()
    seconds, spent = time.perf_counter() - start, cpu_seconds() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {
        "seconds": seconds,
        "cpu_seconds": spent,
        "peak_bytes": peak,
        "value": program.told(found, asked),
        "version": program.VERSION,
    }


def main() -> None:
    path, asked = sys.argv[1:]
    # Only installed libraries: nothing that lies beside this file.
    sys.path.pop(0)
    # Whatever a library prints goes to standard error; standard output carries the account.
    account = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    print(json.dumps(measured(loaded(path), json.loads(asked))), file=account, flush=True)


if __name__ == "__main__":
    main()
