// What the pictures in docs/pictures/ show. A scene's picture is NAME-VIEW.png.
import { stateOf } from "./page.mjs";

/** The views: the width and the height of the window, and the colors. */
export const VIEWS = {
  1280: { width: 1280, height: 800, colorScheme: "light" },
  1920: { width: 1920, height: 1080, colorScheme: "light" },
  "1920-dark": { width: 1920, height: 1080, colorScheme: "dark" },
  360: { width: 360, height: 780, colorScheme: "light", deviceScaleFactor: 2 },
  "360-dark": { width: 360, height: 780, colorScheme: "dark", deviceScaleFactor: 2 },
};
const SIZES = ["1920", "360", "360-dark"];

const BLOCK = [
  "ann sends ben a friend request",
  "ben accepts a friend request from ann",
  "ann blocks ben",
];
const README = BLOCK.map((line) => line.replaceAll("ann", "alice").replaceAll("ben", "bob"));
const OURS =
  "tencent_rest with message.notice.own = told, message.notice.other = told, block.cancels_requests_of = neither, limits.blocked = 2";
const THREE = [
  "cyd adds ben as a one-way friend",
  "ann sends ben a friend request",
  "ben accepts a friend request from ann",
  "cyd sends ann a friend request",
  "ann blocks ben",
];
const WATCHES = [
  { question: "message", actor: "ben", target: "ann" },
  { question: "send_request", actor: "cyd", target: "ann" },
];

/** The scenes in the order of docs/review.md: what the page opens with, and what is done then. */
export const SCENES = [
  {
    name: "readme",
    views: ["1280"],
    state: stateOf({
      users: ["alice", "bob"],
      lines: README,
      watches: [{ question: "message", actor: "bob", target: "alice" }],
    }),
  },
  { name: "start", views: ["1280", ...SIZES] },
  {
    name: "answer",
    views: ["1280"],
    act: [["click", '#matrix [data-question="message"][data-actor="ben"]']],
  },
  {
    name: "three-users",
    views: ["1280"],
    state: stateOf({ users: ["ann", "ben", "cyd"], lines: THREE, watches: WATCHES }),
  },
  {
    name: "two-policies",
    views: ["1280", "1920-dark"],
    state: stateOf({
      other: "mastodon",
      lines: BLOCK,
      watches: [{ question: "message", actor: "ann", target: "ben" }],
    }),
  },
  {
    name: "compare",
    views: ["1280"],
    tab: "compare",
    state: stateOf({ other: "mastodon", lines: BLOCK }),
    act: [["wait", "article[data-story]"]],
  },
  {
    name: "policy",
    views: ["1280"],
    tab: "policy",
    state: stateOf({ policy: OURS, lines: BLOCK }),
    act: [["unfold", '[data-part="message.stopped_by"]']],
  },
  {
    name: "check",
    views: ["1280"],
    tab: "check",
    state: stateOf({ policy: OURS, lines: BLOCK }),
    act: [
      ["click", "#check-run"],
      ["wait", "tr[data-property]"],
    ],
  },
  {
    name: "profiles",
    views: ["1280"],
    tab: "profiles",
    state: stateOf({ lines: BLOCK }),
    act: [["wait", "#stories details"]],
  },
];
