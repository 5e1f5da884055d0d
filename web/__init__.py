"""Pages for people: templates and static files of our own, nothing from a CDN, a strict CSP on each."""
