"""The driver scenarios, on the fake board (logic only) and on the reference platform."""

import random

import pytest
from wdm_fake import FakePlatform
from windlass.examples import SCENARIOS
from windlass.examples.audio_loop import LEAST_PERIODS, MOST_BYTES, period_length
from windlass.examples.sg_copy import pair_elements
from windlass.model import ReferencePlatform
from windlass.wdm import ScatterGatherElement, ScatterGatherList, hw

LENGTHS = (1, 2, 7, 64, 4095, 4096, 4097, 12345, 65537, 140001)


def reference():
    return ReferencePlatform()


@pytest.mark.parametrize("make", [FakePlatform, reference], ids=["fake", "reference"])
@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("name", SCENARIOS)
def test_scenario(name, length, make):
    platform = make()
    data = random.Random(length).randbytes(length)
    result = SCENARIOS[name](platform, data)
    assert result.ok, (result.details, result.statuses)
    assert result.name == name and result.data_out == data[: result.bytes_in]
    assert result.bytes_in == (min(length, MOST_BYTES) if name == "audio_loop" else length)
    if name == "packet_dma" and length > 64:
        assert result.details["operations"] > 2  # it splits, in both directions
    if name == "audio_loop":
        assert result.details["laps"] >= 5


def test_every_map_register_is_given_back():
    for scenario in SCENARIOS.values():
        board = FakePlatform()
        scenario(board, bytes(range(256)) * 50)
        assert not any(entry[0] for entry in board.entries)
        assert not any(channel.active for channel in board.channels)


def test_the_same_accesses_every_time():
    logs = []
    for _ in range(2):
        board = FakePlatform()
        for scenario in SCENARIOS.values():
            scenario(board, bytes(range(256)) * 300)
        logs.append(board.log)
    assert logs[0] == logs[1]
    assert any(access.live for access in logs[0].csr)


@pytest.mark.parametrize("length", [1, 511, 512, 5120, 20000, 65535, 65536])
def test_periods(length):
    period = period_length(length)
    assert 512 <= period <= 4096 and period % 4 == 0
    assert max(LEAST_PERIODS, -(-length // period)) // 2 >= 5


def test_pairing_of_two_lists():
    def sg(*lengths):
        elements, at = [], 0x1000
        for length in lengths:
            elements.append(ScatterGatherElement(at, length))
            at += 0x1000
        return ScatterGatherList(elements)

    assert pair_elements(sg(5), sg(5)) == [(0x1000, 0x1000, 5)]
    assert pair_elements(sg(3, 4), sg(4, 3)) == [(0x1000, 0x1000, 3), (0x2000, 0x1003, 1), (0x2001, 0x2000, 3)]
    assert pair_elements(sg(7), sg(1, 1, 5)) == [(0x1000, 0x1000, 1), (0x1001, 0x2000, 1), (0x1002, 0x3000, 5)]


def test_a_channel_that_fails_is_reported():
    board = FakePlatform()
    board.fail_next = True
    with pytest.raises(Exception, match="sg_copy: the channel stopped"):
        SCENARIOS["sg_copy"](board, b"x" * 100)
    assert board.channels[0].status & hw.STATUS_ERROR
