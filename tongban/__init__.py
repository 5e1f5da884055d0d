"""The vocabulary that every room shares. Standard library only; it knows no room and does no I/O."""
