// One run: what differs in its configuration, the command that repeats it, its timeline, and what its trace says of it.

function openCell(cell) {
  openRun(data.cells[cell].runs[0]);
}

function openRun(number) {
  if (number === undefined) return;
  const run = data.runs[number],
    cell = data.cells[run.cell],
    dialog = document.getElementById("run");
  const close = make("button", { type: "button", class: "close", click: () => dialog.close() }, "Close");
  dialog.replaceChildren(
    make("div", { class: "bar" }, make("h2", { id: "run-title" }, `${cell.name}, seed ${run.seed}`), close),
    siblings(cell, number),
    make("p", {}, run.end),
    differences(run),
    command(run),
    ...timelineOf(run),
    ...(run.warnings.length
      ? [make("h3", {}, "Warnings"), make("ul", {}, ...run.warnings.map((text) => make("li", {}, text)))]
      : []),
    run.hash ? make("p", { class: "remark" }, `Hash of the trace: ${run.hash}`) : "",
  );
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
  close.focus();
}

// The other seeds of the cell.
function siblings(cell, number) {
  if (cell.runs.length < 2) return "";
  return make(
    "p",
    { class: "controls" },
    choice(
      "seed",
      cell.runs.map((each) => `${data.runs[each].seed}`),
      cell.runs.indexOf(number),
      (k) => openRun(cell.runs[k]),
    ),
  );
}

function differences(run) {
  if (!run.differs.length) return make("p", {}, data.runs.length > 1 ? "Its settings are those of all runs." : "");
  const name = "Settings that differ",
    rows = [
      ["setting", "this run", "most runs"],
      ...run.differs.map((value, k) => [data.settings[k][0], value, data.settings[k][1]]),
    ];
  return make(
    "div",
    {},
    make("h3", {}, `${name} between runs`),
    scrolling(name, plainTable(rows, name)),
    make(
      "p",
      { class: "tools" },
      button("Save as CSV", () => download("settings.csv", csv(rows), "text/csv")),
    ),
  );
}

function command(run) {
  if (!run.command) return "";
  const say = (words) => () => {
    copy.textContent = words;
  };
  const copy = button("Copy", () =>
    navigator.clipboard?.writeText(run.command).then(say("Copied"), say("Please select and copy")),
  );
  return make(
    "div",
    {},
    make("h3", {}, "To run it again"),
    make("p", { class: "command" }, make("code", { tabindex: 0 }, run.command), copy),
  );
}

// ---------------------------------------------------------------------------------------------------------------------
// Its timeline: a row for each node, a bar for each activity.

// Heights tell activities apart without color.
const HEIGHTS = { compute: 1, averaging: 0.75, transfer: 0.5, wait: 0.2, down: 0.35, done: 0.1 };
const ACTIVITIES = {
  compute: "var(--c0)",
  wait: "var(--line)",
  transfer: "var(--c4)",
  averaging: "var(--c2)",
  down: "var(--c1)",
  done: "var(--panel)",
};

function timelineOf(run) {
  if (!run.timeline) return [];
  const { timeline } = run,
    drawAt = (width) => timelineChart(timeline, width),
    legend = make("div", { class: "legend" });
  const entries = Object.entries(ACTIVITIES)
    .filter(([name]) => timeline.bars.some((bar) => bar[1] === name))
    .map(([words, color]) => ({ color, words }));
  const frame = picture("Timeline", "Up and down choose a node, left and right one of its activities.", {
    svg: () => drawAt(760),
    head: () => ({ title: `${data.cells[run.cell].name}, seed ${run.seed}`, legend: entries }),
    table: () => timelineTable(timeline),
  });
  keyboard(frame.stage, "Timeline", timelineKeys(timeline, frame));
  showLegend(legend, entries);
  setTimeout(() => paint(frame, drawAt)); // when the dialog has its width
  return [
    make("h3", {}, "Timeline"),
    legend,
    frame.figure,
    timeline.remark ? make("p", { class: "remark" }, timeline.remark) : "",
  ];
}

function timelineKeys(timeline, frame) {
  const { rows } = timeline,
    at = { row: -1, place: 0 };
  const go = (row, place) => {
    const bars = barsOf(timeline, (at.row = within(row, rows.length)));
    at.place = within(place, bars.length);
    frame.say(`${rows[at.row]}: ${bars.length ? barWords(timeline, bars[at.place]) : "nothing in this window"}`);
  };
  return {
    up: (n) => go(at.row - n, 0),
    down: (n) => go(at.row + n, 0),
    left: (n) => go(at.row, at.place - n),
    right: (n) => go(at.row, at.place + n),
    home: () => go(at.row, 0),
    end: () => go(at.row, Infinity),
  };
}

function barsOf(timeline, row) {
  return timeline.bars.filter((bar) => bar[0] === row);
}

function barWords({ unit }, [, activity, begin, end]) {
  return `${activity} from ${plain(begin)} to ${plain(end)} ${unit}`;
}

function timelineTable(timeline) {
  return [
    ["node", "activity", `from (${timeline.unit})`, `to (${timeline.unit})`],
    ...timeline.bars.map(([row, activity, begin, end]) => [timeline.rows[row], activity, begin, end]),
  ];
}

function timelineChart(timeline, width) {
  const left = 66,
    high = 16,
    height = timeline.rows.length * high + 40,
    { begin, end } = timeline;
  const at = (time) => left + ((width - left - 12) * (time - begin)) / (end - begin),
    chart = draw("svg", { viewBox: `0 0 ${width} ${height}` });
  timeline.rows.forEach((name, row) =>
    chart.append(
      draw(
        "text",
        { x: left - 6, y: row * high + 13, "text-anchor": "end", fill: "var(--muted)", "font-size": 11 },
        shortened(name, 10),
      ),
    ),
  );
  for (const [row, activity, from, to] of timeline.bars) {
    const height = (high - 3) * (HEIGHTS[activity] ?? 0.6);
    chart.append(
      draw("rect", {
        x: at(from).toFixed(2),
        y: (row + 0.5) * high - height / 2,
        width: Math.max(0.5, at(to) - at(from)).toFixed(2),
        height,
        fill: ACTIVITIES[activity] ?? "var(--c3)",
      }),
    );
  }
  for (const tick of ticks(begin, end, false, 5))
    chart.append(
      draw("text", { x: at(tick), y: height - 22, "text-anchor": "middle", fill: "var(--muted)" }, plain(tick)),
    );
  chart.append(
    draw(
      "text",
      { x: (left + width) / 2, y: height - 5, "text-anchor": "middle", fill: "var(--ink)" },
      `Virtual time (${timeline.unit})`,
    ),
  );
  return chart;
}
