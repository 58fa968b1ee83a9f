"""Statistics of runs on real ranks against the simulator's."""
