// Building the document: elements and text nodes only. Nothing from an article is ever parsed as markup, and
// every string that is shown passes through `plain`, so that no direction override is obeyed anywhere.
const SVG = "http://www.w3.org/2000/svg";

function build(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null)
      element.setAttribute(name, name === "value" ? value : String(value).replace(BIDI, ""));
  }
  element.append(...nodes(children));
  return element;
}
const nodes = children =>
  children
    .flat(Infinity)
    .filter(child => child != null && child !== false)
    .flatMap(child => (child instanceof Node ? child : plain(String(child))));
const h = (tag, attributes, ...children) => build(document.createElement(tag), attributes, children);
const s = (tag, attributes, ...children) => build(document.createElementNS(SVG, tag), attributes, children);
const byId = id => document.getElementById(id);

const CONTROLS = {
  0x202a: "LRE",
  0x202b: "RLE",
  0x202c: "PDF",
  0x202d: "LRO",
  0x202e: "RLO",
  0x2066: "LRI",
  0x2067: "RLI",
  0x2068: "FSI",
  0x2069: "PDI",
  0x200b: "ZWSP",
  0x2060: "WJ",
  0xfeff: "BOM",
  0xad: "SHY",
};
const CONTROL =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff\u00ad]/;
const BIDI = /[\u202a-\u202e\u2066-\u2069]/g;

// Text as nodes, with direction overrides and other invisible controls shown by name instead of obeyed.
function plain(value) {
  if (!CONTROL.test(value)) return [value];
  return value
    .split(new RegExp(`(${CONTROL.source})`))
    .filter(Boolean)
    .map(part => (CONTROL.test(part) ? control(part) : part));
}
function control(character) {
  const code = character.codePointAt(0),
    name = "U+" + code.toString(16).toUpperCase().padStart(4, "0");
  return h("span", { class: "control", title: `invisible character ${name}` }, CONTROLS[code] || name);
}
// A name or title: isolated, so that its direction ends where it ends.
const name = value => h("bdi", {}, value);

function outbound(url) {
  try {
    const parsed = new URL(url);
    return parsed.protocol === "https:" || parsed.protocol === "http:" ? parsed.href : null;
  } catch {
    return null;
  }
}

const number = value => value.toLocaleString("en");
const counted = (value, noun) => `${number(value)} ${noun}${value === 1 ? "" : "s"}`;
const percent = value => (value == null ? "–" : `${Math.round(100 * value)}\u00a0%`);
const when = published =>
  published
    ? published.slice(0, 10) + (/T00:00:00Z?$/.test(published) ? "" : " " + published.slice(11, 16))
    : "";
const hrefOf = (article, passage) => `#a${article}${passage == null ? "" : "p" + passage}`;

// A number and its per cent sign stay on one line.
const unbroken = value => value.replace(/(\d) %/g, "$1\u00a0%");

function fill(element, ...children) {
  element.replaceChildren(...nodes(children));
}
