// Which articles are shown, in which order: the filters of the feed.
const PAGE = 25;
const filters = byId("filters");
let page = 0,
  chosen = [];

const takenWords = number =>
  CLASSES.reduce((sum, kind, i) => sum + (TAKING.has(kind) ? scores[number].ledger[i] : 0), 0);

// Words an article takes from each giver, most first: [name, words].
function givers(number) {
  const words = new Map();
  articles[number].findings.forEach((finding, i) => {
    const count = scores[number].byFinding[i];
    if (count && TAKING.has(finding.kind))
      words.set(giver(finding), (words.get(giver(finding)) || 0) + count);
  });
  return [...words].sort((a, b) => b[1] - a[1]);
}

const haystacks = articles.map(article =>
  `${article.title}\n${article.id}\n${article.source}\n${article.verdict}`.toLowerCase(),
);

function matches(wanted, number) {
  const article = articles[number],
    share = scores[number].originality,
    day = article.published.slice(0, 10);
  if (wanted.source && (article.source || "(unknown)") !== wanted.source) return false;
  if (wanted.since && !(day >= wanted.since)) return false;
  if (wanted.until && !(day && day <= wanted.until)) return false;
  if (wanted.ranged && (share == null || 100 * share < wanted.low - 1e-9 || 100 * share > wanted.high + 1e-9))
    return false;
  if (wanted.kind && !found(number).has(wanted.kind)) return false;
  if (wanted.from && !givers(number).some(([name]) => name === wanted.from)) return false;
  return !wanted.q || wanted.q.every(word => says(number, word));
}

// One or two letters are in every text.
const says = (number, word) =>
  haystacks[number].includes(word) || (word.length > 2 && isUnpacked([number]) && searchable(number).includes(word));

// Kinds that account for a word of an article, disguised letters and broken encodings.
function found(number) {
  const kinds = new Set();
  articles[number].findings.forEach((finding, i) => {
    if (scores[number].byFinding[i] || finding.kind === "obfuscated") kinds.add(tagOf(finding));
  });
  return kinds;
}

function readFilters() {
  const of = name => filters.elements[name].value;
  const q = of("q").toLowerCase().split(/\s+/).filter(Boolean);
  const low = of("low") === "" ? 0 : Number(of("low")),
    high = of("high") === "" ? 100 : Number(of("high"));
  return {
    q: q.length ? q : null,
    source: of("source"),
    from: of("from"),
    kind: of("kind"),
    since: of("since"),
    until: of("until"),
    low,
    high,
    ranged: low > 0 || high < 100,
    sort: of("sort"),
  };
}

const SORTED_BY = {
  originality: i => scores[i].originality ?? 2,
  published: i => articles[i].published,
  title: i => articles[i].title.toLowerCase(),
  source: i => articles[i].source,
  words: i => articles[i].words,
  taken: takenWords,
  order: i => i,
};

const everyArticle = articles.map((_, i) => i);

function choose() {
  const wanted = readFilters(),
    falling = wanted.sort.startsWith("-"),
    by = wanted.sort.replace("-", "");
  const keys = new Map();
  chosen = articles.map((_, i) => i).filter(i => matches(wanted, i));
  for (const i of chosen) {
    const key = SORTED_BY[by](i);
    keys.set(i, by === "originality" && falling && key === 2 ? -1 : key); // what has no score stays last
  }
  chosen.sort((a, b) => {
    const x = keys.get(a),
      y = keys.get(b);
    return (x < y ? -1 : x > y ? 1 : 0) * (falling ? -1 : 1) || a - b;
  });
  page = 0;
  showFeed();
  if (wanted.q?.some(word => word.length > 2) && !isUnpacked(everyArticle)) {
    byId("count").textContent += " Texts are being searched …";
    unpack(everyArticle).then(choose);
  }
}

function setFilter(values) {
  for (const [name, value] of Object.entries(values)) filters.elements[name].value = value;
  choose();
  byId("articles").scrollIntoView();
}
