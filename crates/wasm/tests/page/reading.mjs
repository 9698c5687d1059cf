// What the page shows, read from its elements. It runs in the page.

/** Puts the functions into the page, as `window.reading`. */
export function reading() {
  const all = (place, selector) => [...place.querySelectorAll(selector)];
  const words = (element) => element?.textContent.replace(/\s+/g, " ").trim() ?? null;

  const reasons = (place) =>
    all(place, "[data-reason]").map((reason) => ({
      name: reason.dataset.reason,
      rules: all(reason, "[data-rule]").map((rule) => rule.dataset.rule),
    }));

  /** The cells of the matrix, each with a verdict for each policy. */
  const cells = () =>
    all(document, "#matrix button[data-cell]").map((button) => ({
      question: button.dataset.question,
      actor: button.dataset.actor,
      target: button.dataset.target,
      differs: button.hasAttribute("data-differs"),
      // What is not confirmed is said once the worker has found it out.
      label: (button.getAttribute("aria-label") ?? words(button)).replace(", not confirmed", ""),
      verdicts: all(button, "span[data-side]").map((side) => side.dataset.verdict),
    }));

  /** What the open dialog says of a question, for each policy. */
  const details = () => {
    const dialog = document.querySelector("dialog#details[open]");
    return (
      dialog &&
      all(dialog, "section[data-side]").map((side) => ({
        learns: words(side.querySelector("[data-learns]")),
        knows: words(side.querySelector("[data-knows]")),
        reasons: reasons(side),
      }))
    );
  };

  /** The cells with their dialogs, each opened by a click. */
  const cellsWithDetails = () => {
    const dialog = document.querySelector("dialog#details");
    return cells().map((cell) => {
      const places = ["question", "actor", "target"].map(
        (key) => `[data-${key}="${CSS.escape(cell[key])}"]`,
      );
      document.querySelector(`#matrix button[data-cell]${places.join("")}`).click();
      const sides = details();
      dialog.close();
      return { ...cell, sides };
    });
  };

  /** The actions that the page offers of the chosen pair. */
  const actions = () =>
    all(document, "#actions li[data-action]").map((item) => {
      const button = item.querySelector("button");
      return {
        action: item.dataset.action,
        actor: item.dataset.actor,
        target: item.dataset.target,
        disabled: button.getAttribute("aria-disabled") === "true",
        label: words(button),
        differs: item.hasAttribute("data-differs"),
        sides: all(item, "[data-side]").map((side) => ({
          allowed: side.dataset.allowed,
          text: words(side),
          then: words(side.querySelector("[data-then]")),
          reasons: reasons(side),
        })),
      };
    });

  const choose = (id, value) => {
    const select = document.getElementById(id);
    if (select.value === value) return;
    select.value = value;
    select.dispatchEvent(new Event("input", { bubbles: true }));
    select.dispatchEvent(new Event("change", { bubbles: true }));
  };

  /** The actions of every ordered pair, each chosen in turn. */
  const actionsOfAll = () => {
    const users = all(document, "#actor option").map((option) => option.value);
    const found = [];
    for (const actor of users) {
      for (const target of users.filter((user) => user !== actor)) {
        choose("actor", actor);
        choose("target", target);
        found.push(...actions().filter((it) => it.actor === actor && it.target === target));
      }
    }
    return found;
  };

  const steps = () =>
    all(document, "#story [data-step]").map((button) => ({
      step: Number(button.dataset.step),
      text: words(button),
      now:
        button.getAttribute("aria-current") !== null &&
        button.getAttribute("aria-current") !== "false",
    }));

  const watches = () =>
    all(document, "#watches [data-watch]").map((row) => ({
      watch: row.dataset.watch,
      steps: all(row, "button[data-step]").map((button) => [
        Number(button.dataset.step),
        button.dataset.verdict,
      ]),
    }));

  /** Goes to an address, as its bar does, and waits until the page has taken it. */
  const goTo = (fragment) =>
    new Promise((done) => {
      // The page listens since before: its listener comes first.
      addEventListener("hashchange", () => done(), { once: true });
      location.hash = fragment;
    });

  /** Opens each state, and reads all that the page says of it. */
  const readStates = async (fragments) => {
    const found = [];
    for (const fragment of fragments) {
      await goTo(fragment);
      found.push({
        policy: document.querySelector("#policy").value,
        steps: steps(),
        cells: cellsWithDetails(),
        actions: actionsOfAll(),
        error: words(document.querySelector("#policy-error")),
      });
    }
    return found;
  };

  /** How far the document is wider than the window. */
  const overflow = () => {
    const root = document.documentElement;
    const wide = all(document, "body *").filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width > 0 && box.right > root.clientWidth + 1;
    });
    return {
      by: root.scrollWidth - root.clientWidth,
      // The innermost elements that stick out, as a hint.
      of: wide
        .filter((it) => !wide.some((other) => it !== other && it.contains(other)))
        .slice(0, 5)
        .map(
          (it) =>
            `${it.tagName.toLowerCase()}${it.id ? `#${it.id}` : ""}.${it.getAttribute("class") ?? ""}`,
        ),
    };
  };

  /** The document without what no address carries: what can be undone, and what had the focus. */
  const everything = () => {
    const copy = document.body.cloneNode(true);
    for (const element of all(
      copy,
      "script, style, [aria-live], [role=status], .toast, #details > *",
    ))
      element.remove();
    for (const element of all(copy, "#undo, #redo"))
      ["disabled", "aria-disabled"].forEach((it) => element.removeAttribute(it));
    for (const element of all(copy, "section[tabindex]")) element.removeAttribute("tabindex");
    return copy.innerHTML.replace(/></g, ">\n<").split("\n");
  };

  window.reading = {
    cells,
    details,
    cellsWithDetails,
    actions,
    actionsOfAll,
    steps,
    watches,
    goTo,
    readStates,
    overflow,
    everything,
    words: (selector) => words(document.querySelector(selector)),
    focus: () => {
      const active = document.activeElement;
      return active === null || active === document.body
        ? null
        : active.id || active.outerHTML.slice(0, 120);
    },
  };
}
