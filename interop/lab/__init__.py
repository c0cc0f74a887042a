"""What the interop scenarios share: a test authority, servers, links between them, a raw client and the reports.

Python's standard library only; `openssl` on the PATH makes the certificates.
"""
