"""What the province's SOAP departments are made of: envelopes, faults, credentials, attachments, the wire.

Written on lxml alone. It must never import the connectors' code, nor zeep: a stub that shares its client's
mistakes proves nothing.
"""
