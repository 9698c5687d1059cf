// What is begun and not done yet, what a new branch replaces, and what Undo brings back.
import assert from "node:assert/strict";

import { PAGE_URL, address, stateOf, until } from "./page.mjs";
import { pageTest } from "./page_test.mjs";

const STORY = [
  "ann sends ben a friend request",
  "ben accepts a friend request from ann",
  "cyd adds ann as a two-way friend",
  "ann blocks ben",
  "ben blocks ann",
  "ann unblocks ben",
];
const THREE = stateOf({ users: ["ann", "ben", "cyd"], lines: STORY });

const isDisabled = async ({ page }, id) =>
  (await page.getAttribute(id, "aria-disabled")) === "true";

/** Watches the first question of the matrix, or stops watching it. */
async function toggleWatch({ page }) {
  const { length } = await page.$$("#watches [data-watch]");
  await page.locator("#matrix [data-cell]").first().click();
  await page.click("#watch");
  await until("the watch", async () => (await page.$$("#watches [data-watch]")).length !== length);
}

/** Does what draws the page anew, but changes no sentence of the story. */
const ELSEWHERE = {
  "another tab": async (visit) => {
    for (const tab of ["policy", "profiles", "play"]) await visit.tab(tab);
  },
  "another pair": async ({ page }) => {
    await page.click("#exchange");
    await page.selectOption("#actor", "cyd");
  },
  "another step": ({ page }) => page.click("#back"),
  "a watch": async (visit) => {
    await toggleWatch(visit);
    await toggleWatch(visit);
  },
  "another policy": ({ page }) => page.selectOption("#policy-names", "wire"),
};

pageTest(
  "what was typed of a story stays, whatever else is done",
  { state: THREE },
  async (visit) => {
    const { page } = visit;
    await page.click("#edit");
    const draft = `${STORY[0]}\nben acc`;
    await page.fill("#sentences", draft);
    for (const [what, act] of Object.entries(ELSEWHERE)) {
      await act(visit);
      assert.equal(await page.inputValue("#sentences"), draft, what);
    }
    // Also while the steps are looked at.
    await page.click("#edit");
    assert.equal(await page.locator("#sentences").count(), 0);
    await page.click("#edit");
    assert.equal(await page.inputValue("#sentences"), draft);

    assert.deepEqual((await visit.address()).state.lines, STORY);
    await page.fill("#sentences", STORY[0]);
    await page.click("#apply");
    assert.deepEqual((await visit.address()).state.lines, [STORY[0]]);
    // What was applied is a draft no longer.
    await page.click("#undo");
    await page.click("#edit");
    assert.equal(await page.inputValue("#sentences"), STORY.join("\n"));
  },
);

pageTest(
  "a sentence that is half typed stays, whatever else is done",
  { state: THREE },
  async (visit) => {
    const { page } = visit;
    await page.fill("#sentence", "ann blo");
    for (const [what, act] of Object.entries(ELSEWHERE)) {
      await act(visit);
      assert.equal(await page.inputValue("#sentence"), "ann blo", what);
    }
    await page.click("#forward");
    await page.fill("#sentence", "cyd blocks ben");
    await page.press("#sentence", "Enter");
    assert.deepEqual((await visit.address()).state.lines, [...STORY, "cyd blocks ben"]);
    assert.equal(await page.inputValue("#sentence"), "");
    assert.equal(await visit.read("focus"), "sentence");
  },
);

pageTest(
  "a wrong sentence stays, with its error under the field",
  { state: THREE },
  async (visit) => {
    const { page } = visit;
    await page.fill("#sentence", "ann bloks ben");
    await page.press("#sentence", "Enter");
    assert.match(await visit.read("words", "#sentence-error"), /bloks/);
    assert.equal(await page.getAttribute("#sentence", "aria-describedby"), "sentence-error");
    const [field, error] = await Promise.all(
      ["#sentence", "#sentence-error"].map((it) => page.locator(it).boundingBox()),
    );
    const below = error.y - (field.y + field.height);
    assert.ok(below >= 0 && below < 40, `${below} pixels below the field`);
    assert.equal(await page.inputValue("#sentence"), "ann bloks ben");
    assert.deepEqual((await visit.address()).state, THREE);
    assert.ok(await isDisabled(visit, "#undo"));

    await page.click("#exchange");
    assert.equal(await page.inputValue("#sentence"), "ann bloks ben");
    await page.fill("#sentence", "cyd blocks ben");
    await page.press("#sentence", "Enter");
    assert.equal((await visit.address()).state.lines.at(-1), "cyd blocks ben");
    assert.equal(await visit.read("words", "#sentence-error"), "");
  },
);

pageTest(
  "going on from an earlier step says how many steps are replaced, and Undo brings them back",
  { state: THREE },
  async (visit) => {
    const { page } = visit;
    const hint = () => visit.read("words", "#actions .hint");
    assert.equal(await hint(), "A click goes on with the story.");
    const byAction = async (line) => {
      const [actor, , target] = line.split(" ");
      await page.selectOption("#actor", actor);
      await page.selectOption("#target", target);
      await page.click('#actions li[data-action="block"] button');
    };
    const bySentence = async (line) => {
      await page.fill("#sentence", line);
      await page.press("#sentence", "Enter");
    };
    for (const goOn of [byAction, bySentence]) {
      for (const [step, place, replaced] of [
        [5, "step 5", "1 later step is"],
        [2, "step 2", "4 later steps are"],
        [0, "the beginning", "6 later steps are"],
      ]) {
        await page.click(`#story [data-step="${step}"]`);
        const { state } = await visit.address();
        assert.equal(await hint(), `A click goes on from ${place}: ${replaced} replaced.`);

        await goOn("cyd blocks ann");
        assert.deepEqual((await visit.address()).state.lines, [
          ...STORY.slice(0, step),
          "cyd blocks ann",
        ]);
        const told = `${replaced} gone: Undo brings them back`;
        assert.ok((await visit.read("words", ".toast")).includes(told), told);
        assert.ok((await visit.read("words", "#said")).includes(told), told);
        assert.equal(await hint(), "A click goes on with the story.");

        await page.click("#undo");
        assert.deepEqual((await visit.address()).state, state);
        assert.equal((await visit.read("steps")).length, STORY.length + 1);
      }
    }
  },
);

pageTest(
  "Ctrl+Z and Ctrl+Y work while a choice has the focus, and leave text fields alone",
  { state: THREE },
  async (visit) => {
    const { page } = visit;
    await page.selectOption("#actor", "cyd");
    await page.selectOption("#target", "ben");
    await page.click('#actions li[data-action="block"] button');
    const done = (await visit.address()).state;
    for (const id of ["#actor", "#target", "#users", "#policy-names", "#tab-play"]) {
      for (const again of ["Control+y", "Control+Shift+Z"]) {
        await page.focus(id);
        await page.keyboard.press("Control+z");
        assert.deepEqual((await visit.address()).state, THREE, `Ctrl+Z in ${id}`);
        assert.ok(await page.$eval(id, (it) => it === document.activeElement), `${id} is focused`);
        await page.keyboard.press(again);
        assert.deepEqual((await visit.address()).state, done, `${again} in ${id}`);
      }
    }

    await page.click("#edit");
    for (const [id, text] of [
      ["#sentences", "ann blocks ben"],
      ["#policy", "wir"],
      ["#other", "wir"],
    ]) {
      await page.focus(id);
      const before = await page.inputValue(id);
      await page.keyboard.press("Control+A");
      await page.keyboard.insertText(text);
      assert.equal(await page.inputValue(id), text);
      await page.keyboard.press("Control+z");
      assert.equal(await page.inputValue(id), before, `the browser's Ctrl+Z in ${id}`);
      await page.keyboard.press("Control+y");
      assert.equal(await page.inputValue(id), text, `the browser's Ctrl+Y in ${id}`);
      await page.keyboard.press("Control+z");
      assert.deepEqual((await visit.address()).state, done, `the story after Ctrl+Z in ${id}`);
    }
  },
);

pageTest(
  "Undo brings back the story that Start anew took away",
  { state: THREE },
  async (visit) => {
    const { page } = visit;
    await page.click('#story [data-step="4"]');
    const before = (await visit.address()).state;
    await page.click("#anew");
    assert.deepEqual(
      [(await visit.address()).state.lines, (await visit.address()).state.step],
      [[], 0],
    );
    assert.equal((await visit.read("steps")).length, 1);
    await page.click("#undo");
    assert.deepEqual((await visit.address()).state, before);
    assert.equal((await visit.read("steps")).length, STORY.length + 1);
    await page.click("#redo");
    assert.deepEqual((await visit.address()).state.lines, []);
  },
);

pageTest("what changes nothing is no step of Undo", { state: THREE }, async (visit) => {
  const { page } = visit;
  const nothing = {
    "the same policy": async () => {
      await page.selectOption("#policy-names", "tencent_rest");
      await page.fill("#policy", " tencent_rest ");
      await page.press("#policy", "Enter");
    },
    "no policy beside": () => page.selectOption("#other-names", "none"),
    "the same story": async () => {
      await page.click("#edit");
      await page.click("#apply");
    },
    "the same number of users": () =>
      page.$eval("#users", (it) => it.dispatchEvent(new Event("change", { bubbles: true }))),
    "looking at the steps and the tabs": async () => {
      for (const id of ["#back", "#back", "#forward", "#forward"]) await page.click(id);
      for (const tab of ["policy", "profiles", "play"]) await visit.tab(tab);
    },
    "another pair": async () => {
      await page.click("#exchange");
      await page.click("#exchange");
    },
    "the same value": async () => {
      await visit.tab("policy");
      await page.selectOption('[data-part="message.notice.other"] select', "silent");
      await page.fill('[data-part="limits.blocked"] input', "1000");
      await page.press('[data-part="limits.blocked"] input', "Enter");
      await page.waitForTimeout(100);
      await visit.tab("play");
    },
  };
  for (const [what, act] of Object.entries(nothing)) {
    await act();
    assert.deepEqual((await visit.address()).state, THREE, what);
    assert.ok(await isDisabled(visit, "#undo"), `${what}: something to undo`);
  }

  // What was undone can still be done again.
  await page.click("#anew");
  await page.click("#undo");
  for (const [what, act] of Object.entries(nothing)) {
    await act();
    assert.ok(!(await isDisabled(visit, "#redo")), `${what}: nothing to do again`);
  }
  await page.click("#anew");
  await page.click("#anew");
  await page.click("#undo");
  assert.deepEqual((await visit.address()).state, THREE);
});

const fragment = (state) => address(state).split("#")[1];
const WRONG = {
  damaged: fragment(THREE).slice(0, -9),
  newer: fragment({ ...THREE, version: 2 }),
};

for (const [name, wrong] of Object.entries(WRONG)) {
  const why = name === "newer" ? /newer page, version 2\b/ : /damaged/;

  pageTest(
    `a ${name} address in an open page says so, and the page stays as it is`,
    { state: { ...THREE, step: 4 } },
    async (visit) => {
      const { page } = visit;
      await page.fill("#sentence", "ann blo");
      const read = async () => ({
        policy: await page.inputValue("#policy"),
        steps: await visit.read("steps"),
        cells: await visit.read("cells"),
        sentence: await page.inputValue("#sentence"),
      });
      const before = await read();
      await visit.read("goTo", wrong);
      const said = await visit.read("words", "#policy-error");
      assert.match(said, why);
      assert.match(said, /stays as it is/);
      assert.deepEqual(await read(), before);

      // The next change writes the address of what is shown.
      await page.click("#forward");
      assert.deepEqual(await visit.address(), { tab: "play", state: { ...THREE, step: 5 } });
      assert.equal(await visit.read("words", "#policy-error"), "");
    },
  );

  pageTest(
    `a ${name} address that is opened first says so, and shows the start`,
    { address: `${PAGE_URL}#${wrong}` },
    async (visit) => {
      const said = await visit.read("words", "#policy-error");
      assert.match(said, why);
      assert.match(said, /shows the start/);
      assert.equal(await visit.page.inputValue("#policy"), "tencent_rest");
      assert.deepEqual(
        (await visit.read("steps")).map((it) => it.text),
        [
          "the beginning",
          "ann sends ben a friend request",
          "ben accepts a friend request from ann",
          "ann blocks ben",
        ],
      );
    },
  );
}
