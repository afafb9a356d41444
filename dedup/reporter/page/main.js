// Addresses and what-if: `#a12` is article 12, `#a12p3` its fourth passage, anything else a section of the feed.
const ADDRESS = /^#a(\d+)(?:p(\d+))?$/;
const form = byId("whatif-form");
let feedScroll = 0,
  feedStale = false;

function route() {
  const address = ADDRESS.exec(location.hash),
    i = address ? Number(address[1]) : -1;
  if (!articles[i]) {
    leaveArticle();
    return;
  }
  const needed = [i, ...articles[i].findings.map(finding => finding.match).filter(match => match >= 0)];
  if (!isUnpacked(needed)) {
    unpack(needed).then(route);
    return;
  }
  const wasFeed = byId("article").hidden;
  if (wasFeed) feedScroll = scrollY;
  byId("feed").hidden = true;
  byId("article").hidden = false;
  const fresh = wasFeed || selected !== i;
  if (fresh) {
    showArticle(i);
    document.title = `${articles[i].title.replace(BIDI, "")} – ${raw.title}`;
    scrollTo(0, 0);
    byId("article-title").focus({ preventScroll: true });
  }
  if (address[2] != null) selectPassage(Number(address[2]), !fresh);
}

function leaveArticle() {
  const wasArticle = !byId("article").hidden;
  byId("article").hidden = true;
  byId("feed").hidden = false;
  selected = null;
  document.title = raw.title;
  if (feedStale) {
    feedStale = false;
    choose();
  }
  const story = /^#s(\d+)$/.exec(location.hash);
  if (story) {
    openStory(Number(story[1]));
    return;
  }
  const section = /^#[a-z-]+$/.test(location.hash) && byId(location.hash.slice(1));
  if (wasArticle && (location.hash === "#articles" || !section)) scrollTo(0, feedScroll);
  else if (section && wasArticle) section.scrollIntoView();
}

function readWhatif() {
  const of = key => form.elements[key].value;
  return {
    ...Object.fromEntries(ASIDE.map(([kind]) => [kind, of(kind)])),
    min_words: Math.max(0, Math.floor(Number(of("min_words")) || 0)),
    without: whatif.without,
  };
}

const reason = () => form.elements.reason.value.trim();

// The exclusions as a file that `dedup report --apply` reads.
function saveWhatif() {
  const value = { ...whatif, without: [...whatif.without].sort(), reason: reason() };
  const link = h("a", { download: "exclusions.json" });
  link.href = URL.createObjectURL(new Blob([JSON.stringify(value, null, 1)], { type: "application/json" }));
  link.click();
  URL.revokeObjectURL(link.href);
}

function applyWhatif(next) {
  whatif = next;
  scores = articles.map(article => score(article, whatif));
  for (const [key] of [...ASIDE, ["min_words"]]) form.elements[key].value = whatif[key];
  showWhatif();
  if (byId("article").hidden) choose();
  else {
    feedStale = true;
    redrawArticle();
  }
}

function redrawArticle() {
  const at = scrollY;
  showArticle(selected);
  scrollTo(0, at);
}

function toggleSource(source) {
  const without = new Set(whatif.without);
  if (!without.delete(source)) without.add(source);
  applyWhatif({ ...whatif, without });
}

const SIDE = { taken: "count as taken", own: "count as own words" };

function showWhatif() {
  const changes = ASIDE.filter(([key]) => whatif[key] !== "aside").map(([key, label]) =>
    h("li", {}, `${label} ${SIDE[whatif[key]]}`),
  );
  if (whatif.min_words > 0)
    changes.push(h("li", {}, `Matches under ${counted(whatif.min_words, "word")} left out`));
  for (const source of whatif.without)
    changes.push(
      h(
        "li",
        {},
        "Without ",
        name(source),
        " ",
        h(
          "button",
          { type: "button", class: "quiet", onclick: () => toggleSource(source) },
          "take back in",
          h("span", { class: "hidden" }, ` ${source}`),
        ),
      ),
    );
  const now = originality(sumLedgers(scores.map(row => row.ledger)), whatif),
    before = originality(sumLedgers(articles.map(article => article.ledger)), asScanned());
  fill(
    byId("whatif-state"),
    changes.length > 0 &&
      h(
        "div",
        { class: "changed" },
        h("b", {}, "Scores are recomputed:"),
        reason() && h("span", { class: "reason" }, "Reason: ", name(reason())),
        h("ul", {}, changes),
        h(
          "span",
          { class: "hint" },
          `The feed’s originality is ${percent(now)}; ${percent(before)} as scanned.`,
        ),
        h("button", { type: "button", onclick: () => applyWhatif(asScanned()) }, "Back to the scan"),
        h("button", { type: "button", onclick: saveWhatif }, "Save the exclusions"),
      ),
  );
}

function startWhatif() {
  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("input", event => {
    if (event.target.name === "without") {
      const source = event.target.value;
      event.target.value = "";
      if (source && !whatif.without.has(source)) toggleSource(source);
    } else if (event.target.name === "reason") showWhatif();
    else applyWhatif(readWhatif());
  });
}

function showRun() {
  const { settings, version } = raw.summary || {};
  const id = raw.summary?.settings_id || settings?.id;
  fill(byId("run"), version && `Version ${version}. `, id && `Settings ${id}. `);
}

// For tests and the console: the scores that the page shows, and the what-if behind them.
window.dedupReport = Object.freeze({
  scores: () =>
    scores.map((row, i) => ({
      id: articles[i].id,
      ledger: Object.fromEntries(CLASSES.map((kind, k) => [kind, row.ledger[k]])),
      originality: row.originality,
    })),
  whatIf: changes => applyWhatif({ ...asScanned(), ...changes, without: new Set(changes.without || []) }),
});

// Exclusions that were saved before, and given to `dedup report --apply`.
function applySaved() {
  if (!raw.exclusions) return;
  const { reason: why, without, ...rules } = raw.exclusions;
  form.elements.reason.value = why;
  applyWhatif({ ...asScanned(), ...rules, without: new Set(without) });
}

startFeed();
startWhatif();
showRun();
choose();
applySaved();
addEventListener("hashchange", route);
route();
document.documentElement.dataset.ready = "yes";
