"""Random legal driver programs, run on both platforms and compared (`tests/test_dma_programs.py`, `make regress-sw`)."""
