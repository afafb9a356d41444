// One article: its verdict, its ledger, its words in colour, each passage beside its source.
const blocks = new Map();
const block = i => {
  if (!blocks.has(i)) {
    if (blocks.size > 40) blocks.clear();
    blocks.set(i, readBlock(i));
  }
  return blocks.get(i);
};

let selected = null;

function showArticle(i) {
  const article = articles[i],
    view = block(i),
    result = scores[i];
  selected = i;
  fill(
    byId("article"),
    articleHead(i, article),
    h(
      "div",
      { class: "panels verdict-panels" },
      h(
        "section",
        { class: "panel", "aria-label": "Verdict" },
        h("p", { class: "verdict", id: "verdict" }, unbroken(article.verdict)),
        isChanged(whatif) &&
          h("p", { class: "hint" }, "The sentence is as scanned; below, what the changed rules make of it."),
        h(
          "p",
          { class: "score", id: "article-score" },
          h("b", {}, percent(result.originality)),
          " original",
          basis(result),
          isChanged(whatif) &&
            h(
              "span",
              { class: "hint" },
              ` (${percent(scanned[i])} as scanned${article.guessed ? "; without the text this is an estimate" : ""})`,
            ),
        ),
        grounds(article),
        storyLine(i),
        article.beside.map(besideLine),
        ledgerBar(result.ledger, 600, 30, true),
        ledgerTable(result.ledger),
      ),
      h(
        "section",
        { class: "panel", "aria-labelledby": "sources-title" },
        h("h2", { id: "sources-title" }, "Sources, by words"),
        sourceList(i),
      ),
    ),
    notes(article, view),
    view && otherwiseSection(view),
    h(
      "div",
      { class: view ? "beside" : "alone" },
      view &&
        h(
          "section",
          { class: "text", "aria-labelledby": "text-title" },
          h("h2", { id: "text-title" }, "The text"),
          h(
            "div",
            { id: "text", class: "body", lang: languageCode(article.language) || null },
            coloured(article, view),
          ),
        ),
      h(
        "section",
        { class: "passages", "aria-labelledby": "passages-title" },
        h("h2", { id: "passages-title" }, "Passages found"),
        passages(i, view),
      ),
    ),
    view && cleanedSection(article, view),
  );
}

// What the score is a share of, where that is not all words.
function basis({ ledger }) {
  const { own, taken } = sides(ledger, whatif),
    words = ledger.reduce((sum, n) => sum + n, 0);
  if (own + taken === words || !(own + taken)) return null;
  return h("span", { class: "hint", id: "article-basis" }, `: ${number(own)} of ${number(own + taken)} judged words`);
}

// What the verdict rests on.
const BY_ORDER = "undated: the order of the input decided who was first";
function grounds(article) {
  if (article.against == null) return null;
  const said = `Compared with ${counted(article.against, "other article")}`;
  return h("p", { class: "hint", id: "article-grounds" }, said, article.undated && `; ${BY_ORDER}`, ".");
}

// What the report says beside the ledger: what it updates, whose title it has, whom it credits.
function besideLine([before, other, after]) {
  const named = typeof other === "number" ? h("a", { href: hrefOf(other), dir: "auto" }, articles[other].id) : name(other);
  return h("p", { class: "hint beside-line" }, before, other !== "" && named, after);
}

// An update beside what it updates, as one reads a diff.
const SIGN = { added: "+", deleted: "−", changed: "~", moved: "›" };
function otherwiseSection(view) {
  if (!view.otherwise.length) return null;
  const line = ([kind, was, now]) =>
    h(
      "li",
      {},
      h("span", { class: "sign", title: kind, "aria-label": kind }, SIGN[kind]),
      (kind === "deleted" || kind === "changed") && h("del", { dir: "auto" }, was),
      kind === "changed" && " → ",
      kind === "moved" ? h("span", { dir: "auto" }, now) : kind !== "deleted" && h("ins", { dir: "auto" }, now),
    );
  return h(
    "section",
    { class: "panel otherwise", "aria-labelledby": "otherwise-title" },
    h("h2", { id: "otherwise-title" }, "What it says otherwise than before"),
    h("ul", {}, view.otherwise.map(line)),
  );
}

function articleHead(i, article) {
  const place = chosen.indexOf(i),
    link = outbound(article.url);
  const step = (label, to) =>
    to == null ? h("span", { class: "off" }, label) : h("a", { href: hrefOf(to) }, label);
  const facts = [
    article.source && name(article.source),
    when(article.published),
    languageName(article.language),
    counted(article.words, "word"),
    article.title !== article.id && name(article.id),
  ].filter(Boolean);
  return h(
    "header",
    { class: "article-head" },
    h(
      "nav",
      { "aria-label": "Articles", class: "steps" },
      h("a", { href: "#articles" }, "← All articles"),
      step("Previous", place > 0 ? chosen[place - 1] : null),
      step("Next", place >= 0 && place < chosen.length - 1 ? chosen[place + 1] : null),
    ),
    h("h1", { id: "article-title", tabindex: -1, dir: "auto" }, article.title),
    h(
      "p",
      { class: "facts" },
      facts.map((fact, k) => [k > 0 && " · ", fact]),
    ),
    article.url &&
      h(
        "p",
        { class: "facts url" },
        link
          ? h("a", { href: link, rel: "noreferrer noopener nofollow", target: "_blank" }, article.url)
          : name(article.url),
      ),
  );
}

function ledgerTable(ledger) {
  const shares = percentages(ledger);
  return h(
    "table",
    { class: "legend small", id: "article-ledger" },
    h("caption", { class: "hidden" }, "The ledger: every word in one class"),
    h(
      "thead",
      { class: "hidden" },
      h(
        "tr",
        {},
        ["Class", "Words", "Share"].map(label => h("th", { scope: "col" }, label)),
      ),
    ),
    h(
      "tbody",
      {},
      CLASSES.map(
        (kind, i) =>
          ledger[i] > 0 &&
          h(
            "tr",
            { "data-class": kind },
            h(
              "th",
              { scope: "row" },
              s(
                "svg",
                { class: "swatch", width: 26, height: 16, "aria-hidden": "true", focusable: "false" },
                s("rect", { class: `seg-${kind}`, width: 26, height: 16, rx: 3 }),
              ),
              " ",
              h("span", { class: `sample k-${kind}` }, LABEL[kind]),
            ),
            h("td", { class: "num", "data-words": "" }, number(ledger[i])),
            h("td", { class: "num", "data-share": "" }, shareOf(ledger[i], shares[i])),
          ),
      ),
    ),
  );
}

function sourceList(i) {
  const article = articles[i],
    found = new Map();
  article.findings.forEach((finding, k) => {
    const match = matched(finding);
    if (!match || finding.match === i) return;
    const row = found.get(match) || {
      match,
      number: finding.match,
      words: 0,
      left: false,
      name: giver(finding),
    };
    row.words += scores[i].byFinding[k];
    row.left = row.left || leavesOut(finding, whatif);
    found.set(match, row);
  });
  const rows = [...found.values()].sort((a, b) => b.words - a.words);
  if (!rows.length) return h("p", { class: "hint" }, "None: no passage was found in another article.");
  const most = Math.max(1, rows[0].words);
  return h(
    "ol",
    { class: "ranked sources" },
    rows.map(row =>
      h(
        "li",
        { class: row.left && !row.words ? "left" : null },
        h(
          "span",
          {},
          row.match.source && [h("b", {}, name(row.match.source)), " "],
          row.number >= 0
            ? h("a", { href: hrefOf(row.number), dir: "auto" }, row.match.title)
            : name(row.match.id),
        ),
        h(
          "span",
          { class: "hint" },
          [counted(row.words, "word"), when(row.match.published)].filter(Boolean).join(" · "),
          " ",
          h(
            "button",
            { type: "button", class: "quiet", onclick: () => toggleSource(row.name) },
            whatif.without.has(row.name) ? "take back in" : "leave out",
            h("span", { class: "hidden" }, ` matches from ${row.name}`),
          ),
        ),
        s(
          "svg",
          { class: "meter", viewBox: "0 0 100 4", preserveAspectRatio: "none", "aria-hidden": "true" },
          s("rect", { class: "track", width: 100, height: 4 }),
          s("rect", { class: "level", width: ((100 * row.words) / most).toFixed(1), height: 4 }),
        ),
      ),
    ),
  );
}

function notes(article, view) {
  if (view) return null;
  if (article.changed)
    return h(
      "p",
      { class: "note" },
      "The text at hand is not the one that was scanned (other words), so it is not shown.",
    );
  return h(
    "p",
    { class: "note" },
    "The text is not in this page: it was left out, or was not found where the report says it was read.",
  );
}

// Stretches of the text with one owner: [start, end, owner] in code points, in order, without gaps.
function stretches(article, view) {
  const owners = paint(article, whatif),
    { starts, details, text } = view,
    out = [];
  let at = 0;
  for (let word = 0; word < owners.length;) {
    const owner = owners[word];
    let next = word + 1;
    while (next < owners.length && owners[next] === owner) next++;
    if (owner !== NOBODY) {
      const border = next < owners.length ? starts[next] : text.length;
      const end = Math.min(Math.max(details[owner].end, starts[next - 1] + 1), border);
      if (starts[word] > at) out.push([at, starts[word], NOBODY]);
      const trimmed = end - trailing(text.slice(starts[word], end));
      out.push([starts[word], trimmed, owner]);
      at = trimmed;
    }
    word = next;
  }
  if (at < text.length) out.push([at, text.length, NOBODY]);
  return out;
}
const trailing = value => value.length - value.trimEnd().length;

// Code points of a text with some ranges wrapped: layers of {ranges: [[start, end]], wrap: (nodes, range) => node}.
function layered(text, start, end, layers) {
  if (!layers.length) return text.slice(start, end);
  const [layer, ...inner] = layers,
    out = [];
  let at = start;
  for (const range of layer.ranges) {
    const a = Math.max(at, range[0]),
      b = Math.min(end, range[1]);
    if (b <= a) continue;
    out.push(layered(text, at, a, inner), layer.wrap(layered(text, a, b, inner), range));
    at = b;
  }
  out.push(layered(text, at, end, inner));
  return out;
}

const disguises = (article, view) => ({
  ranges: article.findings
    .map((finding, k) => [view.details[k].start, view.details[k].end, finding])
    .filter(range => range[2].kind === "obfuscated"),
  wrap: (nodes, range) =>
    h(
      "span",
      {
        class: "k-obfuscated",
        title: `${labelOf(range[2])}: ${range[2].reason}${range[2].hides ? `; reads “${range[2].hides}”` : ""}`,
      },
      nodes,
    ),
});

function coloured(article, view) {
  const hidden = disguises(article, view),
    tagged = new Set();
  const cuts = paragraphCuts(view.text);
  const out = cuts.map(() => []);
  let p = 0;
  for (const [start, end, owner] of stretches(article, view)) {
    for (let at = start; at < end;) {
      while (p < cuts.length - 1 && at >= cuts[p][1]) p++;
      const stop = Math.min(end, Math.max(cuts[p][1], at + 1)),
        from = Math.max(at, cuts[p][0]);
      if (from < stop) out[p].push(run(article, view, from, stop, owner, hidden, tagged));
      at = stop;
    }
  }
  return out.map(nodes => h("p", { dir: "auto" }, nodes));
}

function run(article, view, start, end, owner, hidden, tagged) {
  if (owner === NOBODY) return layered(view.text, start, end, [hidden]);
  const finding = article.findings[owner],
    detail = view.details[owner],
    layers = [hidden];
  if (finding.kind === "reworded") layers.unshift(swaps(detail, 0, view.text, detail.start, detail.end));
  const first = !tagged.has(owner);
  tagged.add(owner);
  return h(
    "a",
    { class: `run k-${finding.kind}`, href: hrefOf(article.number, owner), "data-passage": owner },
    h("span", { class: "hidden" }, `[${LABEL[finding.kind]}: `),
    first && h("sup", { "aria-hidden": "true" }, owner + 1),
    layered(view.text, start, end, layers),
    h("span", { class: "hidden" }, "]"),
  );
}

// Blocks between blank lines; where there is no blank line, the lines. [start, end) in code points.
function paragraphCuts(text) {
  const border = /\n[^\S\n]*\n/.test(text.value) ? /\n[^\S\n]*\n\s*/g : /\n+/g;
  const cuts = [];
  let at = 0;
  const push = (a, b) => {
    if (text.value.slice(a, b).trim()) cuts.push([a, b]);
  };
  for (const found of text.value.matchAll(border)) {
    push(at, found.index);
    at = found.index + found[0].length;
  }
  push(at, text.value.length);
  if (!cuts.length) cuts.push([0, text.value.length]);
  if (!text.units) return cuts;
  const points = new Map(text.units.map((unit, point) => [unit, point]));
  return cuts.map(([a, b]) => [points.get(a), points.get(b)]);
}

const TRIMMED = new Set(["repeated", "boilerplate", "foreign"]);

// The text without repeats, furniture and foreign passages, and without invisible direction controls.
function cleaned(article, view) {
  const cuts = article.findings
    .map((finding, k) => [view.details[k].start, view.details[k].end, finding.kind])
    .filter(cut => TRIMMED.has(cut[2]))
    .sort((a, b) => a[0] - b[0]);
  let at = 0,
    kept = "";
  for (const [start, end] of cuts) {
    if (start > at) kept += view.text.slice(at, start);
    if (end > at) at = end + (isWhole(kept) ? closing(view.text, end) : 0);
  }
  kept += view.text.slice(at, view.text.length);
  return kept
    .replace(BIDI, "")
    .split("\n")
    .map(line => line.trimEnd())
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

// Whether what is kept ends where a sentence or a line does, so that the marks after a cut close nothing of it.
const isWhole = kept => /(?:^|[\n.!?…。！？।؟]["'”’»)\]]*)\s*$/.test(kept);
const closing = (text, from) =>
  [...(/^[^\S\n]*[.,;:!?…。！？।؟"'”’»)\]]+/u.exec(text.slice(from, from + REACH)) || [""])[0]].length;

function cleanedSection(article, view) {
  const value = cleaned(article, view),
    area = h("textarea", { readonly: true, dir: "auto", rows: 12, "aria-labelledby": "cleaned-title" }),
    said = h("span", { role: "status", class: "hint" });
  area.value = value;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      said.textContent = "Copied.";
    } catch {
      area.focus();
      area.select();
      said.textContent = document.execCommand("copy") ? "Copied." : "Selected: press Ctrl+C.";
    }
  };
  return h(
    "section",
    { class: "cleaned", "aria-labelledby": "cleaned-title" },
    h("h2", { id: "cleaned-title" }, "Cleaned text"),
    h(
      "p",
      { class: "hint" },
      "Without repeats, furniture, foreign passages and invisible direction marks. What others wrote first is still in it.",
    ),
    h("p", {}, h("button", { type: "button", onclick: copy }, "Copy"), " ", said),
    area,
  );
}
