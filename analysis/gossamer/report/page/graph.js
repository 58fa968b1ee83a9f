// The graph along whose edges nodes communicate, colored by what its nodes did.

// The graph that is shown, the run and the quantity of its colors, the node of the cursor, and the node of whose neighbors
// it is one.
const network = { graph: null, view: 0, quantity: 0, node: -1, from: -1, near: -1, frame: null };

function showGraph(section, graphs) {
  section.append(...data.graphRemarks.map((text) => make("p", { class: "remark" }, text)));
  if (!graphs.length) return;
  const drawAt = (width) => graphChart(network.graph, network, width);
  network.graph = graphs[0];
  network.frame = picture(
    "Graph",
    "Left and right move through the nodes by number, up and down through the neighbors of one.",
    {
      svg: () => drawAt(700),
      head: () => graphHead(network.graph, network),
      table: () => graphTable(network.graph, network),
    },
  );
  keyboard(network.frame.stage, "Graph", graphKeys());
  const box = controls(),
    remark = make("p", { class: "remark" }),
    legend = make("div", { class: "legend" });
  const refresh = () => {
    Object.assign(network, { node: -1, from: -1 });
    graphControls(box, graphs, refresh);
    remark.textContent = network.graph.remark;
    showLegend(legend, graphLegend(network.graph, network));
    again();
  };
  section.append(box, remark, legend, network.frame.figure);
  const again = paint(network.frame, drawAt, (chart) =>
    chart.querySelectorAll("circle.node").forEach((mark, k) => mark.addEventListener("mouseenter", () => goToNode(k))),
  );
  refresh();
}

function graphKeys() {
  return {
    left: (n) => goToNode(Math.max(0, network.node - n)),
    right: (n) => goToNode(network.node + n),
    up: () => goToNeighbor(1),
    down: () => goToNeighbor(-1),
    home: () => goToNode(0),
    end: () => goToNode(Infinity),
    escape: () => goToNode(-1),
  };
}

function goToNode(node) {
  Object.assign(network, { from: -1, near: -1 });
  markNode(node);
}

function markNode(node) {
  network.node = node < 0 ? -1 : within(node, network.graph.nodes);
  network.frame.stage
    .querySelectorAll("circle.node")
    .forEach((mark, k) => mark.classList.toggle("chosen", k === network.node));
  network.frame.say(network.node < 0 ? "" : nodeSentence(network.graph, network));
}

// The next neighbor of the node that left and right have reached.
function goToNeighbor(n) {
  if (network.node < 0) return goToNode(0);
  if (network.from < 0) network.from = network.node;
  const near = neighbors(network.graph, network.from);
  if (!near.length) return;
  network.near = network.near < 0 ? (n > 0 ? 0 : near.length - 1) : (network.near + n + near.length) % near.length;
  markNode(near[network.near]);
}

function graphControls(box, graphs, refresh) {
  const { graph, view, quantity } = network,
    change = (key) => (k) => {
      network[key] = k;
      refresh();
    };
  box.replaceChildren();
  if (graphs.length > 1)
    box.append(
      choice(
        "graph",
        graphs.map((each) => each.name),
        graphs.indexOf(graph),
        (k) => {
          Object.assign(network, { graph: graphs[k], view: 0, quantity: 0 });
          refresh();
        },
      ),
    );
  if (!graph.views.length) return;
  if (graph.views.length > 1)
    box.append(
      choice(
        "run",
        graph.views.map((each) => each.name),
        view,
        change("view"),
      ),
    );
  box.append(choice("color", graph.quantities.map(named), quantity, change("quantity")));
}

function graphHead(graph, state) {
  const quantity = graph.quantities[state.quantity];
  return { title: quantity ? `${graph.name}: ${named(quantity)}` : graph.name, legend: graphLegend(graph, state) };
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
    left = (width - side) / 2;
  const place = (k) =>
    [left + margin + (side - 2 * margin) * x[k], margin + (side - 2 * margin) * y[k]].map((each) => each.toFixed(1));
  const chart = draw("svg", { viewBox: `0 0 ${width} ${side}` }),
    parts = [],
    many = edges.length > 2000;
  for (let k = 0; k < edges.length; k += 2)
    parts.push(`M${place(edges[k]).join(" ")}L${place(edges[k + 1]).join(" ")}`);
  chart.append(
    draw("path", {
      d: parts.join(""),
      fill: "none",
      stroke: "var(--muted)",
      "stroke-opacity": many ? 0.25 : 0.6,
      "stroke-width": many ? 0.6 : 1,
    }),
  );
  const shares = nodeShares(graph, state),
    r = Math.max(2.2, Math.min(9, 110 / Math.sqrt(graph.nodes)));
  shares.forEach((share, k) => {
    const [cx, cy] = place(k);
    chart.append(
      draw("circle", {
        class: "node",
        cx,
        cy,
        r,
        fill: rampName(share),
        stroke: "var(--page)",
        "stroke-width": r > 4 ? 1 : 0.4,
      }),
    );
  });
  return chart;
}

// The places of the nodes' values on the ramp.
function nodeShares(graph, state) {
  const values = nodeValues(graph, state);
  if (!values) return Array(graph.nodes).fill(0.2);
  const low = Math.min(...values),
    high = Math.max(...values);
  return values.map((value) => (high > low ? (value - low) / (high - low) : 0));
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
