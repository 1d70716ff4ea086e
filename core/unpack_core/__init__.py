"""What unpack-tui knows: the model, the store, generation, near-duplicates, export. No screen, no command line."""

__version__ = "0.1.0"
