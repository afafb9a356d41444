// Charts as inline SVG; each says in words what it shows.

// The ledger as one stacked bar; segments differ by pattern as well as by colour.
function ledgerBar(ledger, width, height, labelled) {
  const total = ledger.reduce((sum, words) => sum + words, 0) || 1,
    shares = percentages(ledger);
  let at = 0;
  const segments = CLASSES.map((kind, i) => {
    const size = (ledger[i] / total) * width,
      x = at;
    at += size;
    return (
      ledger[i] &&
      s(
        "g",
        {},
        s("title", {}, `${LABEL[kind]}: ${counted(ledger[i], "word")}, ${shares[i]} %`),
        s("rect", {
          class: `seg-${kind}`,
          x: x.toFixed(2),
          y: 0,
          width: Math.max(size, 0.6).toFixed(2),
          height,
          "data-class": kind,
          "data-words": ledger[i],
        }),
        x > 0 && s("line", { class: "gap", x1: x.toFixed(2), x2: x.toFixed(2), y1: 0, y2: height }),
      )
    );
  });
  const said =
    CLASSES.map((kind, i) => (ledger[i] ? `${LABEL[kind]} ${shares[i]} %` : ""))
      .filter(Boolean)
      .join(", ") || "no words";
  return s(
    "svg",
    {
      class: labelled ? "bar big" : "bar",
      viewBox: `0 0 ${width} ${height}`,
      preserveAspectRatio: "none",
      role: "img",
      "aria-label": said,
    },
    segments,
  );
}

// Rounded shares sum to 100; a class that has words never reads as nothing.
const shareOf = (words, share) => (words && !share ? "<\u00a01\u00a0%" : `${share}\u00a0%`);

const BINS = 10;
function histogram(values, choose) {
  const counts = new Array(BINS).fill(0);
  for (const value of values)
    if (value != null) counts[Math.min(BINS - 1, Math.floor(value * BINS + 1e-9))]++;
  const most = Math.max(1, ...counts),
    W = 520,
    H = 190,
    left = 8,
    base = 160,
    step = (W - 2 * left) / BINS;
  const bars = counts.map((count, i) => {
    const size = (count / most) * 128,
      x = left + i * step,
      range = `${i * 10}–${(i + 1) * 10} %`;
    const pick = () => choose(i * 10, (i + 1) * 10);
    return s(
      "g",
      {
        class: "bin",
        tabindex: 0,
        role: "button",
        "aria-label": `${counted(count, "article")} of ${range} originality; show them`,
        onclick: pick,
        onkeydown: event => {
          if (event.key === "Enter" || event.key === " ") {
            event.preventDefault();
            pick();
          }
        },
      },
      s("rect", { class: "hit", x, y: 10, width: step, height: base - 10 }),
      s("rect", { class: "column", x: x + 3, y: base - size, width: step - 6, height: size, rx: 2 }),
      count > 0 && s("text", { class: "value", x: x + step / 2, y: base - size - 5 }, number(count)),
    );
  });
  const ticks = [0, 20, 40, 60, 80, 100].map(tick =>
    s(
      "text",
      {
        class: "tick",
        x: left + (tick / 100) * (W - 2 * left),
        y: base + 20,
        "text-anchor": tick === 0 ? "start" : tick === 100 ? "end" : "middle",
      },
      `${tick} %`,
    ),
  );
  return s(
    "svg",
    {
      class: "histogram",
      viewBox: `0 0 ${W} ${H}`,
      role: "group",
      "aria-label": "Number of articles by originality, in steps of ten per cent",
    },
    bars,
    s("line", { class: "axis", x1: left, x2: W - left, y1: base, y2: base }),
    ticks,
  );
}

// One source's originality over time: dots sized by words, 0 to 100 %, from the feed's first day to its last.
function series(points, first, last, labelOf, label) {
  const W = 300,
    H = 96,
    left = 30,
    right = 10,
    top = 8,
    base = 76;
  const x = at => left + (last > first ? (at - first) / (last - first) : 0.5) * (W - left - right);
  const y = value => base - value * (base - top);
  const grid = [0, 0.5, 1].map(value => [
    s("line", { class: "grid", x1: left, x2: W - right, y1: y(value), y2: y(value) }),
    s("text", { class: "tick", x: left - 5, y: y(value) + 4, "text-anchor": "end" }, `${100 * value}`),
  ]);
  const known = points.filter(point => point.value != null);
  const most = Math.max(1, ...known.map(point => point.words));
  const line = s("polyline", {
    class: "line",
    points: known.map(point => `${x(point.at).toFixed(1)},${y(point.value).toFixed(1)}`).join(" "),
  });
  const dots = known.map(point =>
    s(
      "circle",
      {
        class: "dot",
        cx: x(point.at).toFixed(1),
        cy: y(point.value).toFixed(1),
        r: (1.8 + 2.6 * Math.sqrt(point.words / most)).toFixed(1),
      },
      s("title", {}, `${point.label}: ${percent(point.value)} of ${counted(point.articles, "article")}`),
    ),
  );
  // The axis is that of the feed, the same under every chart.
  const ends =
    first === last
      ? s("text", { class: "tick", x: x(first), y: H - 4, "text-anchor": "middle" }, labelOf(first))
      : [
          s("text", { class: "tick", x: left, y: H - 4 }, labelOf(first)),
          s("text", { class: "tick", x: W - right, y: H - 4, "text-anchor": "end" }, labelOf(last)),
        ];
  return s(
    "svg",
    { class: "sparks", viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": label },
    grid,
    line,
    dots,
    ends,
  );
}

// Days, weeks or months since 1970, whichever gives a readable number of dots.
function calendar(days) {
  const span = days.length ? days[days.length - 1] - days[0] : 0;
  if (span <= 62) return { of: day => day, label: at => isoDay(at), unit: "day" };
  if (span <= 430)
    return { of: day => Math.floor((day + 3) / 7), label: at => isoDay(7 * at - 3), unit: "week" };
  return {
    of: day => {
      const date = new Date(day * 864e5);
      return date.getUTCFullYear() * 12 + date.getUTCMonth();
    },
    label: at => `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, "0")}`,
    unit: "month",
  };
}
const isoDay = day => new Date(day * 864e5).toISOString().slice(0, 10);
const dayOf = published => {
  const at = Date.parse(published.slice(0, 10) + "T00:00:00Z");
  return Number.isNaN(at) ? null : Math.floor(at / 864e5);
};
