// The cursor on the curves, by pointer and by keys.

function hover(name, x) {
  const item = Number(name),
    points = curves.items[item]?.points;
  if (!points) return;
  let nearest = 0;
  points.forEach((point, k) => {
    if (Math.abs(point[0] - x) < Math.abs(points[nearest][0] - x)) nearest = k;
  });
  curves.at = { item, point: nearest };
  curves.frame.say(pointSentence());
}

function step(items, points) {
  if (!curves.items.length) return;
  if (curves.at.item < 0) return moveTo(0, 0);
  const item = within(curves.at.item + items, curves.items.length);
  if (item === curves.at.item) return moveTo(item, curves.at.point + points);
  const x = curves.items[curves.at.item].points[curves.at.point][0];
  hover(item, x);
  moveTo(item, curves.at.point);
}

function moveTo(item, point) {
  curves.cursor.hidden = item < 0;
  if (item < 0) {
    curves.at = { item, point: 0 };
    return curves.frame.say("");
  }
  curves.at = { item, point: within(point, curves.items[item].points.length) };
  const [x, y] = curves.items[item].points[curves.at.point],
    [left, top] = curves.graph.toDomCoords(x, y);
  Object.assign(curves.cursor.style, { left: `${left}px`, top: `${top}px` });
  curves.graph.setSelection(false, String(item));
  curves.frame.say(pointSentence());
}

function pointSentence() {
  const { item, point } = curves.at,
    [x, y, low, high] = curves.items[item].points[point];
  const across = data.curves.x[curves.x],
    up = data.curves.y[curves.y],
    unit = up.percent ? " %" : up.unit ? ` ${up.unit}` : "";
  const band = low === high ? "" : ` (95 % interval ${plain(low)} to ${plain(high)}${unit})`;
  return (
    `${itemName(curves.items[item])}: ${up.label} ${plain(y)}${unit}${band} at ${across.label.toLowerCase()} ${plain(x)}` +
    `${across.unit ? ` ${across.unit}` : ""}; point ${point + 1} of ${curves.items[item].points.length}`
  );
}

function openCurve() {
  if (curves.at.item >= 0) openRun(curves.items[curves.at.item].run);
}
