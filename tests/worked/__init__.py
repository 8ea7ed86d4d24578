"""The worked scenarios of the DMA contract by number, for every profile and platform that they apply to."""

import sys
from pathlib import Path

# The simulator imports this package with the project's root on its path; the kit lies beside it.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
