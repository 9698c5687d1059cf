// The other views: the policy, two policies, a check, and the profiles.

/** Runs what takes longer off the main thread, and shows it if it is still wanted. */
function later(place, name, argument, draw, onProgress) {
  const token = Symbol(name);
  place.token = token;
  place.replaceChildren(h("p", { class: "wait", role: "status" }, "One moment …"));
  askLater(name, argument, onProgress).then(
    (result) => { if (place.token === token) place.replaceChildren(...[draw(result)].flat()); },
    (error) => { if (place.token === token) place.replaceChildren(h("p", { class: "error" }, error.message)); });
}

function open(changes) {
  ui.tab = "play";
  const error = change({ watches: [], ...changes });
  if (error) toast(error.message);
}

let systemsOf = null;

function policyTab() {
  const policy = ask("policy", state.policy);
  const files = h("p", { class: "buttons" },
    h("button", { onclick: () => copy(policy.file, "Policy file") }, "Copy as file"),
    h("button", { onclick: () => save("policy.toml", policy.file) }, "Save as file"),
    h("label", { class: "drop" }, "Open a policy file ", h("input", { type: "file", accept: ".toml,.json", onchange: (event) => event.target.files[0]?.text().then(takeFile) })));
  const error = h("p", { class: "error", id: "file-error", role: "alert" });
  const rows = policy.parts.map((part) => h("tr", {},
    h("th", { scope: "row" }, h("code", {}, part.path), h("p", {}, part.meaning)),
    h("td", {}, part.is_limit ? limit(part) : h("select", { "aria-label": part.path, "data-key": part.path, onchange: (event) => setPart(part.path, event.target.value) },
      ...part.choices.map((choice) => h("option", { value: choice.value, selected: choice.value === part.value }, choice.value)))),
    h("td", {}, part.choices.find((choice) => choice.value === part.value)?.meaning ?? ""),
    h("td", {}, part.rules.join(", ")),
    h("td", { class: "systems", "data-part": part.path })));
  const table = h("table", { class: "parts" }, h("caption", {}, `The parts of ${state.policy}`),
    h("thead", {}, h("tr", {}, ...["Part", "Value", "It means", "Rules", "Systems alike"].map((it) => h("th", { scope: "col" }, it)))), h("tbody", {}, ...rows));
  const fill = (systems) => {
    systemsOf = systems;
    for (const part of policy.parts) {
      const place = table.querySelector(`[data-part="${CSS.escape(part.path)}"]`);
      const alike = (systems.systems ?? systems)[part.path]?.[part.value] ?? [];
      place?.replaceChildren(alike.length > 6 ? `${alike.slice(0, 6).join(", ")} and ${alike.length - 6} more` : alike.join(", "));
      if (place) place.title = alike.join(", ");
    }
  };
  if (systemsOf) queueMicrotask(() => fill(systemsOf));
  else askLater("systems", "").then(fill, () => {});
  return [files, error, table];
}

function limit(part) {
  return h("input", { type: "text", inputmode: "numeric", size: 6, "aria-label": part.path, "data-key": part.path, value: part.value, onchange: (event) => setPart(part.path, event.target.value) });
}

function setPart(path, value) {
  const changed = ask("with_part", { policy: state.policy, path, value });
  if (changed.error) toast(changed.error.message), render();
  else change({ policy: changed.text });
}

function takeFile(text) {
  const read = ask("policy_file", JSON.stringify(text));
  const failed = read.error ?? null;
  if (!failed) change({ policy: read.text });
  const place = byId("file-error");
  if (place) place.textContent = failed ? `The file is no policy: ${failed.message}` : "";
}

function compareTab() {
  const place = h("div", {});
  const near = h("div", {});
  if (!state.other) place.append(h("p", {}, "Choose a second policy at the top, or one of these: the named policies by distance."));
  else later(place, "compare", { one: state.policy, other: state.other }, compared);
  later(near, "nearest", state.policy, (all) => h("section", {}, h("h2", {}, "Like whom is this policy?"),
    h("ol", { class: "near" }, ...(all.nearest ?? all).map((it) => h("li", {}, h("button", { onclick: () => change({ other: it.name }) }, `${it.title}: ${it.name}`), ` differs in ${it.distance} ${it.distance === 1 ? "part" : "parts"}`)))));
  return [place, near];
}

function compared(result) {
  if (result.error) return h("p", { class: "error" }, result.error.message);
  const parts = h("table", { class: "parts" }, h("caption", {}, `${result.parts.length} parts differ`),
    h("thead", {}, h("tr", {}, ...["Part", ...result.policies].map((it) => h("th", { scope: "col" }, it)))),
    h("tbody", {}, ...result.parts.map((part) => h("tr", {}, h("th", { scope: "row" }, h("code", {}, part.path)), ...part.values.map((value) => h("td", {}, value))))));
  const topics = result.topics.map((topic) => h("section", { class: "topic" }, h("h3", {}, topic.topic),
    ...topic.stories.map((story) => h("article", {}, h("ol", {}, ...story.lines.map((line) => h("li", {}, line))),
      h("dl", {}, ...story.answers.flatMap((answer, index) => [h("dt", {}, result.policies[index]), h("dd", { class: answer.allowed ? "allowed" : "refused" }, answer.text)])),
      h("button", { onclick: () => open({ ...story.state }) }, "Show on the stage")))));
  return [parts, h("h2", {}, result.topics.length ? "The shortest stories that tell them apart" : "No story of two users tells them apart."), ...topics];
}

function checkTab() {
  const place = h("div", { class: "checked" });
  const status = h("p", { role: "status" });
  let users = 3;
  const stop = h("button", { disabled: true, onclick: () => { stopLater(); status.textContent = "Stopped."; stop.disabled = true; place.replaceChildren(); } }, "Stop");
  const run = () => {
    const estimate = ask("estimate", { policy: state.policy, users });
    status.textContent = estimate.states ? `${estimate.states.toLocaleString("en")} states at most.` : "";
    stop.disabled = false;
    const begin = performance.now();
    later(place, "check", { policy: state.policy, users }, (result) => {
      stop.disabled = true;
      if (result.error) return h("p", { class: "error" }, result.error.message);
      status.textContent = `${result.states.toLocaleString("en")} states in ${((performance.now() - begin) / 1000).toFixed(1)} s.`;
      return h("table", { class: "parts" }, h("caption", {}, `What holds of ${state.policy} with ${result.users} users`),
        h("thead", {}, h("tr", {}, ...["Property", "Rules", "Holds", ""].map((it) => h("th", { scope: "col" }, it)))),
        h("tbody", {}, ...result.properties.map((it) => h("tr", { class: it.holds ? "holds" : "fails" },
          h("th", { scope: "row" }, it.sentence ?? it.property?.sentence), h("td", {}, String(it.rules ?? it.property?.rules ?? "")), h("td", {}, it.holds ? "✓ holds" : "✕ fails"),
          h("td", {}, it.trace ? h("button", { onclick: () => open({ ...it.trace.state }) }, "Show the trace on the stage") : null)))));
    }, (progress) => { status.textContent = `${progress.expanded.toLocaleString("en")} of ${progress.of.toLocaleString("en")} states …`; });
  };
  return [h("p", { class: "buttons" }, h("label", {}, "Users ", h("select", { onchange: (event) => { users = Number(event.target.value); } }, ...[2, 3, 4].map((count) => h("option", { value: count, selected: count === 3 }, String(count))))),
    h("button", { onclick: run }, "Check every state"), stop), status, place];
}

function profilesTab() {
  const place = h("div", {});
  const stories = h("div", {});
  later(place, "profiles", "", drawProfiles);
  later(stories, "shown_stories", "", (all) => [h("h2", {}, "Ten stories that systems answer differently"), ...(all.stories ?? all).map((story) => h("details", {}, h("summary", {}, story.title),
    h("pre", {}, story.lines.join("\n")), h("button", { onclick: () => open({ lines: story.lines.filter((line) => !line.startsWith("#")), step: story.lines.filter((line) => !line.startsWith("#")).length, users: story.users }) }, "Show on the stage"),
    h("table", {}, h("tbody", {}, ...story.systems.map((it) => h("tr", {}, h("th", { scope: "row" }, it.name), h("td", {}, it.answer, it.certainty === "not_confirmed" ? " (not confirmed)" : "", it.is_exception ? " *" : "")))))))]);
  return [place, stories];
}

function drawProfiles(all) {
  const profiles = all.profiles ?? all.systems ?? all;
  const body = h("tbody", {});
  const draw = (filter) => body.replaceChildren(...profiles.filter((it) => JSON.stringify(it).toLowerCase().includes(filter.toLowerCase())).map((it) => h("tr", {},
    h("th", { scope: "row" }, it.title, h("p", {}, it.about)),
    h("td", {}, h("button", { onclick: () => { ui.tab = "play"; change({ policy: it.policy ?? it.name }); } }, it.name)),
    h("td", {}, h("details", {}, h("summary", {}, `${it.cells.length} facts`), h("ul", {}, ...it.cells.map((cell) => h("li", {}, `${cell.title}: `, h("b", {}, cell.value), ` (${cell.evidence}: ${cell.source})`, cell.note ? ` ${cell.note}` : ""))))),
    h("td", {}, h("ul", {}, ...it.exceptions.map((exception) => h("li", {}, exception.text)))),
    h("td", {}, h("details", {}, h("summary", {}, `${it.sources.length} sources`), h("ul", {}, ...it.sources.map((source) => h("li", {}, `${source.name}: ${source.place}`))))))));
  draw("");
  return [h("p", { class: "buttons" }, h("label", {}, "Filter ", h("input", { type: "search", oninput: (event) => draw(event.target.value) }))),
    h("table", { class: "parts" }, h("caption", {}, "What real systems do"), h("thead", {}, h("tr", {}, ...["System", "Policy", "Facts", "What no policy can say", "Sources"].map((it) => h("th", { scope: "col" }, it)))), body)];
}
