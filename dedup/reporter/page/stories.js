// The stories of the feed: who wrote each first, and who took it from whom, as a tree in time.
const ROLE = {
  origin: "origin",
  reprint: "reprint",
  rewrite: "rewritten",
  mix: "of several",
  update: "update of its own",
  translation: "translated",
};
const MORE = 10;
let storiesShown = MORE;

const stories = raw.stories.map(([title, origins, credits, root, members, stale], number) => ({
  number,
  title,
  origins,
  credits,
  root,
  members: members.map(([article, role, from, words, after]) => ({
    article,
    role: raw.roles[role],
    from,
    words,
    after,
  })),
  stale: stale.map(([article, words, update]) => ({ article, words, update })),
}));
const storyOf = new Map(stories.flatMap(story => story.members.map(member => [member.article, [story, member]])));
const storyHref = number => `#s${number}`;

// A time as people say it: "40 min".
function lasting(seconds) {
  for (const [unit, said] of [
    [86400, "d"],
    [3600, "h"],
    [60, "min"],
  ])
    if (seconds >= 2 * unit) return `${Math.round(seconds / unit)}\u00a0${said}`;
  return `${Math.round(seconds)}\u00a0s`;
}

const dated = story => story.members.filter(member => member.after != null);
const spread = story => Math.max(0, ...dated(story).map(member => member.after));
const outletsOf = story => new Set(story.members.map(member => articles[member.article].source || unknown)).size;

function storyFigures(story) {
  const undated = story.members.length - dated(story).length;
  return [
    counted(story.members.length, "article"),
    counted(outletsOf(story), "outlet"),
    counted(story.origins, "origin"),
    dated(story).length > 1 && (spread(story) ? `in ${lasting(spread(story))}` : "at once"),
    story.credits.length > 0 && `credits ${story.credits.join(", ")}`,
    undated > 0 && "order of the input where there is no date",
  ]
    .filter(Boolean)
    .join(" · ");
}

// A mark an article, from the first to the last; origins stand out.
function spreadChart(story) {
  const W = 160,
    H = 22,
    last = spread(story) || 1;
  const marks = dated(story).map(({ after, role }) => {
    const x = 4 + ((W - 8) * after) / last,
      tall = role === "origin";
    return s("line", {
      class: tall ? "mark first" : "mark",
      x1: x.toFixed(1),
      x2: x.toFixed(1),
      y1: tall ? 2 : 8,
      y2: H - 3,
    });
  });
  const label = `${counted(dated(story).length, "dated article")} over ${lasting(spread(story))}`;
  return s(
    "svg",
    { class: "spread", viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": label },
    s("line", { class: "axis", x1: 2, x2: W - 2, y1: H - 3, y2: H - 3 }),
    marks,
  );
}

function storyEntry(story) {
  const first = articles[story.members[0].article];
  const tree = h("div", { class: "tree" });
  const entry = h(
    "details",
    { id: `s${story.number}`, class: "story" },
    h(
      "summary",
      {},
      h("span", { class: "story-title", dir: "auto" }, story.title || first.title),
      h("span", { class: "story-first" }, story.root == null ? ["first: ", name(first.source || unknown)] : ["from ", name(story.root)]),
      spreadChart(story),
      h("span", { class: "hint story-figures" }, storyFigures(story)),
    ),
    tree,
  );
  entry.addEventListener("toggle", () => {
    if (entry.open && !tree.firstChild) fill(tree, storyTree(story), staleLines(story));
  });
  return entry;
}

// Who still carries what an update of their source deleted, a line an update.
function staleLines(story) {
  const updates = [...new Set(story.stale.map(one => one.update))];
  return updates.map(update =>
    h(
      "p",
      { class: "hint stale" },
      "Still with what ",
      h("a", { href: hrefOf(update) }, name(articles[update].source || articles[update].title)),
      " deleted: ",
      story.stale
        .filter(one => one.update === update)
        .map((one, k) => [
          k > 0 && ", ",
          h("a", { href: hrefOf(one.article) }, name(articles[one.article].source || articles[one.article].title)),
          ` (${counted(one.words, "word")})`,
        ]),
    ),
  );
}

function storyTree(story) {
  const within = new Set(story.members.map(member => member.article));
  const under = new Map();
  for (const member of story.members) {
    const parent = within.has(member.from) && member.from !== member.article ? member.from : null;
    if (!under.has(parent)) under.set(parent, []);
    under.get(parent).push(member);
  }
  const grown = new Set();
  const branch = parent => {
    const children = (under.get(parent) || []).filter(member => !grown.has(member.article));
    children.forEach(member => grown.add(member.article));
    return (
      children.length > 0 &&
      h(
        "ul",
        {},
        children.map(member => h("li", {}, storyMember(member, parent == null), branch(member.article))),
      )
    );
  };
  return branch(null);
}

function storyMember(member, isTop) {
  const article = articles[member.article];
  const outside = typeof member.from === "string" ? member.from : null;
  return h(
    "div",
    { class: "member" },
    h("span", { class: "after" }, member.after == null ? "undated" : member.after ? `+${lasting(member.after)}` : "first"),
    h("b", {}, name(article.source || unknown)),
    h("a", { href: hrefOf(member.article), dir: "auto" }, article.title),
    h(
      "span",
      { class: "hint" },
      ROLE[member.role],
      member.words > 0 && `, ${counted(member.words, "word")} taken`,
      member.words > 0 && isTop && outside && [" from ", name(outside)],
      ` · ${percent(scores[member.article].originality)} own`,
    ),
  );
}

function showStories() {
  const shown = new Set(chosen);
  const some = stories.filter(story => story.members.some(member => shown.has(member.article)));
  byId("stories-count").textContent = some.length
    ? `${number(some.length)} ${some.length === 1 ? "story has" : "stories have"} more than one article. An origin is an article that is at least half its own.`
    : "No story has more than one article.";
  fill(byId("story-list"), some.slice(0, storiesShown).map(storyEntry));
  fill(
    byId("stories-more"),
    some.length > storiesShown &&
      h(
        "button",
        {
          type: "button",
          onclick: () => {
            storiesShown = Math.max(4 * storiesShown, MORE);
            showStories();
          },
        },
        `Show more of ${number(some.length)}`,
      ),
  );
}

// What the article's page says of its story.
function storyLine(i) {
  const found = storyOf.get(i);
  if (!found) return null;
  const [story, member] = found,
    root = articles[story.members[0].article];
  return h(
    "p",
    { class: "hint", id: "article-story" },
    member.role === "origin" ? "An origin of " : `${ROLE[member.role][0].toUpperCase()}${ROLE[member.role].slice(1)}, in `,
    "the story ",
    h("a", { href: storyHref(story.number), dir: "auto" }, story.title || root.title),
    `: ${storyFigures(story)}.`,
  );
}

function openStory(number) {
  if (!stories[number]) return;
  if (!byId(`s${number}`)) {
    filters.reset();
    storiesShown = stories.length;
    choose();
  }
  const entry = byId(`s${number}`);
  entry.open = true;
  entry.scrollIntoView({ block: "start" });
  entry.querySelector("summary").focus({ preventScroll: true });
}
