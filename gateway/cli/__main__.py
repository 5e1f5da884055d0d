"""``python -m gateway.cli``: the same as the console script."""

from gateway.cli import main

main()
