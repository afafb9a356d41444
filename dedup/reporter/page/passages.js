// Passages found in an article, each beside its source, with the words that differ marked.
function passages(i, view) {
  const article = articles[i];
  if (!article.findings.length) return h("p", { class: "hint" }, "None: every word is the article’s own.");
  return h(
    "ol",
    { class: "cards" },
    article.findings.map((_, k) => passage(i, k, view)),
  );
}

function passage(i, k, view) {
  const article = articles[i],
    finding = article.findings[k],
    match = matched(finding),
    out = leavesOut(finding, whatif);
  const facts = [
    `paragraph ${finding.paragraph + 1}`,
    counted(finding.words, "word"),
    finding.language != null && finding.kind === "foreign" && languageName(finding.language),
    finding.language != null && finding.kind === "translated" && `from ${languageName(finding.language)}`,
    finding.reason && `reason: ${finding.reason}`,
    finding.confidence != null && `confidence ${finding.confidence} %`,
    finding.hides && ["reads “", name(finding.hides), "”"],
    finding.copies > 0 &&
      `${counted(finding.copies, "other article")} ${finding.copies === 1 ? "has" : "have"} it`,
  ].filter(Boolean);
  return h(
    "li",
    { id: `p${k}`, class: `card c-${finding.kind}${out ? " left" : ""}`, tabindex: -1 },
    h(
      "h3",
      {},
      h(
        "span",
        { class: `sample k-${finding.kind}` },
        h("span", { class: "tag" }, k + 1),
        " ",
        labelOf(finding),
      ),
      out && h("span", { class: "hint" }, " left out"),
    ),
    h(
      "p",
      { class: "hint" },
      facts.map((fact, n) => [n > 0 && " · ", fact]),
    ),
    match &&
      finding.match !== i &&
      h(
        "p",
        { class: "origin" },
        "from ",
        match.source && [h("b", {}, name(match.source)), " "],
        finding.match >= 0
          ? h("a", { href: hrefOf(finding.match), dir: "auto" }, match.title)
          : name(match.id),
        h("span", { class: "hint" }, [
          when(match.published) && `, ${when(match.published)}`,
          `, paragraph ${finding.matchParagraph + 1}`,
        ]),
      ),
    match && finding.match !== i && finding.kind !== "translated" && finding.containment != null && extent(finding, k, view),
    view && differences(finding, k, view),
    view && sideBySide(i, k, view),
  );
}

// How much of this paragraph stands in the source's, in words; how that was measured, for those who ask.
const EXTENTS = [
  [95, "all"],
  [70, "most"],
  [40, "about half"],
  [10, "a part"],
  [0, "a little"],
];
function extent({ containment, jaccard, paragraph }, k, view) {
  const share = view ? shareOfParagraph(view, k, paragraph) : containment;
  const [, much] = EXTENTS.find(([least]) => share >= least);
  return h(
    "details",
    { class: "hint extent" },
    h("summary", {}, `${much} of this paragraph`),
    `Measured: ${containment} % of the paragraph’s shingles are in the source’s paragraph (Jaccard ${(jaccard / 100).toFixed(2)}).`,
  );
}

function shareOfParagraph({ text, details }, k, paragraph) {
  const { start, end } = details[k],
    [from, to] = paragraphCuts(text)[paragraph] || [start, end];
  return Math.min(100, (100 * (end - start)) / Math.max(1, text.slice(from, to).trim().length));
}

// What a reworded passage says otherwise: "12 → 15", as reporter/differences.py has it.
const CHANGES = 12;
function differences(finding, k, view) {
  const { changes } = view.details[k];
  if (!changes.length) return null;
  const there = sourceText(finding.match, k, view);
  const lines = changes.slice(0, CHANGES).map(([a, b, c, d]) => {
    const here = said(view.text, a, b);
    if (!there) return name(here || "left out");
    const before = said(there.text, c - there.offset, d - there.offset);
    if (!here) return ["left out: ", name(before)];
    return before ? [name(before), " → ", name(here)] : ["put in: ", name(here)];
  });
  const more = changes.length - lines.length;
  return h(
    "ul",
    { class: "changes", "aria-label": "What differs" },
    lines.map(line => h("li", {}, line)),
    more > 0 && h("li", { class: "hint" }, `and ${number(more)} more`),
  );
}

// A piece of a text; of a figure at its edge the whole, "3.9" for "9".
const REACH = 24;
function said(text, start, end) {
  if (start >= end) return "";
  const piece = text.slice(start, end),
    before = /^\p{Nd}/u.test(piece) && /(?:\p{Nd}[.,:/'’-]|\p{Nd})+$/u.exec(text.slice(start - REACH, start)),
    after = /\p{Nd}$/u.test(piece) && /^(?:[.,:/'’-]\p{Nd}|\p{Nd})+/u.exec(text.slice(end, end + REACH));
  return `${before ? before[0] : ""}${piece}${after ? after[0] : ""}`.replace(/\s+/g, " ").trim();
}

function sideBySide(i, k, view) {
  const article = articles[i],
    finding = article.findings[k],
    detail = view.details[k],
    hidden = disguises(article, view);
  const mine = h(
    "blockquote",
    { dir: "auto" },
    layered(
      view.text,
      detail.start,
      detail.end,
      finding.match == null ? [hidden] : [swaps(detail, 0, view.text, detail.start, detail.end), agreeing(detail, 0, 0), hidden],
    ),
  );
  if (finding.match == null) return mine;
  const there = sourceText(finding.match, k, view);
  const theirs = there
    ? sourceQuote(there, detail)
    : h("p", { class: "hint" }, "The source’s text is not in this page.");
  return h(
    "div",
    { class: "pair" },
    h("div", {}, h("h4", {}, "Here"), mine),
    h("div", {}, h("h4", {}, finding.match === i ? "First said" : "In the source"), theirs),
  );
}

// The source's text and the place in it where that begins: the whole of it, or an excerpt.
function sourceText(number, k, view) {
  if (number >= 0) {
    const other = block(number);
    return other && { text: other.text, offset: 0 };
  }
  const excerpt = view.excerpts[k];
  return excerpt ? { text: new Text(excerpt[1]), offset: excerpt[0] } : null;
}

const CONTEXT = 120;
function sourceQuote({ text, offset }, detail) {
  const start = detail.matchStart - offset,
    end = detail.matchEnd - offset;
  const moved = { spans: detail.spans.map(([a, b, c, d]) => [a, b, c - offset, d - offset]) };
  const from = Math.max(0, start - CONTEXT),
    to = Math.min(text.length, end + CONTEXT);
  const before = text.slice(from, start).split("\n").pop(),
    after = text.slice(end, to).split("\n")[0];
  return h(
    "blockquote",
    { dir: "auto" },
    before && h("span", { class: "context" }, from > 0 || offset > 0 ? "… " : "", before),
    h("span", { class: "taken" }, layered(text, start, end, [swaps(moved, 2, text, start, end), agreeing(detail, 2, offset)])),
    after && h("span", { class: "context" }, after),
  );
}

// Names and figures that agree between a passage and what it was translated from.
function agreeing(detail, side, offset) {
  const ranges = detail.anchors
    .map(span => [span[side] - offset, span[side + 1] - offset])
    .sort((a, b) => a[0] - b[0]);
  return { ranges, wrap: nodes => h("mark", { class: "anchor" }, nodes) };
}

// What lies between the aligned runs of a passage: swapped, dropped or put in. Side 0 is this article, 2 the source.
function swaps(detail, side, text, start, end) {
  const ranges = [];
  let at = start;
  for (const span of [...detail.spans].sort((a, b) => a[side] - b[side])) {
    if (span[side] > at) ranges.push([at, span[side]]);
    at = Math.max(at, span[side + 1]);
  }
  if (end > at) ranges.push([at, end]);
  const words = ranges
    .filter(([a, b]) => /[\p{L}\p{N}]/u.test(text.slice(a, b)))
    .map(range => tight(text, range));
  return { ranges: words, wrap: nodes => h("span", { class: "swap" }, nodes) };
}
function tight(text, [start, end]) {
  const units = [...text.slice(start, end)];
  let a = 0,
    b = units.length;
  while (a < b && !/[\p{L}\p{M}\p{N}]/u.test(units[a])) a++;
  while (b > a && !/[\p{L}\p{M}\p{N}]/u.test(units[b - 1])) b--;
  return [start + a, start + b];
}

function selectPassage(k, focus) {
  for (const element of document.querySelectorAll("#article .chosen")) element.classList.remove("chosen");
  const card = byId(`p${k}`);
  if (!card) return;
  card.classList.add("chosen");
  for (const element of document.querySelectorAll(`#text [data-passage="${Number(k)}"]`))
    element.classList.add("chosen");
  card.scrollIntoView({ block: "nearest" });
  if (focus) card.focus({ preventScroll: true });
}
