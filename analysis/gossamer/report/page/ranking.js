// The first picture: every cell with its interval, the best above; as a multiple of one of them, or by its value.

const MOST_ROWS = 20;
const ranking = { view: null, at: -1, frame: null };

function showRanking(section, views) {
  if (!views.length) return;
  const drawAt = (width) => rankingChart(rankingRows(), ranking.view, width),
    caption = make("p", { class: "caption" });
  ranking.view = views[0];
  ranking.frame = picture("Ranking", "Arrow keys move through the rows; Enter opens a run.", {
    svg: () => drawAt(860),
    head: () => ({ title: ranking.view.title }),
    table: () => rankingTable(ranking.view),
  });
  keyboard(ranking.frame.stage, "Ranking", rankingKeys());
  const show = (view) => {
    ranking.view = view;
    caption.textContent = view.title;
    again();
    goToRow(-1);
  };
  section.append(caption);
  if (views.length > 1)
    section.append(
      controls(
        choice(
          "show",
          views.map((each) => each.name),
          0,
          (k) => show(views[k]),
        ),
      ),
    );
  section.append(ranking.frame.figure);
  const again = paint(ranking.frame, drawAt, listenToRows);
  show(views[0]);
  if (views[0].rows.length > MOST_ROWS)
    ranking.frame.stage.after(make("p", { class: "remark" }, `The ${MOST_ROWS} best; the table of cells has all.`));
}

function rankingRows() {
  return ranking.view.rows.slice(0, MOST_ROWS);
}

function rankingKeys() {
  return {
    up: () => goToRow(Math.max(0, ranking.at - 1)),
    down: () => goToRow(ranking.at + 1),
    home: () => goToRow(0),
    end: () => goToRow(Infinity),
    escape: () => goToRow(-1),
    enter: () => ranking.at >= 0 && openCell(rankingRows()[ranking.at].cell),
  };
}

function listenToRows(chart) {
  chart.querySelectorAll(".row").forEach((mark, k) => {
    mark.addEventListener("mouseenter", () => goToRow(k));
    mark.addEventListener("click", () => openCell(rankingRows()[k].cell));
  });
}

function goToRow(place) {
  const rows = rankingRows();
  ranking.at = place < 0 ? -1 : within(place, rows.length);
  ranking.frame.stage.querySelectorAll(".row").forEach((mark, k) => mark.classList.toggle("chosen", k === ranking.at));
  ranking.frame.say(ranking.at < 0 ? "" : rankingSentence(rows[ranking.at], ranking.view.quantity));
}

function rankingSentence(row, quantity) {
  if (row.value === null) return `${row.name}: ${row.words || "not comparable"}`;
  const interval =
    row.low === null ? "" : `, 95 % interval ${shown(row.low, quantity)} to ${shown(row.high, quantity)}`;
  return `${row.name}: ${row.text}${interval}${row.words ? `; ${row.words}` : ""}`;
}

function rankingTable({ quantity, rows }) {
  const scaled = (value) => (value === null ? null : (value / (quantity.divisor || 1)) * (quantity.percent ? 100 : 1));
  return [
    ["cell", named(quantity), "95 % from", "95 % to", "remark"],
    ...rows.map((row) => [row.name, scaled(row.value), scaled(row.low), scaled(row.high), row.words]),
  ];
}

// Names are left of the rows, or above them where the page is narrow.
function rankingChart(rows, { quantity, line }, width) {
  const narrow = width < 620,
    left = narrow ? 12 : Math.min(320, width * 0.34),
    right = line === null ? 84 : 140,
    high = narrow ? 40 : 24;
  const height = rows.length * high + 44,
    values = rows.flatMap((row) => [row.value, row.low, row.high]).filter((each) => each !== null);
  const scale = axisScale(line === null ? values : [...values, line], left + 6, width - right, line === null);
  const chart = draw("svg", { viewBox: `0 0 ${width} ${height}` });
  for (const tick of values.length ? ticks(scale.low, scale.high, scale.logarithmic, narrow ? 4 : 7) : []) {
    const x = scale.at(tick);
    chart.append(
      draw("line", {
        x1: x,
        x2: x,
        y1: 2,
        y2: height - 36,
        stroke: tick === line ? "var(--muted)" : "var(--line)",
        "stroke-width": tick === line ? 1.5 : 1,
      }),
      draw(
        "text",
        { x, y: height - 22, "text-anchor": "middle", fill: "var(--muted)" },
        shown(tick, { ...quantity, unit: "" }, 3),
      ),
    );
  }
  chart.append(
    draw(
      "text",
      { x: (left + width - right) / 2, y: height - 5, "text-anchor": "middle", fill: "var(--muted)" },
      named(quantity),
    ),
  );
  rows.forEach((row, k) => chart.append(rankingRow(row, { top: 2 + high * k, high, width, left, narrow, scale })));
  return chart;
}

function rankingRow(row, { top, high, width, left, narrow, scale }) {
  const middle = top + (narrow ? high - 12 : high / 2);
  const name = shortened(row.name, Math.floor((narrow ? width - 20 : left - 14) / 6.4)) + (row.reference ? " ◇" : "");
  const place = narrow
    ? { x: 4, y: top + 15, "text-anchor": "start" }
    : { x: left - 8, y: middle + 4, "text-anchor": "end" };
  const group = draw(
    "g",
    { class: "row" },
    draw("rect", { class: "back", x: 0, y: top, width, height: high, fill: "none", "pointer-events": "all" }),
    draw("text", { ...place, fill: "var(--ink)" }, name),
  );
  if (row.value === null)
    group.append(draw("text", { x: left + 6, y: middle + 4, fill: "var(--muted)" }, row.words || "not comparable"));
  else group.append(...rankingMarks(row, middle, scale));
  return group;
}

// A dot, hollow if it is a bound, a diamond for the reference; the interval; the value in words.
function rankingMarks(row, middle, scale) {
  const color = row.reference ? "var(--c1)" : "var(--c0)",
    x = scale.at(row.value),
    end = Math.max(x, scale.at(row.high ?? row.value));
  const line = {
    x1: scale.at(row.low ?? row.value),
    x2: end,
    y1: middle,
    y2: middle,
    stroke: color,
    "stroke-width": 3,
  };
  const diamond = `M${x - 6} ${middle}L${x} ${middle - 6}L${x + 6} ${middle}L${x} ${middle + 6}Z`;
  return [
    draw("line", { ...line, "stroke-linecap": "round", "stroke-opacity": 0.55 }),
    row.reference
      ? draw("path", { d: diamond, fill: color })
      : draw("circle", {
          cx: x,
          cy: middle,
          r: 4.5,
          fill: row.censored ? "var(--page)" : color,
          stroke: color,
          "stroke-width": 2,
        }),
    draw(
      "text",
      {
        x: end + 10,
        y: middle + 4,
        fill: "var(--muted)",
        stroke: "var(--page)",
        "stroke-width": 3,
        "paint-order": "stroke",
      },
      row.text,
    ),
  ];
}

// From values to places, logarithmic where positive values span more than a factor of 20. Values begin at zero, ratios
// do not.
function axisScale(values, from, to, fromZero) {
  const least = Math.min(...values),
    most = Math.max(...values),
    logarithmic = least > 0 && most > 20 * least;
  const pad = fromZero ? 0 : 0.08 * (most - least || 1);
  const low = logarithmic ? least / 1.2 : fromZero ? Math.min(0, least) : least - pad;
  const high = logarithmic ? most * 1.2 : fromZero ? Math.max(0, most) || 1 : most + pad;
  const share = logarithmic
    ? (value) => Math.log(value / low) / Math.log(high / low)
    : (value) => (value - low) / (high - low);
  return { low, high, logarithmic, at: (value) => from + (to - from) * share(value) };
}

function shortened(text, most) {
  return text.length <= most ? text : `${text.slice(0, Math.max(1, most - 1))}…`;
}
