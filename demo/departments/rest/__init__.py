"""What several REST departments have in common: counters where requests come in, credentials, spellings,
filing of cases.

Nothing here knows a department; each department keeps its own dialect in its own module.
"""
