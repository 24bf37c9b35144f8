"""What we infer and the site does not say: datelines, agencies, language, whom an article names.

Pure, and apart from ``normalise``: the digest is of the words as printed, so a better guess here
makes no revision (docs/decisions/0009). ``data/`` has the tables, ``tables`` reads them.
"""
