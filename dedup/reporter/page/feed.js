// The feed: filters choose articles; figures, table, matrix and series show the chosen ones.
const PAGE = 25;
const filters = byId("filters");
let page = 0, chosen = [];

const takenWords = number => CLASSES.reduce((sum, kind, i) => sum + (TAKING.has(kind) ? scores[number].ledger[i] : 0), 0);

// Words an article takes from each giver, most first: [name, words].
function givers(number) {
  const words = new Map();
  articles[number].findings.forEach((finding, i) => {
    const count = scores[number].byFinding[i];
    if (count && TAKING.has(finding.kind)) words.set(giver(finding), (words.get(giver(finding)) || 0) + count);
  });
  return [...words].sort((a, b) => b[1] - a[1]);
}

const haystacks = articles.map(article => `${article.title}\n${article.id}\n${article.source}\n${article.verdict}`.toLowerCase());

function matches(wanted, number) {
  const article = articles[number], share = scores[number].originality, day = article.published.slice(0, 10);
  if (wanted.q && !wanted.q.every(word => haystacks[number].includes(word))) return false;
  if (wanted.source && (article.source || "(unknown)") !== wanted.source) return false;
  if (wanted.since && !(day >= wanted.since)) return false;
  if (wanted.until && !(day && day <= wanted.until)) return false;
  if (wanted.ranged && (share == null || 100 * share < wanted.low - 1e-9 || 100 * share > wanted.high + 1e-9)) return false;
  if (wanted.kind && !found(number).has(wanted.kind)) return false;
  if (wanted.from && !givers(number).some(([name]) => name === wanted.from)) return false;
  return true;
}

// Kinds that account for a word of an article, and disguised letters.
function found(number) {
  const kinds = new Set();
  articles[number].findings.forEach((finding, i) => {
    if (scores[number].byFinding[i] || finding.kind === "obfuscated") kinds.add(finding.kind);
  });
  return kinds;
}

function readFilters() {
  const of = name => filters.elements[name].value;
  const q = of("q").toLowerCase().split(/\s+/).filter(Boolean);
  const low = of("low") === "" ? 0 : Number(of("low")), high = of("high") === "" ? 100 : Number(of("high"));
  return { q: q.length ? q : null, source: of("source"), from: of("from"), kind: of("kind"), since: of("since"), until: of("until"),
    low, high, ranged: low > 0 || high < 100, sort: of("sort") };
}

const SORTED_BY = {
  originality: i => scores[i].originality ?? 2, published: i => articles[i].published, title: i => articles[i].title.toLowerCase(),
  source: i => articles[i].source, words: i => articles[i].words, taken: takenWords, order: i => i,
};

function choose() {
  const wanted = readFilters(), falling = wanted.sort.startsWith("-"), by = wanted.sort.replace("-", "");
  const keys = new Map();
  chosen = articles.map((_, i) => i).filter(i => matches(wanted, i));
  for (const i of chosen) {
    const key = SORTED_BY[by](i);
    keys.set(i, by === "originality" && falling && key === 2 ? -1 : key);  // what has no score stays last
  }
  chosen.sort((a, b) => {
    const x = keys.get(a), y = keys.get(b);
    return (x < y ? -1 : x > y ? 1 : 0) * (falling ? -1 : 1) || a - b;
  });
  page = 0;
  showFeed();
}

function setFilter(values) {
  for (const [name, value] of Object.entries(values)) filters.elements[name].value = value;
  choose();
  byId("articles").scrollIntoView();
}

function showFeed() {
  showOverview();
  showList();
  showFlows();
  showTime();
  showDirt();
}

function showOverview() {
  const ledger = sumLedgers(chosen.map(i => scores[i].ledger)), words = ledger.reduce((sum, n) => sum + n, 0);
  const before = originality(sumLedgers(chosen.map(i => articles[i].ledger)), asScanned()), now = originality(ledger, whatif);
  const outlets = new Set(chosen.map(i => articles[i].source)).size;
  const days = chosen.map(i => articles[i].published.slice(0, 10)).filter(Boolean).sort();
  const dates = days.length ? `, ${days[0]}${days[0] === days[days.length - 1] ? "" : " to " + days[days.length - 1]}` : "";
  const part = chosen.length < articles.length ? ` of ${number(articles.length)}` : "";
  fill(byId("overview-line"), `${number(chosen.length)}${part} ${articles.length === 1 ? "article" : "articles"} from ${counted(outlets, "source")}${dates}; ${counted(words, "word")}.`);
  fill(byId("feed-score"), h("b", {}, percent(now)), " of the judged words are the articles’ own", isChanged(whatif) && h("span", { class: "hint" }, ` (${percent(before)} as scanned)`));
  fill(byId("feed-bar"), ledgerBar(ledger, 600, 30, true));
  showLegend(byId("legend"), ledger);
  fill(byId("histogram"), histogram(chosen.map(i => scores[i].originality), (low, high) => setFilter({ low, high })));
}

function showLegend(table, ledger) {
  const shares = percentages(ledger);
  for (const row of table.querySelectorAll("[data-class]")) {
    const i = CLASSES.indexOf(row.dataset.class);
    row.querySelector("[data-words]").textContent = number(ledger[i]);
    row.querySelector("[data-share]").textContent = shareOf(ledger[i], shares[i]);
    row.classList.toggle("none", !ledger[i]);
  }
}

function showList() {
  const pages = Math.max(1, Math.ceil(chosen.length / PAGE));
  page = Math.max(0, Math.min(page, pages - 1));
  const shown = chosen.slice(page * PAGE, (page + 1) * PAGE);
  byId("count").textContent = chosen.length ? `${number(chosen.length)} of ${counted(articles.length, "article")}; ${number(page * PAGE + 1)} to ${number(page * PAGE + shown.length)} shown.` : "No article fits these filters.";
  fill(document.querySelector("#list tbody"), shown.map(listRow));
  const sort = filters.elements.sort.value;
  for (const head of document.querySelectorAll("#list [data-sort]")) {
    const direction = sort === head.dataset.sort ? "ascending" : sort === "-" + head.dataset.sort ? "descending" : null;
    if (direction) head.setAttribute("aria-sort", direction); else head.removeAttribute("aria-sort");
  }
  const go = (label, to, off) => h("button", { type: "button", disabled: off, onclick: () => { page = to; showList(); byId("articles").scrollIntoView(); } }, label);
  fill(byId("pages"), pages > 1 && [go("First", 0, page === 0), go("Previous", page - 1, page === 0),
    h("span", { "aria-current": "page" }, `Page ${number(page + 1)} of ${number(pages)}`), go("Next", page + 1, page === pages - 1), go("Last", pages - 1, page === pages - 1)]);
}

function listRow(i) {
  const article = articles[i], from = givers(i);
  const tags = [...found(i)].filter(kind => !TAKING.has(kind)).map(kind => h("span", { class: `chip k-${kind}` }, kind === "obfuscated" ? "Disguised" : LABEL[kind]));
  return h("tr", {},
    h("th", { scope: "row" }, h("a", { href: hrefOf(i), dir: "auto" }, article.title), article.title !== article.id && h("small", {}, name(article.id))),
    h("td", { "data-label": "Source" }, article.source ? name(article.source) : "–"),
    h("td", { "data-label": "Published", class: "date" }, when(article.published) || "–"),
    h("td", { "data-label": "Words", class: "num" }, number(article.words)),
    h("td", { "data-label": "Originality", class: "num share" }, h("b", {}, percent(scores[i].originality)), ledgerBar(scores[i].ledger, 100, 9)),
    h("td", { "data-label": "Taken from" }, from.length ? [name(from[0][0]), h("small", {}, `${counted(from[0][1], "word")}${from.length > 1 ? `, and ${counted(from.length - 1, "other")}` : ""}`)] : "–"),
    h("td", { "data-label": "Found", class: "chips" }, tags.length ? tags : "–"));
}

const NAMED = 14;
const unknown = "(unknown)";

function flowCounts() {
  const words = new Map(), parts = new Map(), weight = new Map();
  const add = (map, key, value) => map.set(key, (map.get(key) || 0) + value);
  for (const i of chosen) {
    const taker = articles[i].source || unknown;
    for (const [from, count] of givers(i)) {
      const key = JSON.stringify([taker, from]);
      add(words, key, count); add(parts, key, 1); add(weight, taker, count); add(weight, from, count);
    }
  }
  const names = [...weight].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([source]) => source);
  return { words, parts, names };
}

function showFlows() {
  const { words, parts, names } = flowCounts();
  const ranked = [...words].map(([key, count]) => ({ pair: JSON.parse(key), count, articles: parts.get(key) })).sort((a, b) => b.count - a.count);
  if (!ranked.length) {
    fill(byId("top-flows"), h("p", { class: "hint" }, "No words were taken."));
    fill(byId("matrix"));
    return;
  }
  const most = ranked[0].count;
  fill(byId("top-flows"), h("ol", { class: "ranked" }, ranked.slice(0, 10).map(({ pair: [taker, from], count, articles: n }) => h("li", {},
    h("button", { type: "button", onclick: () => setFilter({ source: taker, from }) }, h("span", {}, name(taker), " ", taker === from ? "from itself" : ["from ", name(from)])),
    h("span", { class: "hint" }, `${counted(count, "word")} in ${counted(n, "article")}`),
    s("svg", { class: "meter", viewBox: "0 0 100 4", preserveAspectRatio: "none", "aria-hidden": "true" }, s("rect", { class: "track", width: 100, height: 4 }), s("rect", { class: "level", width: (100 * count / most).toFixed(1), height: 4 }))))));
  const shown = names.slice(0, NAMED), hidden = names.length - shown.length;
  const cell = (taker, from) => {
    const key = JSON.stringify([taker, from]), count = words.get(key);
    if (!count) return h("td", { class: taker === from ? "self" : null }, h("span", { class: "nil" }, "·"));
    const level = 1 + Math.min(4, Math.floor(5 * count / most - 1e-9));
    const said = `${taker} takes ${counted(count, "word")} from ${taker === from ? "itself" : from}, in ${counted(parts.get(key), "article")}`;
    return h("td", { class: `heat${level}${taker === from ? " self" : ""}` }, h("button", { type: "button", title: said, "aria-label": said, onclick: () => setFilter({ source: taker, from }) }, number(count)));
  };
  fill(byId("matrix"), h("table", { class: "matrix" },
    h("caption", {}, `Words taken, by source${hidden > 0 ? `; the ${NAMED} busiest of ${number(names.length)}` : ""}`),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "takes ↓ from →"), shown.map(from => h("th", { scope: "col" }, name(from))))),
    h("tbody", {}, shown.map(taker => h("tr", {}, h("th", { scope: "row" }, name(taker)), shown.map(from => cell(taker, from)))))));
}

function groupBySource() {
  const groups = new Map();
  for (const i of chosen) {
    const source = articles[i].source || unknown;
    if (!groups.has(source)) groups.set(source, []);
    groups.get(source).push(i);
  }
  return [...groups].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
}

function showTime() {
  const days = chosen.map(i => dayOf(articles[i].published)).filter(day => day != null).sort((a, b) => a - b);
  if (!days.length) { fill(byId("series"), h("p", { class: "hint" }, "No article has a date.")); return; }
  const unit = calendar(days), first = unit.of(days[0]), last = unit.of(days[days.length - 1]), groups = groupBySource();
  fill(byId("series"), groups.slice(0, 12).map(([source, numbers]) => {
    const buckets = new Map();
    for (const i of numbers) {
      const day = dayOf(articles[i].published);
      if (day == null) continue;
      const at = unit.of(day), point = buckets.get(at) || { at, label: unit.label(at), own: 0, words: 0, articles: 0 };
      const { own, taken } = sides(scores[i].ledger, whatif);
      point.own += own; point.words += own + taken; point.articles++;
      buckets.set(at, point);
    }
    const points = [...buckets.values()].sort((a, b) => a.at - b.at).map(point => ({ ...point, value: point.words ? point.own / point.words : null }));
    const whole = originality(sumLedgers(numbers.map(i => scores[i].ledger)), whatif);
    const said = `${source}: originality ${points.map(point => `${point.label} ${percent(point.value)}`).slice(0, 40).join(", ")}`;
    return h("figure", {}, h("figcaption", {}, h("b", {}, name(source)), ` ${percent(whole)} · ${counted(numbers.length, "article")}`), series(points, first, last, said));
  }), h("p", { class: "hint" }, `A dot is a ${unit.unit}, its size the words judged; the scale runs from 0 to 100 %.${groups.length > 12 ? ` The 12 largest of ${number(groups.length)} sources.` : ""}`));
}

function showDirt() {
  const kinds = ["repeated", "boilerplate", "foreign"];
  const rows = groupBySource().slice(0, 200).map(([source, numbers]) => {
    const ledger = sumLedgers(numbers.map(i => scores[i].ledger)), total = ledger.reduce((sum, n) => sum + n, 0) || 1;
    const languages = new Map();
    let disguised = 0;
    for (const i of numbers) articles[i].findings.forEach((finding, k) => {
      if (finding.kind === "obfuscated") disguised++;
      const words = scores[i].byFinding[k];
      if (finding.kind === "foreign" && words) languages.set(finding.language, (languages.get(finding.language) || 0) + words);
    });
    const spoken = [...languages].sort((a, b) => b[1] - a[1]).slice(0, 5).map(([code, words]) => `${languageName(code) || "undecided"} ${number(words)}`).join(", ");
    const amount = kind => { const words = ledger[CLASSES.indexOf(kind)]; return h("td", { class: "num" }, words ? [number(words), h("small", {}, `${(100 * words / total).toFixed(1)} %`)] : "–"); };
    return h("tr", {}, h("th", { scope: "row" }, name(source)), h("td", { class: "num" }, number(numbers.length)), kinds.map(amount), h("td", {}, spoken || "–"), h("td", { class: "num" }, disguised || "–"));
  });
  fill(byId("dirt"), h("table", {}, h("caption", { class: "hidden" }, "Contamination by source, in words and in share of the source’s words"),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Source"), ["Articles", "Repeated", "Furniture", "Foreign"].map(label => h("th", { scope: "col", class: "num" }, label)), h("th", { scope: "col" }, "Languages, in words"), h("th", { scope: "col", class: "num" }, "Disguised"))),
    h("tbody", {}, rows)));
}

function showFurniture() {
  const bySource = new Map();
  for (const [source, said, count] of raw.furniture) {
    const label = sourceName(source) || unknown;
    if (!bySource.has(label)) bySource.set(label, []);
    bySource.get(label).push([said, count]);
  }
  fill(byId("furniture"), bySource.size ? [...bySource].slice(0, 60).map(([source, rows], i) => h("details", { open: i < 3 },
    h("summary", {}, name(source), ` · ${counted(rows.length, "template")}`),
    h("ul", {}, rows.map(([said, count]) => h("li", {}, h("span", { dir: "auto", class: "quote" }, said), " ", h("span", { class: "hint" }, `${number(count)} ×`)))))) : h("p", { class: "hint" }, "None."));
}

function showSkipped() {
  fill(byId("skips"), raw.skipped.length ? h("ul", {}, raw.skipped.slice(0, 1000).map(([place, reason]) => h("li", {}, h("code", {}, name(place)), " ", name(reason)))) : h("p", { class: "hint" }, "None: every record was read."),
    raw.skipped.length > 1000 && h("p", { class: "hint" }, `and ${number(raw.skipped.length - 1000)} more`));
}

function offer(select, names) {
  select.append(...names.map(value => h("option", { value }, value)));
}

function startFeed() {
  const outlets = [...new Set(articles.map(article => article.source || unknown))].sort();
  offer(filters.elements.source, outlets);
  const giving = new Set();
  articles.forEach(article => article.findings.forEach(finding => { if (TAKING.has(finding.kind)) giving.add(giver(finding)); }));
  const named = [...giving].filter(Boolean).sort();
  offer(filters.elements.from, named);
  offer(byId("whatif-form").elements.without, named);
  filters.addEventListener("input", choose);
  filters.addEventListener("submit", event => event.preventDefault());
  filters.addEventListener("reset", () => setTimeout(choose));
  for (const head of document.querySelectorAll("#list [data-sort]")) {
    const key = head.dataset.sort;
    head.querySelector("button").addEventListener("click", () => {
      const sort = filters.elements.sort, both = [...sort.options].some(option => option.value === "-" + key);
      sort.value = sort.value === key && both ? "-" + key : key;
      choose();
    });
  }
  showFurniture();
  showSkipped();
}
