"""`python -m scheidslijn`: the command line, for starters such as `torchrun -m scheidslijn train …`."""

from scheidslijn.cli import main

if __name__ == "__main__":
    main()
