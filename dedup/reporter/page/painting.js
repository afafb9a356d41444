// Painting and what-if: the same rules as verdict/painting.py and whatif.py, which the tests compare with this.
const RANK = new Map(PRECEDENCE.map((kind, place) => [kind, place]));
const asScanned = () => ({
  ...Object.fromEntries(ASIDE.map(([kind]) => [kind, "aside"])),
  min_words: 0,
  without: new Set(),
});
let whatif = asScanned();

const isChanged = what =>
  ASIDE.some(([kind]) => what[kind] !== "aside") || what.min_words > 0 || what.without.size > 0;
const leavesOut = (finding, what) =>
  finding.match != null && (finding.words < what.min_words || what.without.has(giver(finding)));

// The finding that owns each word, or NOBODY. The strongest class paints last, and within a class the first finding.
function paint(article, what) {
  const owners = new Int32Array(article.words).fill(NOBODY);
  article.findings
    .map((finding, i) => i)
    .filter(i => RANK.has(article.findings[i].kind) && !leavesOut(article.findings[i], what))
    .sort((a, b) => RANK.get(article.findings[b].kind) - RANK.get(article.findings[a].kind) || b - a)
    .forEach(i => owners.fill(i, article.findings[i].first, article.findings[i].last));
  return owners;
}

// Words by class and by finding, and the originality that follows.
function score(article, what) {
  const byFinding = new Int32Array(article.findings.length);
  let ledger = CLASSES.map(() => 0);
  for (const owner of paint(article, what)) {
    if (owner === NOBODY) ledger[0]++;
    else byFinding[owner]++;
  }
  article.findings.forEach((finding, i) => {
    if (byFinding[i]) ledger[CLASSES.indexOf(finding.kind)] += byFinding[i];
  });
  if (!isChanged(what)) ledger = article.ledger;
  return { ledger, byFinding, originality: originality(ledger, what) };
}

function sides(ledger, what) {
  let own = 0,
    taken = 0;
  CLASSES.forEach((name, i) => {
    const side = name === "original" ? "own" : (what[name] ?? "taken");
    if (side === "own") own += ledger[i];
    if (side === "taken") taken += ledger[i];
  });
  return { own, taken };
}

function originality(ledger, what) {
  const { own, taken } = sides(ledger, what);
  return own + taken ? own / (own + taken) : null;
}

// Whole percentages that sum to 100: largest remainder, ties to the first.
function percentages(parts) {
  const total = parts.reduce((sum, part) => sum + part, 0);
  if (!total) return parts.map(() => 0);
  const whole = parts.map(part => Math.floor((100 * part) / total));
  const order = parts
    .map((_, i) => i)
    .sort((a, b) => ((100 * parts[b]) % total) - ((100 * parts[a]) % total) || a - b);
  order.slice(0, 100 - whole.reduce((sum, part) => sum + part, 0)).forEach(i => whole[i]++);
  return whole;
}

let scores = articles.map(article => score(article, whatif));
const scanned = articles.map(article => originality(article.ledger, asScanned()));
const sumLedgers = rows =>
  rows.reduce(
    (sum, row) => sum.map((words, i) => words + row[i]),
    CLASSES.map(() => 0),
  );
