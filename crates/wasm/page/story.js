// The story: its steps as a timeline, and as sentences that can be edited.

function timeline() {
  const lines = view.lines.map((line, index) => {
    const step = index + 1;
    const results = line.sides.map((side, at) => h("ul", { class: "results" }, ...side.results.map((it) => h("li", { class: at ? "beside" : undefined }, it.text)), ...side.abilities.map((it) => h("li", { class: `ability${at ? " beside" : ""}` }, it.text))));
    const failed = line.sides.some((side) => !side.done || !side.holds);
    return h("li", { class: `${step === view.step ? "now" : ""}${step > view.step ? " later" : ""}${failed ? " failed" : ""}` },
      h("button", { class: "line", "data-key": `step-${step}`, "aria-current": step === view.step ? "step" : undefined, onclick: () => goTo(step) }, line.text || "…"),
      step === view.step ? results : null);
  });
  return h("section", { class: "timeline", "aria-label": "The story" },
    h("h2", {}, "The story"),
    h("p", { class: "buttons" },
      h("button", { onclick: undo, "data-key": "undo", disabled: !past.length, title: "Ctrl+Z" }, "Undo"),
      h("button", { onclick: redo, "data-key": "redo", disabled: !future.length, title: "Ctrl+Y" }, "Redo"),
      h("button", { onclick: () => goTo(view.step - 1), "data-key": "back", disabled: view.step === 0, "aria-label": "A step back" }, "◀"),
      h("button", { onclick: () => goTo(view.step + 1), "data-key": "forward", disabled: view.step === state.lines.length, "aria-label": "A step on" }, "▶"),
      h("button", { onclick: () => { ui.editing = !ui.editing; render(); }, "data-key": "edit", "aria-expanded": String(ui.editing) }, "Edit as sentences")),
    ui.editing ? editor() : h("ol", {}, h("li", { class: view.step === 0 ? "now" : "" }, h("button", { class: "line", "data-key": "step-0", onclick: () => goTo(0) }, "the beginning")), ...lines),
    h("p", { class: "buttons" },
      h("button", { onclick: () => copy(location.href, "Address") }, "Copy address"),
      h("button", { onclick: () => copy(view.story, "Story") }, "Copy story"),
      h("button", { onclick: () => save("review.story", view.story) }, "Save story"),
      h("button", { onclick: () => save("review_story.rs", view.rust, "text/x-rust") }, "Save as Rust test"),
      people()));
}

function people() {
  return h("label", {}, "Users ", h("select", { "data-key": "users", onchange: (event) => setUsers(Number(event.target.value)) },
    ...[2, 3, 4].map((count) => h("option", { value: count, selected: count === state.users.length }, String(count)))));
}

function setUsers(count) {
  const names = [...state.users, ...["ann", "ben", "cyd", "dot"].filter((it) => !state.users.includes(it))].slice(0, count);
  const error = change({ users: names });
  if (error) toast(error.message);
}

function editor() {
  const error = h("p", { class: "error", role: "alert" });
  const field = h("textarea", { "data-key": "story", rows: Math.max(6, state.lines.length + 2), spellcheck: "false", "aria-label": "The story, a sentence a line", value: state.lines.join("\n") });
  const apply = () => {
    const lines = field.value.split("\n").map((line) => line.trim()).filter(Boolean);
    const problem = change({ lines, step: lines.length });
    if (problem) error.textContent = problem.line ? `Line ${problem.line}: ${problem.message}` : problem.message;
    else ui.editing = false, render();
  };
  field.addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) apply(); });
  return h("div", { class: "editor" }, field, error, h("p", { class: "buttons" }, h("button", { onclick: apply }, "Apply (Ctrl+Enter)")));
}
