// The matrix: every question for every ordered pair, and the reasons of a cell.

const QUESTIONS = { message: "message", call: "call", group_invitation: "invite", presence: "appear online to", send_request: "request" };
const VERDICTS = { allowed: ["✓", "may"], refused_silently: ["◌", "may not, and is not told"], refused: ["✕", "may not"] };

function matrix() {
  const pairs = [...new Map(view.matrix.map((cell) => [`${cell.actor}\n${cell.target}`, cell])).values()];
  const head = h("tr", {}, h("th", { scope: "col" }, "May …"), ...Object.values(QUESTIONS).map((verb) => h("th", { scope: "col" }, verb)));
  const rows = pairs.map(({ actor, target }) => h("tr", {},
    h("th", { scope: "row" }, actor, h("span", { class: "to" }, " → "), target),
    ...Object.keys(QUESTIONS).map((question) => h("td", {}, cell(find(actor, target, question))))));
  const key = Object.entries(VERDICTS).map(([name, [sign, words]]) => h("span", { class: `sign ${name}` }, h("b", {}, sign), ` ${words}`));
  return h("section", { class: "matrix", "aria-label": "Who may do what" },
    h("table", {}, h("caption", {}, `Who may reach whom${view.step ? ` after step ${view.step}` : " at the beginning"}`), h("thead", {}, head), h("tbody", {}, ...rows)),
    h("p", { class: "key" }, ...key, h("span", {}, "Open a cell for its reasons.")));
}

function find(actor, target, question) {
  return view.matrix.find((it) => it.actor === actor && it.target === target && it.question === question);
}

function look(side) {
  return side.verdict === "refused" && side.notice === "neutral" ? "may not, and is not told why" : VERDICTS[side.verdict][1];
}

function cell(it) {
  const label = it.sides.map((side) => look(side)).join("; beside: ");
  const verb = QUESTIONS[it.question];
  return h("button", { class: `cell ${it.sides[0].verdict}${it.differs ? " differs" : ""}`, "data-key": `${it.actor} ${it.question} ${it.target}`,
    "aria-label": `${it.actor} ${label}: ${verb} ${it.target}${it.differs ? ", the policies differ" : ""}`, onclick: () => openCell(it) },
    ...it.sides.map((side) => h("span", { class: `sign ${side.verdict}`, "aria-hidden": "true" }, VERDICTS[side.verdict][0])),
    unconfirmed(it) ? h("span", { class: "unconfirmed", title: "not confirmed" }, "?") : null);
}

function unconfirmed(it) {
  return ui.certainties?.matrix?.some((cell) => cell.actor === it.actor && cell.target === it.target && cell.question === it.question && cell.sides?.some((side) => side === "not_confirmed" || side.certainty === "not_confirmed"));
}

function openCell(it) {
  const watched = state.watches.some((watch) => sameQuestion(watch, it));
  const sides = it.sides.map((side, index) => h("section", { class: "answer" },
    it.sides.length > 1 ? h("h3", {}, view.policies[index].text) : null,
    h("dl", {},
      h("dt", {}, `What ${it.actor} learns`), h("dd", {}, side.learns),
      h("dt", {}, "What the engine knows"), h("dd", {}, side.knows)),
    side.reasons.length ? h("ul", { class: "reasons" }, ...side.reasons.map((reason) => h("li", {}, reason.text, " ", h("code", {}, reason.name),
      ...reason.rules.map((rule) => h("details", {}, h("summary", {}, rule), ruleSentence(rule)))))) : null));
  openDetails(`May ${it.actor} ${QUESTIONS[it.question] ?? it.question.replaceAll("_", " ")} ${it.target}?`, ...sides,
    h("p", { class: "buttons" },
      h("button", { onclick: () => { toggleWatch(it); byId("details").close(); } }, watched ? "Watch no longer" : "Watch through the story"),
      h("button", { onclick: () => byId("details").close() }, "Close")));
}

let ruleSentences = null;
function ruleSentence(rule) {
  ruleSentences ??= ask("rules", "");
  const found = (ruleSentences.rules ?? ruleSentences).find?.((it) => it.number === rule || it.name === rule || it.rule === rule);
  return found?.sentence ?? found?.text ?? "";
}

function openDetails(title, ...content) {
  const dialog = byId("details");
  dialog.replaceChildren(h("h2", { id: "details-title" }, title), ...content);
  if (!dialog.open) dialog.showModal();
}

const sameQuestion = (one, other) => one.question === other.question && one.actor === other.actor && one.target === other.target;

function toggleWatch({ question, actor, target }) {
  const watch = { question, actor, target };
  const others = state.watches.filter((it) => !sameQuestion(it, watch));
  change({ watches: others.length === state.watches.length ? [...others, watch] : others });
}

/** Pinned questions, and their answer at each step. */
function watches() {
  if (!view.watches.length) return null;
  const steps = Array.from({ length: view.watches[0].answers[0].length }, (_, step) => step);
  return h("section", { class: "watches", "aria-label": "Watches" }, h("h2", {}, "Watches"),
    h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Question"), ...steps.map((step) => h("th", { scope: "col", class: step === view.step ? "now" : undefined }, String(step))))),
      h("tbody", {}, ...view.watches.flatMap((watch) => watch.answers.map((answers, side) => h("tr", {},
        h("th", { scope: "row" }, `${watch.actor} ${QUESTIONS[watch.question] ?? watch.question} ${watch.target}`, side ? " (beside)" : "", " ",
          side ? null : h("button", { class: "quiet", "aria-label": `Watch no longer: ${watch.actor} ${watch.question} ${watch.target}`, onclick: () => toggleWatch(watch) }, "×")),
        ...answers.map((verdict, step) => h("td", { class: `${verdict}${step === view.step ? " now" : ""}${step && answers[step - 1] !== verdict ? " changed" : ""}` },
          h("button", { class: `cell ${verdict}`, "aria-label": `step ${step}: ${VERDICTS[verdict]?.[1] ?? verdict}`, onclick: () => goTo(step) }, VERDICTS[verdict]?.[0] ?? "?")))))))));
}
