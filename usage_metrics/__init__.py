"""The meter: what is used, by which apps, with what outcome. Never a person, a number or a value."""
