// Curves over selectable axes, drawn by dygraphs: a line for each cell with a band over its seeds, or one for each run.

const MOST_BANDS = 8; // at first
const curves = {
  x: 0,
  y: 0,
  logX: false,
  logY: false,
  color: 0,
  dash: 1,
  runs: false,
  bands: true,
  hidden: data.axes.map(() => new Set()),
  graph: null,
  items: [],
  at: { item: -1, point: 0 },
};

function showCurves(section) {
  if (!data.curves) return;
  curves.logY = data.curves.y[0].log;
  curves.bands = data.cells.length <= MOST_BANDS;
  const frame = picture(
    "Curves",
    "Left and right move along a curve, up and down to another one, Enter opens its run; drag to zoom, " +
      "double-click to see all.",
    { svg: () => curvesFile(860, 420), table: curvesTable, whole: wholeCurves },
  );
  const plot = make("div", { class: "plot", "aria-hidden": "true" });
  curves.cursor = make("div", { class: "cursor" });
  frame.stage.append(plot, curves.cursor);
  curves.frame = frame;
  curves.plot = plot;
  keyboard(frame.stage, "Curves", {
    left: (n) => step(0, -n),
    right: (n) => step(0, n),
    up: (n) => step(-n, 0),
    down: (n) => step(n, 0),
    home: () => step(0, -Infinity),
    end: () => step(0, Infinity),
    enter: openCurve,
    escape: () => {
      moveTo(-1, 0);
      curves.graph?.resetZoom();
    },
  });
  curves.remark = make("p", { class: "remark" });
  section.append(curveControls(), frame.figure);
  frame.stage.after(curves.remark);
  drawCurves();
  dark.addEventListener("change", drawCurves);
  window.addEventListener("beforeprint", () => {
    printing = true;
    drawCurves();
  });
  window.addEventListener("afterprint", () => {
    printing = false;
    drawCurves();
  });
}
