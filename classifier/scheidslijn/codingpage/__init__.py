"""The built-in page for coding, served on loopback, keyboard first."""
