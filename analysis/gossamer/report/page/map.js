// The plane of two axes: which of the other labels wins in each cell and by how much, or the value itself.

const LETTERS = "ABCDEFG"; // of winners, for print and for eyes that colors do not help

function showMap(section, maps) {
  if (!maps.length) return;
  let chosen = 0,
    at = null;
  const drawAt = (width) => mapChart(maps[chosen], width);
  const frame = picture("Over two axes", "Arrow keys move from cell to cell; Enter opens a run of one.", {
    svg: () => drawAt(760),
    head: () => ({ title: maps[chosen].title, legend: mapLegend(maps[chosen]) }),
    table: () => mapTable(maps[chosen]),
  });
  const go = (column, row) => {
    const map = maps[chosen];
    at = { column: within(column, map.x.labels.length), row: within(row, map.y.labels.length) };
    frame.stage
      .querySelectorAll(".field")
      .forEach((mark) => mark.classList.toggle("chosen", mark.dataset.at === `${at.column},${at.row}`));
    frame.say(mapSentence(map, at));
  };
  const move = (right, up) => (at ? go(at.column + right, at.row + up) : go(0, 0));
  const open = () => {
    const field = at && fieldAt(maps[chosen], at.column, at.row);
    if (field) openCell(field.cell);
  };
  keyboard(frame.stage, "Over two axes", {
    left: (n) => move(-n, 0),
    right: (n) => move(n, 0),
    up: (n) => move(0, n),
    down: (n) => move(0, -n),
    home: () => go(0, at ? at.row : 0),
    end: () => go(Infinity, at ? at.row : 0),
    enter: open,
    escape: () => frame.say(""),
  });
  const caption = make("p", { class: "caption" }, maps[0].title),
    legend = make("div", { class: "legend" });
  const fill = () => {
    caption.textContent = maps[chosen].title;
    showLegend(legend, mapLegend(maps[chosen]));
    at = null;
  };
  if (maps.length > 1)
    section.append(
      make(
        "div",
        { class: "controls" },
        choice(
          "axes",
          maps.map((map) => `${map.x.name} × ${map.y.name}`),
          0,
          (k) => {
            chosen = k;
            fill();
            again();
          },
        ),
      ),
    );
  section.append(caption, legend, frame.figure);
  const again = paint(frame, drawAt, (chart) =>
    chart.querySelectorAll(".field").forEach((mark) => {
      const [column, row] = mark.dataset.at.split(",").map(Number);
      filled(
        mark,
        {
          mouseenter: () => go(column, row),
          click: () => {
            go(column, row);
            open();
          },
        },
        [],
      );
    }),
  );
  fill();
}

function fieldAt(map, column, row) {
  return map.fields.find((field) => field.x === column && field.y === row);
}

function mapSentence(map, { column, row }) {
  const place = `${map.x.name} ${map.x.labels[column]}, ${map.y.name} ${map.y.labels[row]}`,
    field = fieldAt(map, column, row);
  return field ? `${place}: ${field.words ?? field.text}` : `${place}: no run`;
}

function mapTable(map) {
  return [
    [
      map.x.name,
      map.y.name,
      map.winners ? "best" : named(map.quantity),
      map.winners ? "how much better than the next" : "remark",
    ],
    ...map.fields.map((field) => [
      map.x.labels[field.x],
      map.y.labels[field.y],
      map.winners
        ? (map.winners[field.winner] ?? "–")
        : field.value === undefined
          ? null
          : field.value / (map.quantity.divisor || 1),
      field.words ?? field.text,
    ]),
  ];
}

// The color of a field: the winner's, paler the closer the next one is; or a ramp over the values.
function fieldColor(map, field) {
  if (map.winners)
    return field.winner === undefined
      ? "var(--panel)"
      : colorName({ labels: map.winners, numeric: false }, field.winner);
  return field.share === undefined ? "var(--panel)" : rampName(field.share);
}

function mapChart(map, width) {
  const longest = Math.max(...map.y.labels.map((label) => label.length)),
    left = Math.min(150, 26 + 7 * Math.min(longest, 16));
  const columns = map.x.labels.length,
    rows = map.y.labels.length,
    wide = (width - left - 8) / columns;
  const high = Math.max(26, Math.min(54, wide * 0.8)),
    height = rows * high + 52;
  const chart = draw("svg", { viewBox: `0 0 ${width} ${height}` }, hatching());
  for (const field of map.fields)
    chart.append(fieldMark(map, field, { x: left + wide * field.x, y: 4 + high * (rows - 1 - field.y), wide, high }));
  const every = Math.ceil((Math.max(...map.x.labels.map((label) => label.length)) * 7.5) / wide);
  map.x.labels.forEach(
    (label, k) =>
      k % every ||
      chart.append(
        draw(
          "text",
          { x: left + wide * (k + 0.5), y: rows * high + 20, "text-anchor": "middle", fill: "var(--muted)" },
          shortened(label, 18),
        ),
      ),
  );
  map.y.labels.forEach((label, k) =>
    chart.append(
      draw(
        "text",
        { x: left - 6, y: 8 + high * (rows - 0.5 - k), "text-anchor": "end", fill: "var(--muted)" },
        shortened(label, 16),
      ),
    ),
  );
  const middle = 4 + (rows * high) / 2;
  chart.append(
    draw(
      "text",
      { x: left + (wide * columns) / 2, y: height - 8, "text-anchor": "middle", fill: "var(--ink)" },
      map.x.name,
    ),
    draw(
      "text",
      { x: 12, y: middle, transform: `rotate(-90 12 ${middle})`, "text-anchor": "middle", fill: "var(--ink)" },
      map.y.name,
    ),
  );
  return chart;
}

// Undecided fields are hatched.
function hatching() {
  return draw(
    "defs",
    {},
    draw(
      "pattern",
      { id: "undecided", width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      draw("line", { x1: 0, x2: 0, y1: 0, y2: 7, stroke: "var(--page)", "stroke-width": 3 }),
    ),
  );
}

function fieldMark(map, field, { x, y, wide, high }) {
  const box = { x: x + 1, y: y + 1, width: wide - 2, height: high - 2 },
    color = fieldColor(map, field);
  const strength = map.winners ? 0.2 + 0.45 * (field.share ?? 0) : 1,
    ink = map.winners || field.share === undefined ? "ink" : onRamp(field.share);
  const mark = draw(
    "g",
    { class: "field", "data-at": `${field.x},${field.y}` },
    draw("rect", { ...box, fill: "var(--panel)" }),
    draw("rect", { ...box, fill: color, "fill-opacity": strength }),
  );
  if (field.undecided) mark.append(draw("rect", { ...box, fill: "url(#undecided)" }));
  const text = field.winner === undefined ? field.text : `${LETTERS[field.winner]} ${field.text}`;
  if (text.length * 6.6 < wide - 4) {
    const middle = { x: x + wide / 2, y: y + high / 2 + 4, "text-anchor": "middle", "font-size": 11 };
    if (field.undecided)
      mark.append(draw("text", { ...middle, fill: "none", stroke: "var(--page)", "stroke-width": 3 }, text));
    mark.append(draw("text", { ...middle, fill: `var(--${ink})` }, text));
  }
  return mark;
}

// The entries of the legend: colors, opacities and words.
function mapLegend(map) {
  if (map.winners)
    return [
      ...map.winners.map((name, k) => ({
        color: `var(--c${k % COLORS})`,
        opacity: 0.65,
        words: `${LETTERS[k]} ${name}`,
      })),
      { color: "none", words: "hatched: undecided" },
      { color: "none", words: "paler: by less" },
    ];
  return rampLegend(
    map.fields.map((field) => field.value).filter((value) => value !== undefined),
    map.quantity,
  );
}
