// The plot of the curves, by dygraphs.

const MOST_TABLE_ROWS = 1500;

function drawCurves() {
  curves.items = visibleItems();
  curves.graph?.destroy();
  curves.graph = null;
  curves.cursor.hidden = true;
  if (!curves.items.length) {
    curves.plot.replaceChildren(
      make("p", { class: "remark" }, "No curve is switched on, or none has both quantities."),
    );
    return curves.frame.say("No curve to show.");
  }
  curves.plot.replaceChildren();
  curves.graph = new Dygraph(curves.plot, merged(curves.items), plotOptions(theme()));
  curves.frame.say("");
}

// One row for each abscissa: dygraphs has one table for all curves. Equal abscissae of a curve get rows of their own.
function merged(items) {
  const rows = new Map(),
    snap = snapping(items);
  items.forEach((item, place) =>
    item.points.forEach(([exact, y, low, high]) => {
      const x = snap(exact);
      if (!rows.has(x)) rows.set(x, []);
      let row = rows.get(x).find((each) => each[place + 1] === null);
      if (!row) rows.get(x).push((row = [x, ...items.map(() => null)]));
      row[place + 1] = [low, y, high];
    }),
  );
  return [...rows.values()].flat().sort((a, b) => a[0] - b[0]);
}

// If curves have too many different abscissae for one table, each goes to the nearest of so many places, about a pixel
// apart.
function snapping(items) {
  const all = new Set(items.flatMap((item) => item.points.map((point) => point[0])));
  if (all.size <= MOST_TABLE_ROWS) return (x) => x;
  const there = curves.logX ? Math.log : (x) => x,
    back = curves.logX ? Math.exp : (x) => x;
  const values = [...all].map(there),
    low = values.reduce((a, b) => Math.min(a, b)),
    high = values.reduce((a, b) => Math.max(a, b));
  const step = (high - low) / MOST_TABLE_ROWS;
  return (x) => back(low + step * Math.round((there(x) - low) / step));
}

function plotOptions(colors) {
  const x = data.curves.x[curves.x],
    y = data.curves.y[curves.y],
    series = {};
  curves.items.forEach((item, k) => {
    const { color, dash } = styleOf(item);
    series[`${k}`] = {
      color: solid(color, colors),
      strokePattern: dash.length ? dash : null,
      drawPoints: item.points.length < 3,
    };
  });
  const ticker = (logarithmic) => (low, high) => ticks(low, high, logarithmic, 7).map((v) => ({ v, label: plain(v) })),
    size = curves.plot.clientWidth < 480 ? 11 : 12;
  return {
    labels: [
      "x",
      ...Object.keys(series)
        .map(Number)
        .sort((a, b) => a - b)
        .map(String),
    ],
    series,
    customBars: true,
    fillAlpha: Number(colors.band),
    connectSeparatedPoints: true,
    legend: "never",
    xlabel: named(x),
    ylabel: named(y),
    axisLabelFontSize: size,
    valueRange: rangeOf(curves.items),
    strokeWidth: curves.items.length > 40 ? 1 : 1.7,
    logscale: curves.logY,
    gridLineColor: colors.line,
    axisLineColor: colors.muted,
    xRangePad: 4,
    rightGap: 12,
    axes: {
      x: { logscale: curves.logX, ticker: ticker(curves.logX) },
      y: { ticker: ticker(curves.logY), axisLabelWidth: 58 },
    },
    highlightSeriesOpts: { strokeWidth: 3.2, highlightCircleSize: 4 },
    highlightSeriesBackgroundAlpha: 1,
    highlightCallback: (event, at, points, row, name) => hover(name, at),
    pointClickCallback: () => openCurve(),
    underlayCallback: (context, area, graph) => drawTarget(context, area, graph, y, colors),
  };
}

// What lines need, and of the bands as much again: those of few seeds are wide.
function rangeOf(items) {
  const there = curves.logY ? Math.log : (value) => value,
    back = curves.logY ? Math.exp : (value) => value;
  let [low, high, least, most] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { points } of items)
    for (const [, y, bottom, top] of points) {
      low = Math.min(low, there(y));
      high = Math.max(high, there(y));
      least = Math.min(least, there(bottom));
      most = Math.max(most, there(top));
    }
  const span = high - low || Math.abs(high) || 1,
    pad = 0.03 * span;
  return [back(Math.max(least, low - span / 2) - pad), back(Math.min(most, high + span / 2) + pad)];
}

function drawTarget(context, area, graph, y, colors) {
  for (const target of data.targets.filter((each) => each.key === y.key)) {
    const level = graph.toDomYCoord(y.percent ? 100 * target.value : target.value / (y.divisor || 1));
    if (!(level > area.y && level < area.y + area.h)) continue;
    Object.assign(context, {
      strokeStyle: colors.muted,
      fillStyle: colors.muted,
      lineWidth: 1,
      font: "11px sans-serif",
      textAlign: "right",
    });
    context.setLineDash([4, 4]);
    context.beginPath();
    context.moveTo(area.x, level);
    context.lineTo(area.x + area.w, level);
    context.stroke();
    context.setLineDash([]);
    context.fillText(`target ${shown(target.value, y)}`, area.x + area.w - 4, level - 4);
  }
}
