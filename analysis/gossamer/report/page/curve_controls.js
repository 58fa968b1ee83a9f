// What is shown of the curves: axes, scales, and a switch for each label of each axis.

function curveControls() {
  const changed = (change) => (value) => {
    change(value);
    curves.at.item = -1;
    drawCurves();
  };
  const box = make("div", { class: "controls" });
  const logY = switched(
    "logarithmic y",
    curves.logY,
    changed((on) => {
      curves.logY = on;
    }),
  );
  box.append(
    choice(
      "y",
      data.curves.y.map(named),
      curves.y,
      changed((k) => {
        curves.y = k;
        logY.querySelector("input").checked = curves.logY = data.curves.y[k].log;
      }),
    ),
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
  );
  if (data.curves.seeds)
    box.append(
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
    );
  const legend = make("div", { class: "legend" });
  const fill = () => legend.replaceChildren(...data.axes.map((axis, k) => axisToggles(axis, k, changed)));
  if (data.axes.length > 1)
    box.append(
      choice(
        "color",
        data.axes.map((axis) => axis.name),
        curves.color,
        changed((k) => {
          curves.color = k;
          fill();
        }),
      ),
      choice(
        "dashes",
        ["none", ...data.axes.map((axis) => axis.name)],
        curves.dash + 1,
        changed((k) => {
          curves.dash = k - 1;
          fill();
        }),
      ),
    );
  fill();
  return make("div", {}, box, legend);
}

// One switch for each label of an axis: with it go all curves that have the label.
function axisToggles(axis, place, changed) {
  const hidden = curves.hidden[place];
  const boxes = axis.labels.map((label, k) =>
    switched(
      label,
      !hidden.has(k),
      changed((on) => (on ? hidden.delete(k) : hidden.add(k))),
      place === curves.color || place === curves.dash ? sample(place, k) : null,
    ),
  );
  const all = make(
    "button",
    {
      type: "button",
      class: "small",
      click: () => {
        const on = hidden.size > 0;
        axis.labels.forEach((_, k) => (on ? hidden.delete(k) : hidden.add(k)));
        boxes.forEach((box) => {
          box.querySelector("input").checked = on;
        });
        changed(() => {})();
      },
    },
    "all or none",
  );
  return make("fieldset", {}, make("legend", {}, axis.name), ...boxes, axis.labels.length > 2 ? all : null);
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
