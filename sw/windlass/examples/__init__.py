"""Driver scenarios: ordinary functions `run(platform, data)` that work on any platform.

======================  ==================================================================================
`sg_copy`               bus master with scatter/gather lists: scattered memory to scattered memory
`packet_dma`            version 3 system DMA from a FIFO device to memory and back out, in several operations
`audio_loop`            auto-initialized common buffer that feeds a codec, refilled behind ReadDmaCounter
======================  ==================================================================================
"""

from .audio_loop import audio_loop
from .packet_dma import packet_dma
from .result import ScenarioFailed, ScenarioResult
from .sg_copy import sg_copy

#: name → driver(platform, data), in the order in which `windlass run` shows them.
SCENARIOS = {"sg_copy": sg_copy, "packet_dma": packet_dma, "audio_loop": audio_loop}

__all__ = ["SCENARIOS", "ScenarioFailed", "ScenarioResult", "audio_loop", "packet_dma", "sg_copy"]
