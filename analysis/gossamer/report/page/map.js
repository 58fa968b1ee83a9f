// The plane of two axes: which of the other labels wins in each cell and by how much, or the value itself.

const LETTERS = "ABCDEFG"; // of winners, for print and for eyes that colors do not help

// One of several planes, and the field of it that the cursor is on.
const plane = { map: null, at: null, frame: null };

function showMap(section, maps) {
  if (!maps.length) return;
  const name = "Over two axes",
    drawAt = (width) => mapChart(plane.map, width);
  plane.map = maps[0];
  plane.frame = picture(name, "Arrow keys move from cell to cell; Enter opens a run of one.", {
    svg: () => drawAt(760),
    head: () => ({ title: plane.map.title, legend: mapLegend(plane.map) }),
    table: () => mapTable(plane.map),
  });
  keyboard(plane.frame.stage, name, mapKeys());
  const caption = make("p", { class: "caption" }),
    legend = make("div", { class: "legend" });
  const show = (map) => {
    Object.assign(plane, { map, at: null });
    caption.textContent = map.title;
    showLegend(legend, mapLegend(map));
    again();
  };
  if (maps.length > 1)
    section.append(
      controls(
        choice(
          "axes",
          maps.map(({ x, y }) => `${x.name} × ${y.name}`),
          0,
          (k) => show(maps[k]),
        ),
      ),
    );
  section.append(caption, legend, plane.frame.figure);
  const again = paint(plane.frame, drawAt, listenToFields);
  show(maps[0]);
}

function mapKeys() {
  const row = () => plane.at?.row ?? 0;
  return {
    left: (n) => moveField(-n, 0),
    right: (n) => moveField(n, 0),
    up: (n) => moveField(0, n),
    down: (n) => moveField(0, -n),
    home: () => goToField(0, row()),
    end: () => goToField(Infinity, row()),
    enter: openField,
    escape: () => plane.frame.say(""),
  };
}

function listenToFields(chart) {
  for (const mark of chart.querySelectorAll(".field")) {
    const place = mark.dataset.at.split(",").map(Number);
    mark.addEventListener("mouseenter", () => goToField(...place));
    mark.addEventListener("click", openField);
  }
}

function goToField(column, row) {
  const { map, frame } = plane;
  plane.at = { column: within(column, map.x.labels.length), row: within(row, map.y.labels.length) };
  for (const mark of frame.stage.querySelectorAll(".field"))
    mark.classList.toggle("chosen", mark.dataset.at === `${plane.at.column},${plane.at.row}`);
  frame.say(mapSentence(map, plane.at));
}

function moveField(right, up) {
  if (plane.at) goToField(plane.at.column + right, plane.at.row + up);
  else goToField(0, 0);
}

function openField() {
  const field = plane.at && fieldAt(plane.map, plane.at.column, plane.at.row);
  if (field) openCell(field.cell);
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
  const columns = map.x.labels.length,
    rows = map.y.labels.length,
    longest = Math.max(...map.y.labels.map((label) => label.length));
  const left = Math.min(150, 26 + 7 * Math.min(longest, 16)),
    wide = (width - left - 8) / columns;
  const high = Math.max(26, Math.min(54, wide * 0.8)),
    bottom = rows * high;
  const chart = draw("svg", { viewBox: `0 0 ${width} ${bottom + 52}` }, hatching());
  for (const field of map.fields)
    chart.append(fieldMark(map, field, { x: left + wide * field.x, y: 4 + high * (rows - 1 - field.y), wide, high }));
  const every = Math.ceil((Math.max(...map.x.labels.map((label) => label.length)) * 7.5) / wide);
  const text = (x, y, anchor, fill, words, turn = null) =>
    chart.append(draw("text", { x, y, "text-anchor": anchor, fill: `var(--${fill})`, transform: turn }, words));
  map.x.labels.forEach(
    (label, k) => k % every || text(left + wide * (k + 0.5), bottom + 20, "middle", "muted", shortened(label, 18)),
  );
  map.y.labels.forEach((label, k) => text(left - 6, 8 + high * (rows - 0.5 - k), "end", "muted", shortened(label, 16)));
  text(left + (wide * columns) / 2, bottom + 44, "middle", "ink", map.x.name);
  text(12, 4 + bottom / 2, "middle", "ink", map.y.name, `rotate(-90 12 ${4 + bottom / 2})`);
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
