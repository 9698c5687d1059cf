// The tab Compare: two policies, what tells them apart, and which a policy is like.

import { later, rulesInLine, storyCard } from "./common.js";
import { button, h, table } from "./dom.js";
import { attempt, page } from "./state.js";

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

function nearest(all) {
  const others = all.filter(({ name }) => name !== page.state.policy);
  const rows = others.map(({ name, title, distance, parts, limits }) => [
    title,
    h("code", {}, name),
    distance ? `${distance}: ${paths(parts)}` : "none",
    paths(limits),
    button(`Set ${name} beside`, () => attempt({ other: name }), { "data-key": `beside ${name}` }),
  ]);
  return h(
    "section",
    { class: "card" },
    h("h2", {}, "Which systems is this policy like?"),
    h(
      "p",
      { class: "hint" },
      "The named policies, the nearest first. Limits do not count, and what stops a call, an invitation or presence counts if it is not what stops a message.",
    ),
    table(
      "Named policies by distance",
      ["System", "Policy", "Parts that differ", "Limits", ""],
      rows,
    ),
  );
}

function paths(parts) {
  return parts.map((part) => part.path).join(", ");
}
