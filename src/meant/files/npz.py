"""numpy's `.npz` files: what reading one raises where it is none, cut short, empty or damaged inside.

Read the bytes first, and numpy from these: it leaves a damaged file open.
"""

import tokenize
import zipfile
import zlib
from typing import Final

DAMAGED: Final = (
    OSError,
    ValueError,
    KeyError,
    EOFError,
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,  # an array's head is read as Python
    tokenize.TokenError,
)
