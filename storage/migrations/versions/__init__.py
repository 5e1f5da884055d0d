"""One file a room, in one straight line."""
