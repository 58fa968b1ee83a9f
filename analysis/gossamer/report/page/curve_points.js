// The curves that are switched on, and their points.

function visibleItems() {
  const on = (cell) => data.cells[cell].labels.every((label, axis) => !curves.hidden[axis].has(label));
  const from = curves.runs
    ? data.runs.map((run, k) => ({ cell: run.cell, run: k, curve: run.curve }))
    : data.cells.map((cell, k) => ({ cell: k, run: cell.runs[0], curve: cell.curve }));
  return withoutRounding(
    from
      .filter((item) => item.curve && on(item.cell))
      .map(withPoints)
      .filter((item) => item.points.length),
  );
}

// Points that the axes can show. Columns of y have rows of their own, by which those of x are found.
function withPoints(item) {
  const x = data.curves.x[curves.x],
    y = data.curves.y[curves.y],
    column = item.curve.y[y.at],
    across = item.curve.x[x.at];
  if (!column || !across) return { ...item, points: [] };
  const xs = readAcross(item.curve.x, x.at).map((value) => value / (x.divisor || 1)),
    scale = y.percent ? 100 : 1 / (y.divisor || 1);
  const rows = column.rows ? readNumbers(column.rows) : xs.map((_, k) => k);
  const middle = readColumn(column.mean),
    [low, high] = edgesOf(column, middle);
  const points = rows
    .map((row, k) => [xs[row], scale * middle[k], scale * low[k], scale * high[k]])
    .filter((point) => (!curves.logX || point[0] > 0) && (!curves.logY || point[1] > 0));
  if (curves.logY)
    points.forEach((point) => {
      if (point[2] <= 0) point[2] = point[1] / 1000;
    });
  return { ...item, points };
}

// A column of x, or another one times a factor.
function readAcross(columns, at) {
  const column = columns[at];
  return column.length > 2 ? readColumn(column) : readColumn(columns[column[0]]).map((value) => value * column[1]);
}

// Without the points that are rounding alone, such as the consensus distance of equal models.
function withoutRounding(items) {
  const { rounding } = data.curves.y[curves.y],
    largest = rounding ? Math.max(...items.flatMap((item) => item.points.map((point) => point[1]))) : 0;
  for (const item of items) item.points = item.points.filter((point) => point[1] >= rounding * largest);
  const equal = items.filter((item) => !item.points.length).map(itemName);
  curves.remark.textContent = equal.length
    ? `0 up to rounding: ${equal.slice(0, 4).join("; ")}${equal.length > 4 ? `; and ${equal.length - 4} more` : ""}`
    : "";
  return items.filter((item) => item.points.length);
}

// The edges of the band: a half width, of logarithms if it is geometric.
function edgesOf({ half, geometric }, middle) {
  if (!curves.bands || !(half || geometric)) return [middle, middle];
  const widths = readColumn(half || geometric);
  return [-1, 1].map((sign) =>
    middle.map((value, k) => (half ? value + sign * widths[k] : value * Math.exp(sign * widths[k]))),
  );
}

function styleOf(item) {
  const labels = data.cells[item.cell].labels,
    axis = data.axes[curves.color],
    dashed = data.axes[curves.dash];
  return {
    color: axis ? colorName(axis, labels[curves.color]) : "var(--c0)",
    dash: dashed ? DASHES[labels[curves.dash] % DASHES.length] : [],
  };
}

function itemName(item) {
  const cell = data.cells[item.cell];
  return curves.runs ? `${cell.name}, seed ${data.runs[item.run].seed}` : cell.name;
}
