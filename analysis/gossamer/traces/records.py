"""The samples or the nodes of a trace as a table: rows by number, columns by name."""

from __future__ import annotations

import numpy as np

# What a run counts; all else is measured.
COUNTS = frozenset(("node", "node_steps", "interactions", "messages", "received_messages", "sent_bytes", "received_bytes",
                    "given_up", "outages", "lost_messages", "corrupted_messages", "retransmitted_messages",
                    "retransmitted_bytes", "decode_failures", "staleness_max"))


class Records(list[dict]):
    """A list of records, each a dict with the keys of its line; a key in place of a number gives a column.

    A column is an array that cannot be written, made once. It holds NaN where a record lacks the key. Counts that all
    records have are integers.

    >>> records = Records([{"time_s": 0, "node_steps": 0, "train_loss": 2.5}, {"time_s": 0.5, "node_steps": 8}])
    >>> records[1]
    {'time_s': 0.5, 'node_steps': 8}
    >>> records["train_loss"]
    array([2.5, nan])
    >>> records["node_steps"]
    array([0, 8])
    >>> records.keys()
    ['time_s', 'node_steps', 'train_loss']
    """

    def __init__(self, records=()):
        super().__init__(records)
        self._columns: dict[str, np.ndarray] = {}

    def __getitem__(self, key):
        return self._column(key) if isinstance(key, str) else super().__getitem__(key)

    def keys(self) -> list[str]:
        """The keys that some record has, in the order in which they come."""
        return list(dict.fromkeys(key for record in self for key in record))

    def columns(self) -> dict[str, np.ndarray]:
        """All columns by their names."""
        return {key: self[key] for key in self.keys()}

    def to_numpy(self) -> np.ndarray:
        """One structured array with a field for each key: a copy.

        >>> Records([{"time_s": 0, "node_steps": 0}, {"time_s": 0.5, "node_steps": 8}]).to_numpy()
        array([(0. , 0), (0.5, 8)], dtype=[('time_s', '<f8'), ('node_steps', '<i8')])
        """
        columns = self.columns()
        table = np.empty(len(self), [(key, column.dtype) for key, column in columns.items()])
        for key, column in columns.items():
            table[key] = column
        return table

    def _column(self, key: str) -> np.ndarray:
        column = self._columns.get(key)
        if column is None or len(column) != len(self):
            values = [record.get(key) for record in self]
            if all(value is None for value in values):
                raise KeyError(key)
            try:
                column = np.array(values, np.int64 if key in COUNTS and None not in values else float)
            except (OverflowError, TypeError):
                column = np.array(values, float)
            column.setflags(write=False)
            self._columns[key] = column
        return column
