// The page: every section, and links to those that have content.

function openPage() {
  const section = (id) => document.getElementById(id);
  if (data.mapFirst) showMap(section("ranking"), data.maps);
  showRanking(section("ranking"), data.ranking);
  showCurves(section("curves"));
  if (!data.mapFirst) showMap(section("map"), data.maps);
  showGraph(section("graph"), data.graphs);
  showTable(section("cells"), "Cells", data.cellTable, openCell);
  showTable(section("runs"), "Runs", data.runTable, openRun);
  showClaims(section("claims"), data.claims);
  showFacts(section("theory"), data.theory);
  showSentences(section("warnings"), data.warnings);
  showSentences(section("limits"), data.limits);
  showFacts(section("provenance"), data.provenance);
  for (const each of document.querySelectorAll("main > section"))
    if (each.childElementCount < (each.querySelector("h2") ? 2 : 1)) each.remove();
  document
    .querySelector("nav ul")
    .append(
      ...[...document.querySelectorAll("main > section > h2")].map((heading) =>
        make("li", {}, make("a", { href: `#${heading.parentElement.id}` }, heading.textContent)),
      ),
    );
}

openPage();
