"""Ranking of written answers for a question in free words, without network and on one thread."""

import os

# Read by numpy's OpenBLAS when it is first loaded, therefore here, before any module of ours
# loads it. More threads wait for each other longer than they work on vectors this small
# (measured on a busy machine: 42 ms a question instead of 6).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
