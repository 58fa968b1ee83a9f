// The graph along whose edges nodes communicate, colored by what its nodes did.

function showGraph(section, graphs) {
  if (!graphs.length) return;
  const state = { graph: 0, view: 0, quantity: 0, node: -1, near: 0 };
  const current = () => graphs[state.graph],
    drawAt = (width) => graphChart(current(), state, width);
  const frame = picture(
    "Graph",
    "Left and right move through the nodes by number, up and down through the neighbors of one.",
    {
      svg: () => drawAt(700),
      head: () => graphHead(current(), state),
      table: () => graphTable(current(), state),
    },
  );
  const go = (node) => {
    state.node = node < 0 ? -1 : within(node, current().nodes);
    markNode(frame.stage, state.node);
    frame.say(state.node < 0 ? "" : nodeSentence(current(), state));
  };
  const along = (n) => {
    const near = state.node < 0 ? [0] : neighbors(current(), state.from ?? state.node);
    state.from ??= state.node;
    state.near = (((state.near + n) % near.length) + near.length) % near.length;
    if (near.length) go(near[state.near]);
  };
  const leave = (move) => (n) => {
    state.from = undefined;
    state.near = 0;
    move(n);
  };
  keyboard(frame.stage, "Graph", {
    left: leave((n) => go(Math.max(0, state.node - n))),
    right: leave((n) => go(state.node + n)),
    up: () => along(1),
    down: () => along(-1),
    home: leave(() => go(0)),
    end: leave(() => go(current().nodes - 1)),
    escape: leave(() => go(-1)),
    enter: leave(() => {}),
  });
  const controls = make("div", { class: "controls" }),
    remark = make("p", { class: "remark" }),
    legend = make("div", { class: "legend" });
  const again = paint(frame, drawAt, (chart) => {
    markNode(frame.stage, state.node);
    chart.querySelectorAll("circle.node").forEach((mark, k) => filled(mark, { mouseenter: () => leave(go)(k) }, []));
  });
  const refresh = () => {
    Object.assign(state, { node: -1, from: undefined });
    graphControls(controls, graphs, state, refresh);
    remark.textContent = current().remark;
    showLegend(legend, graphLegend(current(), state));
    again();
  };
  section.append(controls, remark, legend, frame.figure);
  refresh();
}

function graphHead(graph, state) {
  const quantity = graph.quantities[state.quantity];
  return { title: quantity ? `${graph.name}: ${named(quantity)}` : graph.name, legend: graphLegend(graph, state) };
}

function graphControls(box, graphs, state, refresh) {
  const graph = graphs[state.graph],
    change =
      (key, also = {}) =>
      (k) => {
        Object.assign(state, also, { [key]: k });
        refresh();
      };
  box.replaceChildren();
  if (graphs.length > 1)
    box.append(
      choice(
        "graph",
        graphs.map((each) => each.name),
        state.graph,
        change("graph", { view: 0, quantity: 0 }),
      ),
    );
  if (!graph.views.length) return;
  if (graph.views.length > 1)
    box.append(
      choice(
        "run",
        graph.views.map((view) => view.name),
        state.view,
        change("view"),
      ),
    );
  box.append(choice("color", graph.quantities.map(named), state.quantity, change("quantity")));
}

// Columns are read once.
function graphColumns(graph) {
  if (graph.places) return graph.places;
  const [from, to] = graph.edges.map(readNumbers);
  graph.places = { x: readColumn(graph.x), y: readColumn(graph.y), edges: from.flatMap((node, k) => [node, to[k]]) };
  return graph.places;
}

function nodeValues(graph, state) {
  const view = graph.views[state.view];
  if (!view) return null;
  return readColumn(view.values[graph.quantities[state.quantity].key]);
}

function neighbors(graph, node) {
  const { edges } = graphColumns(graph),
    found = [];
  for (let k = 0; k < edges.length; k += 2) {
    if (edges[k] === node) found.push(edges[k + 1]);
    if (edges[k + 1] === node) found.push(edges[k]);
  }
  return [...new Set(found)].sort((a, b) => a - b);
}

function graphChart(graph, state, width) {
  const side = Math.min(width, 520),
    margin = 14,
    { x, y, edges } = graphColumns(graph),
    values = nodeValues(graph, state);
  const left = (width - side) / 2,
    place = (k) => [left + margin + (side - 2 * margin) * x[k], margin + (side - 2 * margin) * y[k]];
  const chart = draw("svg", { viewBox: `0 0 ${width} ${side}` }),
    parts = [];
  for (let k = 0; k < edges.length; k += 2) {
    const from = place(edges[k]),
      to = place(edges[k + 1]);
    parts.push(`M${from[0].toFixed(1)} ${from[1].toFixed(1)}L${to[0].toFixed(1)} ${to[1].toFixed(1)}`);
  }
  chart.append(
    draw("path", {
      d: parts.join(""),
      fill: "none",
      stroke: "var(--muted)",
      "stroke-opacity": edges.length > 2000 ? 0.25 : 0.6,
      "stroke-width": edges.length > 2000 ? 0.6 : 1,
    }),
  );
  const radius = Math.max(2.2, Math.min(9, 110 / Math.sqrt(graph.nodes))),
    [low, high] = values ? [Math.min(...values), Math.max(...values)] : [0, 1];
  for (let k = 0; k < graph.nodes; ++k) {
    const [cx, cy] = place(k),
      share = values ? (high > low ? (values[k] - low) / (high - low) : 0) : 0.2;
    chart.append(
      draw("circle", {
        class: "node",
        cx: cx.toFixed(1),
        cy: cy.toFixed(1),
        r: radius,
        fill: rampName(share),
        stroke: "var(--page)",
        "stroke-width": radius > 4 ? 1 : 0.4,
      }),
    );
  }
  return chart;
}

function markNode(stage, node) {
  stage.querySelectorAll("circle.node").forEach((mark, k) => mark.classList.toggle("chosen", k === node));
}

function nodeSentence(graph, state) {
  const near = neighbors(graph, state.node),
    values = nodeValues(graph, state);
  const what = values
    ? `: ${graph.quantities[state.quantity].label} ${shown(values[state.node], graph.quantities[state.quantity])}`
    : "";
  const names = near.slice(0, 12).join(", ") + (near.length > 12 ? ", …" : "");
  const count = `${near.length} neighbor${near.length === 1 ? "" : "s"}${graph.partial ? " among the edges shown" : ""}`;
  return `node ${state.node}${what}; ${count}: ${names}`;
}

function graphTable(graph, state) {
  const view = graph.views[state.view],
    columns = view ? graph.quantities.map((each) => readColumn(view.values[each.key])) : [];
  const scaled = (k, node) =>
    graph.quantities[k].percent ? 100 * columns[k][node] : columns[k][node] / (graph.quantities[k].divisor || 1);
  return [
    ["node", "neighbors", ...columns.map((_, k) => named(graph.quantities[k]))],
    ...Array.from({ length: graph.nodes }, (_, node) => [
      `${node}`,
      neighbors(graph, node).join(" "),
      ...columns.map((_, k) => scaled(k, node)),
    ]),
  ];
}

function graphLegend(graph, state) {
  return rampLegend(nodeValues(graph, state) ?? [], graph.quantities[state.quantity]);
}
