// The page: its tabs, its policies, and what keys do.

const TABS = ["play", "policy", "compare", "check", "profiles"];

function render() {
  for (const tab of TABS) {
    const chosen = ui.tab === tab;
    const button = byId(`tab-${tab}`);
    button.setAttribute("aria-selected", String(chosen));
    button.tabIndex = chosen ? 0 : -1;
    byId(`view-${tab}`).hidden = !chosen;
  }
  for (const [id, value] of [["policy", state.policy], ["other", state.other ?? ""]]) {
    if (document.activeElement !== byId(id)) byId(id).value = value;
  }

  const place = byId(`view-${ui.tab}`);
  if (ui.tab === "play") show(place, h("div", { class: "play" }, h("div", { class: "left" }, stage(), deeds()), h("div", { class: "middle" }, matrix(), watches()), timeline()));
  else if (ui.tab === "policy") show(place, policyTab());
  else if (ui.tab === "compare") show(place, compareTab());
  else if (ui.tab === "check") show(place, checkTab());
  else show(place, profilesTab());
}

function choosePolicy(field, value) {
  const error = change({ [field]: value.trim() || (field === "other" ? null : state.policy) });
  byId("policy-error").textContent = error ? error.message : "";
}

function start() {
  if (typeof WebAssembly !== "object") {
    byId("needs").hidden = false;
    byId("needs").textContent = "This page has the engine inside as WebAssembly, which is switched off in this browser. Switch it on, or use another browser.";
    return;
  }
  wasm_bindgen.initSync({ module: moduleBytes() });

  const opened = fromFragment(location.hash.slice(1));
  const error = change(opened.state ?? START, { keep: false });
  if (error) change(START, { keep: false });
  const problem = opened.error ?? (error ? `The address cannot be opened: ${error.message}` : null);
  byId("policy-error").textContent = problem ?? "";
  for (const it of POLICY_NAMES()) byId("names").append(h("option", { value: it }));

  byId("policies").addEventListener("submit", (event) => event.preventDefault());
  byId("policy").addEventListener("change", (event) => choosePolicy("policy", event.target.value));
  byId("other").addEventListener("change", (event) => choosePolicy("other", event.target.value));
  for (const tab of TABS) byId(`tab-${tab}`).addEventListener("click", () => { ui.tab = tab; render(); });
  byId("tabs").addEventListener("keydown", (event) => {
    const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!move) return;
    ui.tab = TABS[(TABS.indexOf(ui.tab) + move + TABS.length) % TABS.length];
    render();
    byId(`tab-${ui.tab}`).focus();
  });
  addEventListener("keydown", (event) => {
    const typing = /^(input|textarea|select)$/i.test(event.target.tagName);
    if (typing || !(event.ctrlKey || event.metaKey)) return;
    if (event.key === "z" && !event.shiftKey) { event.preventDefault(); undo(); }
    if (event.key === "y" || (event.key === "z" && event.shiftKey)) { event.preventDefault(); redo(); }
  });
  addEventListener("hashchange", () => {
    const { state: read } = fromFragment(location.hash.slice(1));
    if (read && JSON.stringify(read) !== JSON.stringify(state)) change(read);
  });
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    const file = event.dataTransfer.files[0];
    if (!file) return;
    ui.tab = "policy";
    render();
    file.text().then(takeFile);
  });
}

function POLICY_NAMES() {
  const near = ask("nearest", state.policy);
  return (near.nearest ?? near).map((it) => it.name).sort();
}

start();
