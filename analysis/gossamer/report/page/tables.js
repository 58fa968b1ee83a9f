// Tables that are sorted by their columns, open runs, and become CSV files.

const PAPER_COLUMNS = 9; // as report.css says

// `table` has columns with key, label and perhaps unit, divisor, percent, and rows of texts and numbers. `open(row)` opens
// a run.
function showTable(section, name, table, open) {
  if (!table) return section.remove();
  const state = { table, open, column: -1, falling: false, order: table.rows.map((_, k) => k), body: make("tbody") };
  table.columns.forEach((column, k) => {
    column.isNumber = table.rows.some((row) => isNumber(row[k]));
    column.isWhole = areWhole(table.rows.map((row) => inUnit(row[k], column)));
  });
  state.heads = table.columns.map((column, k) =>
    make(
      "th",
      { scope: "col", class: column.isNumber ? "number" : null },
      button(named(column), () => sortTable(state, k)),
    ),
  );
  const rows = () => csv([table.columns.map((column) => column.key), ...table.rows]);
  section.append(
    scrolling(
      name,
      make(
        "table",
        { class: "sortable" },
        make("caption", { class: "hidden" }, `${name}; a heading sorts by its column`),
        make("thead", {}, make("tr", {}, ...state.heads)),
        state.body,
      ),
    ),
    make(
      "p",
      { class: "tools" },
      button("Save as CSV", () => download(`${saveName(name)}.csv`, rows(), "text/csv")),
    ),
  );
  if (table.columns.length > PAPER_COLUMNS)
    section.append(
      make("p", { class: "paper remark" }, `The first ${PAPER_COLUMNS} of ${table.columns.length} columns.`),
    );
  fillTable(state);
}

function fillTable({ body, order, table, open }) {
  body.replaceChildren(...order.map((k) => tableRow(table, k, open)));
}

function sortTable(state, column) {
  const { rows } = state.table;
  state.falling = state.column === column && !state.falling;
  state.column = column;
  state.order.sort((a, b) => compare(rows[a][column], rows[b][column], state.falling ? -1 : 1) || a - b);
  state.heads.forEach((head, k) => {
    if (k === column) head.setAttribute("aria-sort", state.falling ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  });
  fillTable(state);
}

// A number in the unit of its column; texts as they are.
function inUnit(value, column) {
  if (!isNumber(value)) return value;
  return column.percent ? 100 * value : value / (column.divisor || 1);
}

function isNumber(value) {
  return typeof value === "number";
}

// Values that are not known are last, whatever the order.
function compare(a, b, sign) {
  if (a === null || b === null) return (a === null) - (b === null);
  return sign * (isNumber(a) && isNumber(b) ? a - b : String(a).localeCompare(String(b), "en", { numeric: true }));
}

function tableRow(table, place, open) {
  const row = table.rows[place];
  const cells = row.map((value, k) => {
    const content = isNumber(value)
      ? numberText(inUnit(value, table.columns[k]), table.columns[k].isWhole)
      : (value ?? "–");
    if (k) return make("td", { class: table.columns[k].isNumber ? "number" : null }, content);
    return make(
      "th",
      { scope: "row" },
      open
        ? make(
            "button",
            {
              type: "button",
              class: "link",
              click: () => open(place),
              "aria-label": `${row.slice(0, data.axes.length + 1).join(", ")}: open`,
            },
            content,
          )
        : content,
    );
  });
  return make("tr", {}, ...cells);
}

// Sentences, one below the other; each may have the runs that it is true of.
function showSentences(section, sentences) {
  if (!sentences.length) return section.remove();
  section.append(
    make(
      "ul",
      {},
      ...sentences.map(({ text, count, mark }) =>
        make("li", { class: mark }, text, count ? make("span", { class: "muted" }, ` ${count}`) : null),
      ),
    ),
  );
}

function showClaims(section, claims) {
  if (!claims.length) return section.remove();
  section.append(
    ...claims.map((claim) =>
      make(
        "details",
        { open: !claim.holds },
        make(
          "summary",
          {},
          make("strong", { class: claim.holds ? "holds" : "fails" }, claim.holds ? "holds" : "fails"),
          ` ${claim.sentence}`,
        ),
        make("ul", {}, ...claim.checks.map((check) => make("li", {}, check))),
      ),
    ),
  );
}

function showFacts(section, facts) {
  if (!facts.length) return section.remove();
  section.append(factsList(facts));
}

function factsList(facts) {
  return make("dl", {}, ...facts.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
}
