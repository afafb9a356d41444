// The feed: figures, histogram and table of the articles that the filters choose.
function showFeed() {
  showMatters();
  showStories();
  showOverview();
  showList();
  showFlows();
  showTime();
  showDirt();
}

function showOverview() {
  const ledger = sumLedgers(chosen.map(i => scores[i].ledger)),
    words = ledger.reduce((sum, n) => sum + n, 0);
  const before = originality(sumLedgers(chosen.map(i => articles[i].ledger)), asScanned()),
    now = originality(ledger, whatif);
  const outlets = new Set(chosen.map(i => articles[i].source)).size;
  const days = chosen
    .map(i => articles[i].published.slice(0, 10))
    .filter(Boolean)
    .sort();
  const dates = days.length
    ? `, ${days[0]}${days[0] === days[days.length - 1] ? "" : " to " + days[days.length - 1]}`
    : "";
  const part = chosen.length < articles.length ? ` of ${number(articles.length)}` : "";
  fill(
    byId("overview-line"),
    `${number(chosen.length)}${part} ${articles.length === 1 ? "article" : "articles"} from ${counted(outlets, "source")}${dates}; ${counted(words, "word")}.`,
  );
  fill(
    byId("feed-score"),
    h("b", {}, percent(now)),
    " of the judged words are the articles’ own",
    isChanged(whatif) && h("span", { class: "hint" }, ` (${percent(before)} as scanned)`),
  );
  fill(byId("feed-grounds"), feedGrounds());
  fill(byId("feed-bar"), ledgerBar(ledger, 600, 30, true));
  showLegend(byId("legend"), ledger);
  fill(
    byId("histogram"),
    histogram(
      chosen.map(i => scores[i].originality),
      (low, high) => setFilter({ low, high }),
    ),
  );
}

// What the verdicts rest on, where that is less than a reader would think.
function feedGrounds() {
  const known = chosen.map(i => articles[i]).filter(article => article.against != null);
  const undated = known.filter(article => article.undated).length;
  return [
    known.length > 0 &&
      known.every(article => !article.against) &&
      "Compared with 0 other articles: nothing could be found in another one. ",
    undated > 0 && `${number(undated)} of ${number(chosen.length)} ${BY_ORDER}.`,
  ];
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
  byId("count").textContent = chosen.length
    ? `${number(chosen.length)} of ${counted(articles.length, "article")}; ${number(page * PAGE + 1)} to ${number(page * PAGE + shown.length)} shown.`
    : "No article fits these filters.";
  fill(document.querySelector("#list tbody"), shown.map(listRow));
  const sort = filters.elements.sort.value;
  for (const head of document.querySelectorAll("#list [data-sort]")) {
    const direction =
      sort === head.dataset.sort ? "ascending" : sort === "-" + head.dataset.sort ? "descending" : null;
    if (direction) head.setAttribute("aria-sort", direction);
    else head.removeAttribute("aria-sort");
  }
  const go = (label, to, off) =>
    h(
      "button",
      {
        type: "button",
        disabled: off,
        onclick: () => {
          page = to;
          showList();
          byId("articles").scrollIntoView();
        },
      },
      label,
    );
  fill(
    byId("pages"),
    pages > 1 && [
      go("First", 0, page === 0),
      go("Previous", page - 1, page === 0),
      h("span", { "aria-current": "page" }, `Page ${number(page + 1)} of ${number(pages)}`),
      go("Next", page + 1, page === pages - 1),
      go("Last", pages - 1, page === pages - 1),
    ],
  );
}

function listRow(i) {
  const article = articles[i],
    from = givers(i);
  const tags = [...found(i)]
    .map(kind => h("span", { class: `chip k-${kind}` }, kind === "obfuscated" ? "Disguised" : LABEL[kind]));
  return h(
    "tr",
    {},
    h(
      "th",
      { scope: "row" },
      h("a", { href: hrefOf(i), dir: "auto" }, article.title),
      article.title !== article.id && h("small", {}, name(article.id)),
    ),
    h("td", { "data-label": "Source" }, article.source ? name(article.source) : "–"),
    h("td", { "data-label": "Published", class: "date" }, when(article.published) || "–"),
    h("td", { "data-label": "Words", class: "num" }, number(article.words)),
    h(
      "td",
      { "data-label": "Originality", class: "num share" },
      h("b", {}, percent(scores[i].originality)),
      ledgerBar(scores[i].ledger, 100, 9),
    ),
    h(
      "td",
      { "data-label": "Taken from" },
      from.length
        ? [
            name(from[0][0]),
            h(
              "small",
              {},
              `${counted(from[0][1], "word")}${from.length > 1 ? `, and ${counted(from.length - 1, "other")}` : ""}`,
            ),
          ]
        : "–",
    ),
    h("td", { "data-label": "Found", class: "chips" }, tags.length ? tags : "–"),
  );
}

function offer(select, names) {
  select.append(...names.map(value => h("option", { value }, value)));
}

function startFeed() {
  const outlets = [...new Set(articles.map(article => article.source || unknown))].sort();
  offer(filters.elements.source, outlets);
  const giving = new Set();
  articles.forEach(article =>
    article.findings.forEach(finding => {
      if (TAKING.has(finding.kind)) giving.add(giver(finding));
    }),
  );
  const named = [...giving].filter(Boolean).sort();
  offer(filters.elements.from, named);
  offer(byId("whatif-form").elements.without, named);
  filters.addEventListener("input", choose);
  filters.addEventListener("submit", event => event.preventDefault());
  filters.addEventListener("reset", () => setTimeout(choose));
  for (const head of document.querySelectorAll("#list [data-sort]")) {
    const key = head.dataset.sort;
    head.querySelector("button").addEventListener("click", () => {
      const sort = filters.elements.sort,
        both = [...sort.options].some(option => option.value === "-" + key);
      sort.value = sort.value === key && both ? "-" + key : key;
      choose();
    });
  }
  showFurniture();
  showSkipped();
}
