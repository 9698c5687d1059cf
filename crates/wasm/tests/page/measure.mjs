// Prints how quick the page is: the first paint from disk, the first matrix, and a step.
import { close, open } from "./browser.mjs";
import { stateOf, until } from "./page.mjs";

const OPENINGS = 15;
const STEPS = 200;

const FOUR = stateOf({
  users: ["ann", "ben", "cyd", "dot"],
  lines: Array.from({ length: 50 }, (_, index) => {
    const [actor, target] = [
      ["ann", "ben"],
      ["ben", "cyd"],
      ["cyd", "dot"],
      ["dot", "ann"],
    ][index % 4];
    return [
      `${actor} sends ${target} a friend request`,
      `${actor} blocks ${target}`,
      `${actor} unblocks ${target}`,
    ][Math.floor(index / 4) % 3];
  }),
  watches: [{ question: "message", actor: "ann", target: "ben" }],
});

/** Returns the middle of some times, and the tenth and ninetieth of a hundred. */
function spread(times) {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(1);
  return `${at(0.5).padStart(7)} ms   (${at(0.1)} to ${at(0.9)})`;
}

function print(name, times) {
  console.log(`${name.padEnd(58)} ${spread(times)}   ${times.length} times`);
}

/** Notes when the first cell of the matrix is there. */
function noteMatrix() {
  const observer = new MutationObserver(() => {
    if (!document.querySelector("#matrix [data-cell]")) return;
    window.matrixAt = performance.now();
    observer.disconnect();
  });
  observer.observe(document, { childList: true, subtree: true });
}

async function openings() {
  const [paints, matrices] = [[], []];
  for (let count = 0; count < OPENINGS; count += 1) {
    const visit = await open({ init: noteMatrix });
    const read = () =>
      visit.page.evaluate(() => [
        performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
        window.matrixAt,
      ]);
    await until("a paint and a matrix", async () => (await read()).every(Boolean));
    const [paint, matrix] = await read();
    paints.push(paint);
    matrices.push(matrix);
    await visit.context.close();
  }
  print("from disk: first paint", paints);
  print("from disk: first matrix", matrices);
}

/** Clicks two buttons in turn: until the page is drawn anew and laid out. */
async function steps(name, state, selectors) {
  const visit = await open({ state });
  const times = await visit.page.evaluate(
    async ([selectors, count]) => {
      const times = [];
      for (let index = 0; index < count + 20; index += 1) {
        const button = document.querySelector(selectors[index % selectors.length]);
        const begin = performance.now();
        button.click();
        document.body.getBoundingClientRect();
        times.push(performance.now() - begin);
        await new Promise(requestAnimationFrame);
      }
      // The first are not compiled yet.
      return times.slice(20);
    },
    [selectors, STEPS],
  );
  print(name, times);
  await visit.context.close();
}

/** Asks the engine alone what the page asks at each step. */
async function engine(name, state) {
  const visit = await open({ state });
  const times = await visit.page.evaluate(
    ([state, count]) => {
      const times = [];
      for (let index = 0; index < count + 20; index += 1) {
        const begin = performance.now();
        JSON.parse(wasm_bindgen.review_view(state));
        times.push(performance.now() - begin);
      }
      return times.slice(20);
    },
    [JSON.stringify(state), STEPS],
  );
  print(name, times);
  await visit.context.close();
}

await openings();
const possible = '#actions li:has([data-allowed="true"]) button';
const FEW = { ...FOUR, lines: FOUR.lines.slice(0, 8), step: 8 };
await steps("four users, 8 lines: a step back and on", FEW, ["#back", "#forward"]);
await steps("four users, 50 lines: a step back and on", FOUR, ["#back", "#forward"]);
await engine("four users, 50 lines: the engine's part of a step", FOUR);
await steps("four users, 50 lines: an action and undo", FOUR, [possible, "#undo"]);
await steps(
  "four users, 50 lines, two policies: a step back and on",
  { ...FOUR, other: "mastodon" },
  ["#back", "#forward"],
);
await steps(
  "two users, README's story: a step back and on",
  stateOf({
    lines: [
      "ann sends ben a friend request",
      "ben accepts a friend request from ann",
      "ann blocks ben",
    ],
  }),
  ["#back", "#forward"],
);
await close();
