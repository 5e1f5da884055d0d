"""The HTTP face and the order of things: app > http > pipeline > stages > the types that pass."""
