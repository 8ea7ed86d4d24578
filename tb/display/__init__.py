"""The display model on a machine: scenarios by the sentences of its specification, and malicious command buffers. Run on both platforms."""
