// The tab Compare: two policies, what tells them apart, and which a policy is like.

import { button, h, table } from "./dom.js";
import { askLater } from "./engine.js";
import { rulesInLine } from "./actions.js";
import { change, errorInWords, page } from "./state.js";

export function compareTab() {
  const { policy, other } = page.state;
  const comparison = h("div", { id: "comparison" });
  const near = h("div", { id: "nearest" });
  if (other) later(comparison, "compare", { one: policy, other }, compared);
  else
    comparison.append(
      h(
        "p",
        { class: "card" },
        "Name a second policy at the top, or choose one below: the named policies, the nearest first.",
      ),
    );
  later(near, "nearest", policy, nearest);
  return [comparison, near];
}

/** Asks off the main thread, and shows the answer if its place is still in the page. */
export async function later(place, name, argument, draw) {
  place.replaceChildren(h("p", { role: "status" }, "One moment …"));
  const answer = await askLater(name, argument).catch((error) => ({ error }));
  if (!place.isConnected) return;
  const drawn = answer.error
    ? h("p", { class: "error" }, errorInWords(answer.error))
    : draw(answer);
  place.replaceChildren(...[drawn].flat(Infinity).filter(Boolean));
}

function compared({ policies, parts, topics }) {
  if (!parts.length)
    return h("p", { class: "card" }, "The two policies are the same in every part.");
  const rows = parts.map(({ path, values, rules }) => [
    h("code", {}, path),
    ...values,
    rulesInLine(rules),
  ]);
  return [
    h("h2", {}, `${policies[0]} and ${policies[1]}`),
    topics.length
      ? h(
          "p",
          {},
          "The shortest stories that tell them apart. Each opens on the stage, with its question as a watch.",
        )
      : h("p", {}, "No story of two users tells them apart."),
    topics.map((topic) =>
      h(
        "section",
        { class: "topic" },
        h("h3", {}, topic.topic),
        h(
          "div",
          { class: "cards" },
          topic.stories.map((story) => storyCard(story, policies)),
        ),
      ),
    ),
    h(
      "div",
      { class: "card" },
      table(
        `${parts.length} ${parts.length === 1 ? "part differs" : "parts differ"}`,
        ["Part", ...policies, "Rules"],
        rows,
      ),
    ),
  ];
}

/** A story that two policies answer differently, which opens on the stage. */
export function storyCard({ lines, answers, state, alike }, policies) {
  return h(
    "article",
    { class: "card story-card", "data-story": lines.join("\n") },
    h(
      "ol",
      {},
      lines.map((line) => h("li", {}, line)),
    ),
    h(
      "dl",
      {},
      answers.map((answer, side) => [
        h("dt", {}, policies[side]),
        h("dd", { "data-verdict": answer.allowed ? "allowed" : "refused" }, answer.text),
      ]),
    ),
    alike.length
      ? h("p", { class: "hint" }, `Likewise: ${alike.join(", ").replaceAll("_", " ")}`)
      : null,
    button("Show on the stage", () => change(state, "play"), {
      class: "open",
      "data-key": `open ${lines.join(" ")}`,
    }),
  );
}

function nearest(all) {
  const rows = all.map(({ name, title, distance, parts }) => [
    title,
    h("code", {}, name),
    distance ? `${distance}: ${parts.map((part) => part.path).join(", ")}` : "none",
    button("Set beside", () => change({ other: name }), {
      "data-key": `beside ${name}`,
      "aria-label": `Set ${name} beside`,
    }),
  ]);
  return h(
    "section",
    { class: "card" },
    h("h2", {}, "Which systems is this policy like?"),
    table("Named policies, the nearest first", ["System", "Policy", "Parts that differ", ""], rows),
  );
}
