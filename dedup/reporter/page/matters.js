// What the feed opens with: how many articles are not their own, whose they are, and who takes most from whom.
const LOW = 90;
const FEW = 5;
const MOST_PAIRS = 3;

function showMatters() {
  const scored = chosen.filter(i => scores[i].originality != null),
    low = scored.filter(i => 100 * scores[i].originality < LOW - 1e-9);
  fill(
    byId("matters"),
    h("p", { id: "matters-line" }, mattersLine(scored, low)),
    lowSources(low),
    topPairs(),
  );
}

function mattersLine(scored, low) {
  if (!scored.length) return "No article has words that are judged.";
  const all = counted(scored.length, "article");
  if (!low.length) return `None of ${all} is below ${LOW}\u00a0% own.`;
  const listed = h("button", { type: "button", class: "quiet", onclick: () => setFilter({ low: 0, high: LOW }) }, "show them");
  return [
    h("b", {}, `${number(low.length)} of ${all}`),
    ` ${low.length === 1 ? "is" : "are"} below ${LOW}\u00a0% own`,
    concentration(low),
    ". ",
    listed,
  ];
}

// Articles of low originality by source, most first: [source, how many].
function bySource(low) {
  const counts = new Map();
  for (const i of low) counts.set(articles[i].source || unknown, (counts.get(articles[i].source || unknown) || 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

// Whether they are of a few sources: the fewest that have nine tenths of them.
function concentration(low) {
  const counts = bySource(low),
    outlets = new Set(chosen.map(i => articles[i].source || unknown)).size;
  let sum = 0,
    few = 0;
  while (sum < 0.9 * low.length) sum += counts[few++][1];
  if (outlets === 1) return "";
  if (few > FEW || 2 * few > outlets) return `, in ${number(counts.length)} of ${counted(outlets, "source")}`;
  return `, ${sum === low.length ? "all" : "nearly all"} of ${few === 1 ? "one source" : `${few} sources`}`;
}

function lowSources(low) {
  const counts = bySource(low);
  return (
    counts.length > 0 &&
    h(
      "p",
      { class: "hint" },
      counts.length > FEW ? "The sources with most of these: " : "By source: ",
      counts.slice(0, FEW).map(([source, count], i) => [i > 0 && ", ", name(source), ` (${number(count)})`]),
      counts.length > FEW && `, and ${counted(counts.length - FEW, "other source")}`,
      ".",
    )
  );
}

function topPairs() {
  const pairs = flowPairs().filter(({ pair: [taker, from] }) => taker !== from);
  if (!pairs.length) return null;
  return h(
    "div",
    { class: "pairs" },
    h("h2", {}, "Who takes most from whom"),
    h("ol", { class: "ranked" }, pairs.slice(0, MOST_PAIRS).map(pair => flowRow(pair, pairs[0].count))),
    pairs.length > MOST_PAIRS && h("p", {}, h("a", { href: "#flows" }, `All ${number(pairs.length)} pairs`)),
  );
}
