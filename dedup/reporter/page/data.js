// What pagedata.py wrote: rows of numbers and names, read back into plain objects.
const raw = JSON.parse(document.getElementById("overview-data").textContent);
const KINDS = raw.kinds,
  CLASSES = raw.classes,
  PRECEDENCE = raw.precedence;
const TAKING = new Set(raw.taking);
const LABEL = raw.labels;
const ASIDE = raw.aside; // classes that count on neither side, and what they are called together
const NOBODY = -1;

const sourceName = number => (number == null ? "" : raw.sources[number]);
const languageCode = number => (number == null ? "" : raw.languages[number][0]);
const languageName = number => (number == null ? "" : raw.languages[number][1]);

function readFinding(row) {
  return {
    kind: KINDS[row[0]],
    paragraph: row[1],
    first: row[2],
    last: row[2] + row[3],
    words: row[4],
    match: row[5] ?? null,
    matchParagraph: row[6],
    copies: row[7] || 0,
    containment: row[8],
    jaccard: row[9],
    language: row[10] ?? null,
    reason: row[11] == null ? "" : raw.reasons[row[11]],
    confidence: row[12],
    hides: row[13] || "",
  };
}

function readArticle(row, number) {
  const flags = row[9] || 0;
  return {
    number,
    id: row[0],
    title: row[1] || row[0],
    source: sourceName(row[2]),
    published: row[3] || "",
    language: row[4] ?? null,
    words: row[5],
    ledger: row[6],
    verdict: row[7],
    findings: row[8].map(readFinding),
    guessed: Boolean(flags & 1),
    changed: Boolean(flags & 2),
    url: row[10] || "",
    against: row[11] ? row[11][0] : null,
    undated: Boolean(row[11] && row[11][1]),
    beside: row[12] || [],
  };
}

// Broken encodings are found as disguises are, and are none.
const tagOf = finding =>
  finding.kind === "obfuscated" && finding.reason === "mojibake" ? "mojibake" : finding.kind;
const labelOf = finding => LABEL[tagOf(finding)];

const articles = raw.articles.map(readArticle);
const references = raw.refs.map(row => ({
  id: row[0],
  title: row[0],
  source: sourceName(row[1]),
  published: row[2] || "",
}));

// The article a finding was matched with: a reported one, or a reference that is only named.
const matched = finding =>
  finding.match == null
    ? null
    : finding.match >= 0
      ? articles[finding.match]
      : references[-1 - finding.match];
// What a source is called where it can be left out: an article's id where the outlet is unknown.
const giver = finding => {
  const match = matched(finding);
  return match ? match.source || match.id : "";
};

// A text whose places are Unicode code points, as in the report; JavaScript counts UTF-16 units.
class Text {
  constructor(value) {
    this.value = value;
    this.units = /[\ud800-\udbff]/.test(value) ? Text.measure(value) : null;
    this.length = this.units ? this.units.length - 1 : value.length;
  }
  static measure(value) {
    const units = [];
    for (let at = 0; at < value.length; at += value.codePointAt(at) > 0xffff ? 2 : 1) units.push(at);
    units.push(value.length);
    return units;
  }
  slice(start, end) {
    start = Math.max(0, Math.min(start, this.length));
    end = Math.max(start, Math.min(end, this.length));
    return this.units ? this.value.slice(this.units[start], this.units[end]) : this.value.slice(start, end);
  }
}

// The text block of an article, or null where the page holds none: words' starts, and findings' offsets.
function readBlock(number) {
  const json = blockText(number);
  if (!json) return null;
  const [value, gaps, details, excerpts, otherwise] = JSON.parse(json);
  let at = 0;
  return {
    text: new Text(value),
    starts: gaps.map(gap => (at += gap)),
    details: details.map(readDetail),
    excerpts,
    otherwise: otherwise || [],
  };
}

// In a large page the blocks are packed, some articles together; what is needed of them is unpacked first.
const packs = document.getElementsByClassName("pack");
const unpacked = new Map();
const blockText = number => unpacked.get(number) || document.getElementById("t" + number)?.textContent;
const isUnpacked = numbers => !packs.length || numbers.every(number => unpacked.has(number));

async function unpack(numbers) {
  const wanted = new Set(numbers.filter(n => !unpacked.has(n)).map(n => Math.floor(n / raw.together)));
  for (const place of wanted) {
    const bytes = Uint8Array.from(atob(packs[place].textContent), letter => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    JSON.parse(await new Response(stream).text()).forEach((block, i) => unpacked.set(place * raw.together + i, block));
  }
}

// The text of an article in small letters, for the search: the first string of its block, which is not read as a whole.
const FIRST = /^\s*\[("(?:[^"\\]|\\.)*")/;
const lowered = new Map();
function searchable(number) {
  if (!lowered.has(number)) {
    const found = FIRST.exec(blockText(number) || "");
    lowered.set(number, found ? JSON.parse(found[1]).toLowerCase() : "");
  }
  return lowered.get(number);
}

function readDetail([start, end, matchStart, matchEnd, runs, changed, anchored]) {
  const spans = [],
    changes = [],
    anchors = [];
  let here = start,
    there = matchStart;
  for (let i = 0; runs && i < runs.length; i += 4) {
    const a = here + runs[i],
      b = a + runs[i + 1],
      c = there + runs[i + 2],
      d = c + runs[i + 3];
    spans.push([a, b, c, d]);
    here = b;
    there = d;
  }
  for (let i = 0; changed && i < changed.length; i += 4) changes.push(changed.slice(i, i + 4));
  for (let i = 0; anchored && i < anchored.length; i += 4) anchors.push(anchored.slice(i, i + 4));
  return { start, end, matchStart, matchEnd, spans, changes, anchors };
}
