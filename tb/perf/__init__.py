"""Work that `make bench` measures."""
