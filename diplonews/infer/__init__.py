"""Inference: datelines, agencies, language and names, which the site does not say.

Pure, and apart from ``normalise``: the digest is of the printed words, so a better inference makes
no revision (docs/decisions/0009). ``data/`` has the tables, ``data_tables`` reads them.
"""
