// What is shown of the curves: axes, scales, and a switch for each label of each axis.

function curveControls() {
  const legend = make("div", { class: "legend" });
  const fill = () => legend.replaceChildren(...data.axes.map(axisToggles));
  fill();
  return make("div", {}, controls(...quantityControls(), ...seedControls(), ...styleControls(fill)), legend);
}

// A listener that changes what is shown, then draws anew.
function changed(change) {
  return (value) => {
    change(value);
    curves.at.item = -1;
    drawCurves();
  };
}

function quantityControls() {
  const logY = switched(
    "logarithmic y",
    curves.logY,
    changed((on) => {
      curves.logY = on;
    }),
  );
  const chooseY = (k) => {
    curves.y = k;
    logY.querySelector("input").checked = curves.logY = data.curves.y[k].log;
  };
  return [
    choice("y", data.curves.y.map(named), curves.y, changed(chooseY)),
    choice(
      "x",
      data.curves.x.map(named),
      curves.x,
      changed((k) => {
        curves.x = k;
      }),
    ),
    logY,
    switched(
      "logarithmic x",
      false,
      changed((on) => {
        curves.logX = on;
      }),
    ),
  ];
}

function seedControls() {
  if (!data.curves.seeds) return [];
  return [
    switched(
      "95 % bands",
      curves.bands,
      changed((on) => {
        curves.bands = on;
      }),
    ),
    switched(
      "single runs",
      false,
      changed((on) => {
        curves.runs = on;
      }),
    ),
  ];
}

function styleControls(fill) {
  const names = data.axes.map((axis) => axis.name);
  if (names.length < 2) return [];
  const choose = (key, first) =>
    changed((k) => {
      curves[key] = k - first;
      fill();
    });
  return [
    choice("color", names, curves.color, choose("color", 0)),
    choice("dashes", ["none", ...names], curves.dash + 1, choose("dash", 1)),
  ];
}

// One switch for each label of an axis: with it go all curves that have the label.
function axisToggles(axis, place) {
  const hidden = curves.hidden[place],
    styled = place === curves.color || place === curves.dash;
  const boxes = axis.labels.map((label, k) =>
    switched(
      label,
      !hidden.has(k),
      changed((on) => (on ? hidden.delete(k) : hidden.add(k))),
      styled ? sample(place, k) : null,
    ),
  );
  const toggle = changed(() => {
    const on = hidden.size > 0;
    axis.labels.forEach((_, k) => (on ? hidden.delete(k) : hidden.add(k)));
    boxes.forEach((box) => {
      box.querySelector("input").checked = on;
    });
  });
  const all = axis.labels.length > 2 ? button("all or none", toggle, { class: "small" }) : null;
  return make("fieldset", {}, make("legend", {}, axis.name), ...boxes, all);
}

function sampleColor(axis, label) {
  return axis === curves.color ? colorName(data.axes[axis], label) : "var(--muted)";
}

function sampleDash(axis, label) {
  return axis === curves.dash ? DASHES[label % DASHES.length].join(" ") : "";
}

function sample(place, label) {
  return draw(
    "svg",
    { viewBox: "0 0 26 10", class: "sample", "aria-hidden": "true" },
    draw("line", {
      x1: 1,
      x2: 25,
      y1: 5,
      y2: 5,
      stroke: sampleColor(place, label),
      "stroke-width": 3,
      "stroke-dasharray": sampleDash(place, label),
    }),
  );
}
