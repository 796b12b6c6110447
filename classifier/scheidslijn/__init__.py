"""Scheidslijn: reads Dutch policy documents and labels their passages by a codebook.

import scheidslijn

labeller = scheidslijn.load()
labeller("De gemeente bouwt 200 betaalbare huurwoningen.").codes["thema"]
for passage in scheidslijn.read("akkoord.pdf"):
    print(passage.page, passage.text)
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
