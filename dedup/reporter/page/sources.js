// The feed by source: who takes from whom, originality over time, contamination.
const NAMED = 14;
const unknown = "(unknown)";

function flowCounts() {
  const words = new Map(),
    parts = new Map(),
    weight = new Map();
  const add = (map, key, value) => map.set(key, (map.get(key) || 0) + value);
  for (const i of chosen) {
    const taker = articles[i].source || unknown;
    for (const [from, count] of givers(i)) {
      const key = JSON.stringify([taker, from]);
      add(words, key, count);
      add(parts, key, 1);
      add(weight, taker, count);
      add(weight, from, count);
    }
  }
  const names = [...weight].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([source]) => source);
  return { words, parts, names };
}

// Pairs of sources with the words that the first took from the second, most first.
function flowPairs({ words, parts } = flowCounts()) {
  return [...words]
    .map(([key, count]) => ({ pair: JSON.parse(key), count, articles: parts.get(key) }))
    .sort((a, b) => b.count - a.count);
}

function flowRow({ pair: [taker, from], count, articles: n }, most) {
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", onclick: () => setFilter({ source: taker, from }) },
      h("b", {}, name(taker)),
      taker === from ? " takes from itself" : [" takes from ", h("b", {}, name(from))],
    ),
    h("span", { class: "hint" }, `${counted(count, "word")} in ${counted(n, "article")}`),
    s(
      "svg",
      { class: "meter", viewBox: "0 0 100 4", preserveAspectRatio: "none", "aria-hidden": "true" },
      s("rect", { class: "track", width: 100, height: 4 }),
      s("rect", { class: "level", width: ((100 * count) / most).toFixed(1), height: 4 }),
    ),
  );
}

function showFlows() {
  const counts = flowCounts(),
    { words, parts, names } = counts;
  const ranked = flowPairs(counts);
  if (!ranked.length) {
    fill(byId("top-flows"), h("p", { class: "hint" }, "No words were taken."));
    fill(byId("matrix"));
    return;
  }
  const most = ranked[0].count;
  fill(
    byId("top-flows"),
    h(
      "ol",
      { class: "ranked" },
      ranked.slice(0, 10).map(pair => flowRow(pair, most)),
    ),
  );
  const shown = names.slice(0, NAMED),
    hidden = names.length - shown.length;
  const cell = (taker, from) => {
    const key = JSON.stringify([taker, from]),
      count = words.get(key);
    if (!count) return h("td", { class: taker === from ? "self" : null }, h("span", { class: "nil" }, "·"));
    const level = 1 + Math.min(4, Math.floor((5 * count) / most - 1e-9));
    const said = `${taker} takes ${counted(count, "word")} from ${taker === from ? "itself" : from}, in ${counted(parts.get(key), "article")}`;
    return h(
      "td",
      { class: `heat${level}${taker === from ? " self" : ""}` },
      h(
        "button",
        {
          type: "button",
          title: said,
          "aria-label": said,
          onclick: () => setFilter({ source: taker, from }),
        },
        number(count),
      ),
    );
  };
  fill(
    byId("matrix"),
    h(
      "table",
      { class: "matrix" },
      h(
        "caption",
        {},
        `Words taken, by source${hidden > 0 ? `; the ${NAMED} busiest of ${number(names.length)}` : ""}`,
      ),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, "takes ↓ from →"),
          shown.map(from => h("th", { scope: "col" }, name(from))),
        ),
      ),
      h(
        "tbody",
        {},
        shown.map(taker =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, name(taker)),
            shown.map(from => cell(taker, from)),
          ),
        ),
      ),
    ),
  );
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
  const days = chosen
    .map(i => dayOf(articles[i].published))
    .filter(day => day != null)
    .sort((a, b) => a - b);
  if (!days.length) {
    fill(byId("series"), h("p", { class: "hint" }, "No article has a date."));
    return;
  }
  const unit = calendar(days),
    first = unit.of(days[0]),
    last = unit.of(days[days.length - 1]),
    groups = groupBySource();
  fill(
    byId("series"),
    groups.slice(0, 12).map(([source, numbers]) => {
      const buckets = new Map();
      for (const i of numbers) {
        const day = dayOf(articles[i].published);
        if (day == null) continue;
        const at = unit.of(day),
          point = buckets.get(at) || { at, label: unit.label(at), own: 0, words: 0, articles: 0 };
        const { own, taken } = sides(scores[i].ledger, whatif);
        point.own += own;
        point.words += own + taken;
        point.articles++;
        buckets.set(at, point);
      }
      const points = [...buckets.values()]
        .sort((a, b) => a.at - b.at)
        .map(point => ({ ...point, value: point.words ? point.own / point.words : null }));
      const whole = originality(sumLedgers(numbers.map(i => scores[i].ledger)), whatif);
      const said = `${source}: originality ${points
        .map(point => `${point.label} ${percent(point.value)}`)
        .slice(0, 40)
        .join(", ")}`;
      return h(
        "figure",
        {},
        h(
          "figcaption",
          {},
          h("b", {}, name(source)),
          ` ${percent(whole)} · ${counted(numbers.length, "article")}`,
        ),
        series(points, first, last, unit.label, said),
      );
    }),
    h(
      "p",
      { class: "hint" },
      `A dot is a ${unit.unit}, its size the words judged; the scale runs from 0 to 100 %.${groups.length > 12 ? ` The 12 largest of ${number(groups.length)} sources.` : ""}`,
    ),
  );
}

function showDirt() {
  const kinds = ["recycled", "reworded", "carried_over", "translated", "repeated", "boilerplate", "foreign"];
  const rows = groupBySource()
    .slice(0, 200)
    .map(([source, numbers]) => {
      const ledger = sumLedgers(numbers.map(i => scores[i].ledger)),
        total = ledger.reduce((sum, n) => sum + n, 0) || 1;
      const languages = new Map();
      let disguised = 0,
        broken = 0;
      for (const i of numbers)
        articles[i].findings.forEach((finding, k) => {
          if (tagOf(finding) === "mojibake") broken++;
          else if (finding.kind === "obfuscated") disguised++;
          const words = scores[i].byFinding[k];
          if (finding.kind === "foreign" && words)
            languages.set(finding.language, (languages.get(finding.language) || 0) + words);
        });
      const spoken = [...languages]
        .sort((a, b) => b[1] - a[1])
        .slice(0, 5)
        .map(([code, words]) => `${languageName(code) || "undecided"} ${number(words)}`)
        .join(", ");
      const amount = kind => {
        const words = ledger[CLASSES.indexOf(kind)];
        return h(
          "td",
          { class: "num" },
          words ? [number(words), h("small", {}, `${((100 * words) / total).toFixed(1)} %`)] : "–",
        );
      };
      return h(
        "tr",
        {},
        h("th", { scope: "row" }, name(source)),
        h("td", { class: "num" }, number(numbers.length)),
        kinds.map(amount),
        h("td", {}, spoken || "–"),
        h("td", { class: "num" }, disguised || "–"),
        h("td", { class: "num" }, broken || "–"),
      );
    });
  fill(
    byId("dirt"),
    h(
      "table",
      {},
      h(
        "caption",
        { class: "hidden" },
        "What was found by source, in words and in share of the source’s words",
      ),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, "Source"),
          ["Articles", ...kinds.map(kind => LABEL[kind])].map(label =>
            h("th", { scope: "col", class: "num" }, label),
          ),
          h("th", { scope: "col" }, "Languages, in words"),
          ["Disguised", "Broken encoding"].map(label => h("th", { scope: "col", class: "num" }, label)),
        ),
      ),
      h("tbody", {}, rows),
    ),
  );
}

function showFurniture() {
  const bySource = new Map();
  for (const [source, said, count] of raw.furniture) {
    const label = sourceName(source) || unknown;
    if (!bySource.has(label)) bySource.set(label, []);
    bySource.get(label).push([said, count]);
  }
  fill(
    byId("furniture"),
    bySource.size
      ? [...bySource].slice(0, 60).map(([source, rows], i) =>
          h(
            "details",
            { open: i < 3 },
            h("summary", {}, name(source), ` · ${counted(rows.length, "template")}`),
            h(
              "ul",
              {},
              rows.map(([said, count]) =>
                h(
                  "li",
                  {},
                  h("span", { dir: "auto", class: "quote" }, said),
                  " ",
                  h("span", { class: "hint" }, `${number(count)} ×`),
                ),
              ),
            ),
          ),
        )
      : h("p", { class: "hint" }, "None."),
  );
}

function showSkipped() {
  fill(
    byId("skips"),
    raw.skipped.length
      ? h(
          "ul",
          {},
          raw.skipped
            .slice(0, 1000)
            .map(([place, reason]) => h("li", {}, h("code", {}, name(place)), " ", name(reason))),
        )
      : h("p", { class: "hint" }, "None: every record was read."),
    raw.skipped.length > 1000 && h("p", { class: "hint" }, `and ${number(raw.skipped.length - 1000)} more`),
  );
}
