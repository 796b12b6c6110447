"""Scheidslijn: reads Dutch policy documents and labels their passages by a codebook.

`load()` gives a labeller, which labels a text or, with `batch`, many; `read(path)` gives the passages of a file.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scheidslijn.api import TextLabeller, load, read

__version__ = "0.1.0"
__all__ = ["TextLabeller", "__version__", "load", "read"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'scheidslijn' has no attribute {name!r}; it has {', '.join(__all__)}")
    from scheidslijn import api  # numpy and the readers are loaded at first use, so that `--help` is instant

    return getattr(api, name)
