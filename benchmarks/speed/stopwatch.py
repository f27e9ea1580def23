"""Run one program and say how long it took and how much memory it held, as a line of JSON.

A program of its own because the memory of a child counts from that of the process that forked it.

    python stopwatch.py PROGRAM ARGUMENT...
"""

import json
import os
import subprocess
import sys
import time


def main() -> None:
    start = time.perf_counter()
    with subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as child:
        assert child.stderr is not None
        said = child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    seen = {
        "seconds": time.perf_counter() - start,
        "peak": usage.ru_maxrss * 1024,
        "status": child.returncode,
        "said": said[-500:].decode(errors="replace"),
    }
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
