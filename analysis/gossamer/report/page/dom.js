// Elements, downloads and tables of text: all that touches the document's own ways.

const data = JSON.parse(document.getElementById("data").textContent);
const SVG = "http://www.w3.org/2000/svg";

// An element of HTML. Attributes that are functions are listeners; children may be texts.
function make(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

// The same of SVG.
function draw(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false)
      element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function download(name, text, type) {
  const link = make("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// Rows of texts and numbers as a CSV file has them.
function csv(rows) {
  const cell = (value) => {
    const text = value === null || value === undefined ? "" : String(value);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => row.map(cell).join(",")).join("\n") + "\n";
}

// A picture as a file of its own, in the light theme, which any reader of SVG knows. `head` has a title, and entries of a
// legend, which the page has beside the picture.
function svgFile(picture, head = {}) {
  const copy = picture.cloneNode(true);
  const [, , width, size] = copy.getAttribute("viewBox").split(" ").map(Number),
    top = addHead(copy, head, width),
    height = size + top;
  copy.setAttribute("viewBox", `0 ${-top} ${width} ${height}`);
  for (const name of [...copy.getAttributeNames()]) if (name !== "viewBox") copy.removeAttribute(name);
  copy.querySelectorAll(".cursor").forEach((each) => each.remove());
  for (const each of copy.querySelectorAll("[fill*='var('], [stroke*='var(']")) {
    for (const name of ["fill", "stroke"]) {
      if ((each.getAttribute(name) || "").includes("var("))
        each.setAttribute(name, solid(each.getAttribute(name), LIGHT));
    }
  }
  filled(copy, { xmlns: SVG, width, height, "font-family": "sans-serif", "font-size": 12 }, []);
  copy.prepend(draw("rect", { y: -top, width, height, fill: LIGHT.page }));
  return '<?xml version="1.0" encoding="UTF-8"?>\n' + new XMLSerializer().serializeToString(copy);
}

// Adds title and legend above a picture; returns their height.
function addHead(picture, { title, legend = [] }, width) {
  const rows = [[]];
  let x = 8;
  for (const { color, opacity = 1, words } of legend) {
    const wide = 36 + 7.4 * words.length;
    if (x + wide > width) ((x = 8), rows.push([]));
    rows[rows.length - 1].push([x, color, opacity, words]);
    x += wide;
  }
  const top = (title ? 24 : 0) + (legend.length ? 20 * rows.length : 0);
  if (title) picture.append(draw("text", { x: 8, y: 16 - top, fill: "var(--ink)", "font-weight": "bold" }, title));
  rows.forEach((row, k) =>
    row.forEach(([left, fill, opacity, words]) =>
      picture.append(
        draw("rect", {
          x: left,
          y: 20 * k - 16 - 20 * (rows.length - 1),
          width: 14,
          height: 11,
          fill,
          "fill-opacity": opacity,
        }),
        draw("text", { x: left + 19, y: 20 * k - 6 - 20 * (rows.length - 1), fill: "var(--ink)" }, words),
      ),
    ),
  );
  return top;
}

function saveName(words) {
  return (
    words
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")
      .replaceAll(/^-|-$/g, "")
      .slice(0, 60) || "gossamer"
  );
}

// A frame that scrolls sideways where a page is narrow, also by keyboard.
function scrolling(name, ...children) {
  return make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": name }, ...children);
}
