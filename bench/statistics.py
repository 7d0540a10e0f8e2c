"""What the statistics promise and what they keep: runs `bench/simulation/report.py`, whose figures are described there.

    python bench/statistics.py [--json] [--quick]

Scripts of this folder find it first when they ask for the standard library's module of the same name; it then steps
aside.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

if __name__ == "__main__":
    sys.path[0] = str(HERE.parent)
    from bench.simulation.report import main

    main()
elif __name__ == "statistics":
    _path, sys.path[:] = sys.path[:], [entry for entry in sys.path if Path(entry).resolve() != HERE]
    del sys.modules["statistics"]
    import statistics  # noqa: F401

    sys.path[:] = _path
