// The frame of a picture: its caption, a line that is read out, its table, and its files.

// A picture that arrow keys explore. `parts`: name, how to use it, `svg()` and `head()` for
// the file, `table()` as rows with a heading, `whole()` if the file of numbers has more.
function picture(name, help, parts) {
  const readout = make("p", { class: "readout", "aria-live": "polite" }, help);
  const stage = make("div", { class: "stage" });
  const figure = make("figure", {}, stage, readout, tools(name, parts), numbersOf(name, parts.table));
  return {
    figure,
    stage,
    say: (text) => {
      readout.textContent = text || help;
    },
  };
}

function tools(name, parts) {
  const file = saveName(name);
  return make(
    "p",
    { class: "tools" },
    button("Save as SVG", () => download(`${file}.svg`, svgFile(parts.svg(), parts.head?.()), "image/svg+xml")),
    button("Save as CSV", () => download(`${file}.csv`, csv((parts.whole || parts.table)()), "text/csv")),
  );
}

function button(words, click, attributes = {}) {
  return make("button", { type: "button", click, ...attributes }, words);
}

function controls(...children) {
  return make("div", { class: "controls" }, ...children);
}

// Draws what `drawAt` makes of a width, again whenever the stage gets another one.
function paint(frame, drawAt, painted = () => {}) {
  let width = 0;
  const again = () => {
    const now = Math.round(frame.stage.clientWidth) || 640;
    if (now === width) return;
    width = now;
    frame.stage.querySelector("svg")?.remove();
    const chart = drawAt(now);
    chart.setAttribute("aria-hidden", "true");
    frame.stage.prepend(chart);
    painted(chart);
  };
  new ResizeObserver(again).observe(frame.stage);
  again();
  return () => {
    width = 0;
    again();
  };
}

// The numbers behind a picture, as a table that is made when it is opened.
function numbersOf(name, rows) {
  const details = make("details", {}, make("summary", {}, "The numbers of this picture"));
  details.addEventListener("toggle", () => {
    while (details.childNodes.length > 1) details.lastChild.remove();
    if (details.open) details.append(scrolling(`${name}: its numbers`, plainTable(rows(), name)));
  });
  return details;
}

function plainTable([heading, ...rows], name) {
  const whole = heading.map((_, k) => areWhole(rows.map((row) => row[k])));
  const cell = (value, place) =>
    typeof value === "number"
      ? make("td", { class: "number" }, numberText(value, whole[place]))
      : make(place ? "td" : "th", place ? {} : { scope: "row" }, value === null || value === undefined ? "–" : value);
  return make(
    "table",
    {},
    make("caption", { class: "hidden" }, name),
    make("thead", {}, make("tr", {}, ...heading.map((text) => make("th", { scope: "col" }, text)))),
    make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map(cell)))),
  );
}

// Makes an element one that arrow keys move in. `moves` has left, right, up, down, home, end, enter, escape.
function keyboard(element, name, moves) {
  filled(element, { tabindex: 0, role: "application", "aria-roledescription": "picture", "aria-label": name }, []);
  const keys = {
    ArrowLeft: "left",
    ArrowRight: "right",
    ArrowUp: "up",
    ArrowDown: "down",
    Home: "home",
    End: "end",
    Enter: "enter",
    " ": "enter",
    Escape: "escape",
  };
  element.addEventListener("keydown", (event) => {
    const move = moves[keys[event.key]];
    if (!move || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    move(event.shiftKey ? 10 : 1);
  });
}

// A legend's entries in the page: `color`, perhaps `opacity`, and words.
function showLegend(box, entries) {
  box.replaceChildren(
    ...entries.map(({ color, opacity, words }) =>
      make(
        "span",
        { class: "entry" },
        color === "none"
          ? ""
          : draw(
              "svg",
              { viewBox: "0 0 16 12", class: "swatch", "aria-hidden": "true" },
              draw("rect", { width: 16, height: 12, fill: color, "fill-opacity": opacity }),
            ),
        ` ${words}`,
      ),
    ),
  );
}

// The ends of the ramp, and two colors between them.
function rampLegend(values, quantity) {
  if (!values.length) return [];
  const ends = [Math.min(...values), Math.max(...values)].map((value) => shown(value, quantity, 3));
  return [0, 1 / 3, 2 / 3, 1].map((share) => ({
    color: rampName(share),
    words: share === 0 ? ends[0] : share === 1 ? ends[1] : "",
  }));
}

// A place among so many that never leaves them.
function within(place, count) {
  return Math.min(count - 1, Math.max(0, place));
}

// A choice of one of several names, with its label.
function choice(label, names, chosen, change) {
  const select = make(
    "select",
    { change: () => change(select.selectedIndex) },
    ...names.map((name, k) => make("option", { selected: k === chosen }, name)),
  );
  return make("label", { class: "choice" }, `${label} `, select);
}

function switched(label, on, change, extra = null) {
  const box = make("input", { type: "checkbox", checked: on, change: () => change(box.checked) });
  return make("label", { class: "choice" }, box, extra, ` ${label}`);
}
