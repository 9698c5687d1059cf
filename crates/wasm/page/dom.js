// Elements, and what is said to a screen reader.

const SVG = "http://www.w3.org/2000/svg";
const SVG_NAMES = new Set(["svg", "g", "path", "circle", "text", "marker", "defs", "title"]);

/** Makes an element: attributes by name, `on…` as listeners, and children as nodes or text. */
export function h(name, attributes, ...children) {
  const element = SVG_NAMES.has(name)
    ? document.createElementNS(SVG, name)
    : document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    setAttribute(element, key, value);
  }
  element.append(...shown(children));
  return element;
}

function setAttribute(element, key, value) {
  if (isNothing(value)) return;
  if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
  else if (key === "value") element.value = value;
  else element.setAttribute(key, value === true ? "" : value);
}

/** Children without what is left out by a condition. */
function shown(children) {
  return children.flat(Infinity).filter((child) => !isNothing(child));
}

function isNothing(value) {
  return value === null || value === undefined || value === false;
}

export function byId(id) {
  return document.getElementById(id);
}

/** Replaces what is in an element. The focus stays on the element with the same `data-key`. */
export function show(place, ...children) {
  const active = document.activeElement;
  const held = place.contains(active)
    ? { key: active.dataset.key, section: active.closest("section[id]")?.id }
    : null;
  place.replaceChildren(...shown(children));
  if (!held) return;

  const again = held.key && place.querySelector(`[data-key="${CSS.escape(held.key)}"]`);
  const section = held.section && place.querySelector(`#${CSS.escape(held.section)}`);
  // What was focused may be gone, or folded away.
  for (const next of [again, section, place]) {
    if (next && document.activeElement !== next && !place.contains(document.activeElement))
      focus(next);
  }
}

function focus(element) {
  const isFocusable = "a, button, input, select, textarea, summary, [tabindex]";
  if (!element.matches(isFocusable)) element.tabIndex = -1;
  element.focus({ preventScroll: true });
}

/** Says a text to a screen reader. */
export function say(text) {
  byId("said").textContent = text;
}

/** Shows a short message for some seconds, and says it. */
export function toast(text) {
  document.querySelector(".toast")?.remove();
  const element = h("p", { class: "toast", "aria-hidden": "true" }, text);
  document.body.append(element);
  setTimeout(() => element.remove(), 4000);
  say(text);
}

/** Offers a text as a file. */
export function save(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** Copies a text. */
export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Some browsers give the clipboard to no page from the disk.
    if (!copySelected(text)) {
      toast(`${what} not copied: this browser does not let the page copy`);
      return;
    }
  }
  toast(`${what} copied`);
}

function copySelected(text) {
  const active = document.activeElement;
  const field = h("textarea", { class: "unseen", value: text });
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  active?.focus();
  return isCopied;
}

/** Makes a button. The focus finds it again by its label, or by its id. */
export function button(label, onclick, attributes) {
  return h(
    "button",
    { type: "button", "data-key": attributes?.id ?? label, onclick, ...attributes },
    label,
  );
}

/** Makes a choice of one value. */
export function select(attributes, values, chosen, choose) {
  const options = values.map((value) => h("option", { value, selected: value === chosen }, value));
  const onchange = (event) => choose(event.target.value);
  return h(
    "select",
    { "data-key": attributes.id ?? attributes["aria-label"], onchange, ...attributes },
    options,
  );
}

/** Makes a table with a caption, from rows of cells. The first cell of a row is its heading. */
export function table(caption, columns, rows) {
  const head = columns.map((column) => h("th", { scope: "col" }, column));
  const body = rows.map((cells) =>
    h(
      "tr",
      {},
      cells.map((cell, index) => (index ? h("td", {}, cell) : h("th", { scope: "row" }, cell))),
    ),
  );
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "group", "aria-label": caption },
    h(
      "table",
      {},
      h("caption", {}, caption),
      h("thead", {}, h("tr", {}, head)),
      h("tbody", {}, body),
    ),
  );
}
