// Elements, and what is said to a screen reader.

/** Makes an element: attributes by name, `on…` as listeners, children as nodes or text. */
function h(name, attributes, ...children) {
  const svg = SVG_ELEMENTS.has(name);
  const element = svg
    ? document.createElementNS("http://www.w3.org/2000/svg", name)
    : document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "value" || key === "checked") element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
  return element;
}

const SVG_ELEMENTS = new Set(["svg", "g", "path", "circle", "text", "marker", "defs", "tspan", "title", "rect", "line"]);

const byId = (id) => document.getElementById(id);

/** Replaces the content of an element, and keeps the focus on the element with the same key. */
function show(parent, ...children) {
  const active = document.activeElement;
  const key = parent.contains(active) ? active.getAttribute("data-key") : null;
  const start = active?.selectionStart;
  parent.replaceChildren(...children.flat(Infinity).filter(Boolean));
  if (!key) return;
  const again = parent.querySelector(`[data-key="${CSS.escape(key)}"]`);
  again?.focus({ preventScroll: true });
  if (again?.setSelectionRange && start !== undefined && start !== null) {
    try { again.setSelectionRange(start, start); } catch { /* not a text field */ }
  }
}

/** Says something to a screen reader. */
function say(text) {
  byId("said").textContent = text;
}

/** Offers a text as a file. */
function save(name, text, type = "text/plain") {
  const link = h("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** Copies a text, also where the clipboard's interface is closed to pages from disk. */
async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = h("textarea", { class: "visually-hidden" });
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  say(`${what} copied`);
  toast(`${what} copied`);
}

/** Shows a short message for some seconds. */
function toast(text) {
  document.querySelector(".toast")?.remove();
  const element = h("div", { class: "toast", "aria-hidden": "true" }, text);
  document.body.append(element);
  setTimeout(() => element.remove(), 2500);
}
