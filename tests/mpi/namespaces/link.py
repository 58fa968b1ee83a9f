"""The time of a message of s bytes on a line of bandwidth B and latency L, as Open MPI sends it over TCP."""

from __future__ import annotations

ETHERNET_HEADER = 14  # bytes; the switch charges neither preamble nor check sequence
TCP_IP_HEADER = 52    # 20 each, and 12 for TCP's time stamps
EAGER_LIMIT = 65536   # bytes, with Open MPI's own header: btl_tcp_eager_limit's default


def goodput(bandwidth: float, mtu: int) -> float:
    """The bandwidth of a line that is left for the program if every packet is full: 95.6 % at an MTU of 1500 bytes.

    Here, and nowhere else, headers are accounted: predictions take this for their bandwidth. Acknowledgments, another
    2 % if both directions are busy, are not."""
    return bandwidth * (mtu - TCP_IP_HEADER) / (mtu + ETHERNET_HEADER)


def message_time(size: int, bandwidth: float, latency: float, mtu: int = 1500) -> float:
    """L + s/B while eager; 3 L + s/B by rendezvous, when sender and receiver agree before most of it is sent."""
    latencies = 1 if size < EAGER_LIMIT else 3
    return latencies * latency + size / goodput(bandwidth, mtu)
