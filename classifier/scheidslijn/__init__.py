"""Scheidslijn: reads Dutch policy documents and labels their passages by a codebook."""

__version__ = "0.1.0"
