// The curves that are shown, as SVG, as the table behind the picture, and as a file with every point.

const TABLE_COLUMNS = 9;

function curvesFile(width, height) {
  const x = data.curves.x[curves.x],
    y = data.curves.y[curves.y],
    area = { left: 70, top: 12, right: width - 250, bottom: height - 48 };
  const chart = draw("svg", { viewBox: `0 0 ${width} ${height}` });
  if (!curves.graph) return chart;
  const at = placesIn(area);
  chart.append(
    draw(
      "clipPath",
      { id: "area" },
      draw("rect", { x: area.left, y: area.top, width: area.right - area.left, height: area.bottom - area.top }),
    ),
  );
  for (const tick of at.ticksX)
    chart.append(
      draw("line", { x1: at.x(tick), x2: at.x(tick), y1: area.top, y2: area.bottom, stroke: "var(--line)" }),
      draw("text", { x: at.x(tick), y: area.bottom + 16, "text-anchor": "middle", fill: "var(--muted)" }, plain(tick)),
    );
  for (const tick of at.ticksY)
    chart.append(
      draw("line", { x1: area.left, x2: area.right, y1: at.y(tick), y2: at.y(tick), stroke: "var(--line)" }),
      draw("text", { x: area.left - 6, y: at.y(tick) + 4, "text-anchor": "end", fill: "var(--muted)" }, plain(tick)),
    );
  const middle = (area.top + area.bottom) / 2;
  chart.append(
    draw(
      "text",
      { x: (area.left + area.right) / 2, y: height - 10, "text-anchor": "middle", fill: "var(--ink)" },
      named(x),
    ),
    draw(
      "text",
      { x: 16, y: middle, transform: `rotate(-90 16 ${middle})`, "text-anchor": "middle", fill: "var(--ink)" },
      named(y),
    ),
  );
  const shapes = draw("g", { "clip-path": "url(#area)" });
  for (const item of curves.items) shapes.append(...itemShapes(item, at));
  chart.append(shapes, fileLegend(area));
  return chart;
}

// Where values are in the picture: the part of the plane that is on the screen.
function placesIn({ left, top, right, bottom }) {
  const [x0, x1] = curves.graph.xAxisRange(),
    [y0, y1] = curves.graph.yAxisRange();
  const place = (low, high, logarithmic, from, to) => (value) => {
    const share = logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    return Math.round(10 * (from + (to - from) * share)) / 10;
  };
  return {
    x: place(x0, x1, curves.logX, left, right),
    y: place(y0, y1, curves.logY, bottom, top),
    ticksX: ticks(x0, x1, curves.logX),
    ticksY: ticks(y0, y1, curves.logY),
  };
}

function itemShapes(item, at) {
  const { color, dash } = styleOf(item),
    path = (points) => points.map(([x, y]) => `${at.x(x)} ${at.y(y)}`).join("L");
  const line = draw("path", {
    d: `M${path(item.points)}`,
    fill: "none",
    stroke: color,
    "stroke-width": 1.5,
    "stroke-dasharray": dash.length ? dash.join(" ") : null,
  });
  if (item.points.every(([, , low, high]) => low === high)) return [line];
  const upper = item.points.map(([x, , , high]) => [x, high]),
    lower = item.points.map(([x, , low]) => [x, low]).reverse();
  return [draw("path", { d: `M${path([...upper, ...lower])}Z`, fill: color, "fill-opacity": 0.16 }), line];
}

// The labels that are switched on, of the axes that color and dashes show.
function fileLegend({ right, top }) {
  const group = draw("g"),
    shownAxes = [...new Set([curves.color, curves.dash])].filter((axis) => data.axes[axis]);
  let y = top + 10;
  for (const axis of shownAxes) {
    group.append(draw("text", { x: right + 14, y: y + 4, fill: "var(--muted)" }, shortened(data.axes[axis].name, 30)));
    data.axes[axis].labels.forEach((label, k) => {
      if (curves.hidden[axis].has(k)) return;
      y += 17;
      group.append(
        draw("line", {
          x1: right + 14,
          x2: right + 42,
          y1: y,
          y2: y,
          stroke: sampleColor(axis, k),
          "stroke-width": 2,
          "stroke-dasharray": sampleDash(axis, k),
        }),
        draw("text", { x: right + 48, y: y + 4, fill: "var(--ink)" }, shortened(label, 26)),
      );
    });
    y += 28;
  }
  return group;
}

// A row for each curve, a column for each of some abscissae: the last point that is not beyond it.
function curvesTable() {
  const all = curves.items.flatMap((item) => item.points.map((point) => point[0])),
    x = data.curves.x[curves.x];
  const wanted = all.length ? ticks(Math.min(...all), Math.max(...all), curves.logX, TABLE_COLUMNS) : [];
  const value = (item, place) => {
    const before = item.points.filter((point) => point[0] <= place * (1 + 1e-9));
    return before.length ? before[before.length - 1][1] : null;
  };
  const last = (item) => item.points[item.points.length - 1];
  return [
    [
      named(data.curves.y[curves.y]),
      ...wanted.map((place) => `at ${plain(place)}${x.unit ? ` ${x.unit}` : ""}`),
      "at its end",
    ],
    ...curves.items.map((item) => [itemName(item), ...wanted.map((place) => value(item, place)), last(item)[1]]),
  ];
}

function wholeCurves() {
  const x = named(data.curves.x[curves.x]),
    y = named(data.curves.y[curves.y]);
  return [
    ["curve", x, y, "95 % from", "95 % to"],
    ...curves.items.flatMap((item) =>
      item.points.map((point) => [itemName(item), ...point.map((each) => Number(each.toPrecision(6)))]),
    ),
  ];
}
