// The keyboard alone.
import assert from "node:assert/strict";

import { Compared, answersTo } from "./engine.mjs";
import { stateOf, until } from "./page.mjs";
import { pageTest } from "./page_test.mjs";

const START = stateOf({ users: ["ann", "ben", "cyd"] });

/** Presses Tab until an element has the focus. */
async function tabTo({ page }, selector, key = "Tab") {
  for (let count = 0; count < 300; count += 1) {
    if (await page.evaluate((it) => document.activeElement?.matches(it), selector)) return count;
    await page.keyboard.press(key);
  }
  assert.fail(`no Tab leads to ${selector}`);
}

/** Goes to an element by Tab, or within a group by arrows, and presses a key there. */
async function press(visit, selector, key = "Enter") {
  await tabTo(visit, selector);
  await visit.page.keyboard.press(key);
  await assertFocused(visit, `${key} on ${selector}`);
}

/** Fails if the focus is lost: a user of the keyboard would begin at the top again. */
async function assertFocused(visit, after) {
  assert.notEqual(await visit.read("focus"), null, `the focus is lost after ${after}`);
}

/** Chooses an option of a `<select>` by its first letters. */
async function choose(visit, selector, value) {
  await tabTo(visit, selector);
  await visit.page.keyboard.type(value);
  await assertFocused(visit, `choosing ${value}`);
  assert.equal(await visit.page.inputValue(selector), value);
}

pageTest(
  "a story is played by the keyboard alone",
  { state: START, timeout: 120_000 },
  async (visit) => {
    const { page } = visit;
    const story = [
      ["send_request", "ann", "ben"],
      ["accept_request", "ben", "ann"],
      ["block", "ann", "cyd"],
      ["block", "ben", "ann"],
      ["unblock", "ben", "ann"],
    ];
    for (const [index, [action, actor, target]] of story.entries()) {
      await choose(visit, "#actor", actor);
      await choose(visit, "#target", target);
      await press(
        visit,
        `#actions li[data-action="${action}"] button`,
        index % 2 ? "Space" : "Enter",
      );
      assert.equal((await visit.address()).state.lines.length, index + 1);
      // The focus stays where the next action is, not at the start of the page.
      assert.ok(
        await page.evaluate(() => document.activeElement.closest("#actions")),
        await visit.read("focus"),
      );
    }
    new Compared().cellsOf(await visit.read("cells"), answersTo((await visit.address()).state));

    await press(visit, '#story [data-step="2"]');
    assert.equal((await visit.address()).state.step, 2);
    await press(visit, "#forward");
    assert.equal((await visit.address()).state.step, 3);
  },
);

pageTest(
  "undo, redo and the steps keep the focus at both ends",
  { state: { ...START, lines: ["ann blocks ben", "ben blocks ann"], step: 2 } },
  async (visit) => {
    const { page } = visit;
    for (const action of ["block", "unblock"]) {
      await choose(visit, "#actor", "cyd");
      await press(visit, `#actions li[data-action="${action}"] button`);
    }
    for (const [id, times] of [
      ["#undo", 2],
      ["#redo", 2],
      ["#back", 4],
      ["#forward", 4],
    ]) {
      await tabTo(visit, id);
      for (let count = 1; count <= times; count += 1) {
        await page.keyboard.press("Enter");
        await assertFocused(visit, `${id}, ${count} of ${times} times`);
      }
    }
    assert.deepEqual(
      [(await visit.address()).state.lines.length, (await visit.address()).state.step],
      [4, 4],
    );
  },
);

pageTest(
  "a cell opens its reasons, and Escape leads back to it",
  { state: { ...START, lines: ["ann blocks ben"], step: 1 } },
  async (visit) => {
    const { page } = visit;
    await tabTo(visit, "#matrix button[data-cell]");
    const cell = '#matrix [data-question="message"][data-actor="ben"][data-target="ann"]';
    // Either each cell is a stop of Tab, or arrows lead from one to the next.
    for (let count = 0; count < 200; count += 1) {
      if (await page.evaluate((it) => document.activeElement.matches(it), cell)) break;
      const inMatrix = await page.evaluate(() =>
        document.activeElement.matches("#matrix button[data-cell]"),
      );
      assert.ok(inMatrix, "the cell is not reached");
      await page.keyboard.press(count < 100 ? "Tab" : "ArrowDown");
      if (
        !(await page.evaluate(() => document.activeElement.matches("#matrix button[data-cell]")))
      ) {
        await page.keyboard.press("Shift+Tab");
        await page.keyboard.press("ArrowDown");
      }
    }
    await page.keyboard.press("Enter");
    const [side] = await visit.read("details");
    assert.equal(side.knows, "ben may not message ann, and is not told: ann blocks ben");
    assert.equal(side.learns, "ben may message ann");
    assert.ok(await page.evaluate(() => document.activeElement.closest("#details")));
    // The dialog is modal: Tab stays in it.
    for (let count = 0; count < 15; count += 1) {
      await page.keyboard.press("Tab");
      assert.ok(
        await page.evaluate(
          () =>
            document.activeElement === document.body || document.activeElement.closest("#details"),
        ),
      );
    }
    await page.keyboard.press("Escape");
    assert.ok(
      await page.evaluate((it) => document.activeElement.matches(it), cell),
      await visit.read("focus"),
    );

    await page.keyboard.press("Enter");
    await tabTo(visit, "#details button");
    const watch = page.locator("#details button", { hasText: /watch/i });
    await watch.focus();
    await page.keyboard.press("Enter");
    if (await page.isVisible("#details")) await page.keyboard.press("Escape");
    await assertFocused(visit, "watching a question");
    assert.equal((await visit.address()).state.watches.length, 1);
  },
);

pageTest(
  "the tabs are led through by arrows, and what they open keeps the focus",
  { state: { ...START, other: "wire" }, timeout: 120_000 },
  async (visit) => {
    const { page } = visit;
    await tabTo(visit, "#tab-play");
    for (const tab of ["policy", "compare", "check", "profiles", "play"]) {
      await page.keyboard.press("ArrowRight");
      if (!(await page.isVisible(`#view-${tab}`))) await page.keyboard.press("Enter");
      assert.equal(await visit.read("focus"), `tab-${tab}`);
      assert.ok(await page.isVisible(`#view-${tab}`), tab);
    }

    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    if (!(await page.isVisible("#view-compare"))) await page.keyboard.press("Enter");
    await page.waitForSelector("article[data-story] .open");
    await press(visit, "article[data-story] .open");
    await until("the stage", () => page.isVisible("#view-play"));
    await assertFocused(visit, "opening a difference");
  },
);

pageTest(
  "a check is run, stopped and opened",
  {
    state: { ...START, policy: "tencent_rest with block.cancels_requests_of = neither" },
    tab: "check",
    timeout: 120_000,
  },
  async (visit) => {
    const { page } = visit;
    await choose(visit, "#check-users", "3");
    await press(visit, "#check-run");
    await press(visit, "#check-stop");
    await choose(visit, "#check-users", "2");
    await press(visit, "#check-run");
    await page.waitForSelector("tr[data-property] .open");
    await assertFocused(visit, "the end of the check");
    await press(visit, "tr[data-property] .open");
    await until("the stage", () => page.isVisible("#view-play"));
    await assertFocused(visit, "opening a trace");
  },
);

pageTest(
  "the story is edited, and a part of the policy chosen",
  { state: START, timeout: 120_000 },
  async (visit) => {
    const { page } = visit;
    await press(visit, "#edit");
    await tabTo(visit, "#sentences");
    await page.keyboard.type("ann bloks ben");
    await press(visit, "#apply");
    assert.match(await page.textContent("#story-error"), /bloks/);
    await tabTo(visit, "#sentences", "Shift+Tab");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("ann blocks ben");
    await press(visit, "#apply");
    assert.deepEqual((await visit.address()).state.lines, ["ann blocks ben"]);

    await visit.page.focus("#tab-policy");
    await page.keyboard.press("Enter");
    const part = '[data-part="message.notice.other"] select';
    await tabTo(visit, part);
    await page.keyboard.type("told");
    await assertFocused(visit, "choosing a part");
    assert.match((await visit.address()).state.policy, /message\.notice\.other = told/);
    assert.ok(await page.evaluate((it) => document.activeElement.matches(it), part));
  },
);

pageTest(
  "every control of the stage is a stop of Tab, or beside one",
  {
    state: {
      ...START,
      other: "wire",
      lines: ["ann blocks ben"],
      step: 1,
      watches: [{ question: "message", actor: "ann", target: "ben" }],
    },
  },
  async (visit) => {
    const { page } = visit;
    const stops = new Set();
    for (let count = 0; count < 300; count += 1) {
      await page.keyboard.press("Tab");
      const group = await page.evaluate(() => {
        const active = document.activeElement;
        return active === document.body ? null : (active.closest("[id]")?.id ?? active.tagName);
      });
      if (group !== null) stops.add(group);
    }
    const wanted = [
      "policy",
      "other",
      "actor",
      "target",
      "actions",
      "matrix",
      "watches",
      "story",
      "edit",
      "copy-address",
      "copy-story",
      "save-story",
      "save-rust",
    ];
    assert.deepEqual(
      wanted.filter((it) => !stops.has(it)),
      [],
    );
    assert.ok([...stops].some((it) => it.startsWith("tab-")));

    // What has the focus is seen.
    const unseen = await page.evaluate(() => {
      const controls = [
        ...document.querySelectorAll(
          "#view-play button, #view-play select, header input, [role=tab]",
        ),
      ].filter((it) => it.checkVisibility() && !it.disabled);
      return controls
        .filter((it) => {
          it.focus({ focusVisible: true });
          const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(it);
          return (outlineStyle === "none" || outlineWidth === "0px") && boxShadow === "none";
        })
        .map((it) => it.id || it.outerHTML.slice(0, 100));
    });
    assert.deepEqual(unseen, []);
  },
);
