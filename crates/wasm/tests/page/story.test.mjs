// Stories on the page: played, taken back, edited, shared and saved.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { assertQuiet, copied, open, start } from "./browser.mjs";
import { Compared, answersOf, answersOfFile, answersTo } from "./engine.mjs";
import { PAGE_URL, REPOSITORY, address, read, stateOf, until } from "./page.mjs";
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

/** Fails unless all that the page shows is the engine's answer to the state in the address. */
async function assertAgrees(visit, compared = new Compared()) {
  const shown = {
    cells: await visit.read("cellsWithDetails"),
    actions: await visit.read("actionsOfAll"),
  };
  compared.state(shown, answersTo((await visit.address()).state));
}

/** Clicks an action of a pair, as a user does. */
async function act({ page }, action, actor, target) {
  await page.selectOption("#actor", actor);
  await page.selectOption("#target", target);
  await page.click(`#actions li[data-action="${action}"] button`);
}

pageTest("README's story opens first, and every answer is the engine's", async (visit) => {
  // The address of the start has no fragment: the first change writes it.
  await visit.page.click("#back");
  const { state } = await visit.address();
  const readme = readFileSync(join(REPOSITORY, "README.md"), "utf8");
  const verbs = [
    ...readme.matchAll(/graph\.(send_friend_request|accept_friend_request|add_to_blocklist)\(/g),
  ];
  assert.deepEqual(
    verbs.slice(0, 3).map((verb) => verb[1]),
    ["send_friend_request", "accept_friend_request", "add_to_blocklist"],
  );
  const [first, second] = state.users;
  assert.deepEqual(state.lines, [
    `${first} sends ${second} a friend request`,
    `${second} accepts a friend request from ${first}`,
    `${first} blocks ${second}`,
  ]);
  assert.deepEqual([state.policy, state.other, state.step], ["tencent_rest", null, 2]);
  await visit.page.click("#forward");

  const compared = new Compared();
  await assertAgrees(visit, compared);
  assert.deepEqual({ ...compared }, { states: 1, cells: 10, actions: 20, answers: 28 });
});

pageTest(
  "a story of four users is played by clicks",
  { state: stateOf({ users: ["ann", "ben", "cyd", "dot"] }), timeout: 120_000 },
  async (visit) => {
    // Of what is possible, the page's own list is drawn from: the same each time.
    let seed = 7;
    const draw = (list) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return list[Math.floor((seed / 2 ** 32) * list.length)];
    };

    const played = [];
    const states = [];
    for (let step = 1; step <= 20; step += 1) {
      const offered = (await visit.read("actionsOfAll")).filter(
        (it) => it.sides[0].allowed === "true",
      );
      const { action, actor, target } = draw(offered);
      await act(visit, action, actor, target);
      const { state } = await visit.address();
      assert.equal(state.step, step);
      assert.equal(state.lines.length, step);
      played.push(state.lines.at(-1));
      assert.deepEqual(state.lines, played);
      states.push({ state, cells: await visit.read("cells") });
    }

    const compared = new Compared();
    const tables = answersOf(...states.map(({ state }) => state));
    for (const [index, { cells }] of states.entries()) compared.cellsOf(cells, [tables[index]]);
    await assertAgrees(visit, compared);
    assert.equal(compared.cells, 21 * 5 * 12);
  },
);

pageTest("a refused action is greyed with its reasons, and changes nothing", async (visit) => {
  const { page } = visit;
  const before = page.url();
  await page.selectOption("#actor", "ben");
  await page.selectOption("#target", "ann");
  const item = page.locator('#actions li[data-action="send_request"]');
  const button = item.locator("button");
  // What is refused may be folded away.
  if (!(await button.isVisible()))
    await page.locator("#actions summary", { hasText: /refused/i }).click();
  assert.equal(await button.getAttribute("aria-disabled"), "true");
  assert.equal(await item.locator("[data-side]").first().getAttribute("data-allowed"), "false");
  const reason = item.locator('[data-reason="target_blocks"]');
  assert.match(await reason.textContent(), /ann blocks ben/);
  assert.match(await reason.textContent(), /\bR4\b/);

  // Playwright clicks no disabled button: a user can.
  await button.click({ force: true });
  await button.focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Space");
  assert.equal(page.url(), before);
  assert.equal((await visit.read("steps")).length, 4);

  const look = (locator) =>
    locator.evaluate((it) => {
      const { color, opacity, textDecorationLine, backgroundColor, borderStyle } =
        getComputedStyle(it);
      return [color, opacity, textDecorationLine, backgroundColor, borderStyle].join();
    });
  const possible = page.locator('#actions li:has([data-allowed="true"]) button').first();
  assert.notEqual(await look(button), await look(possible));
});

pageTest(
  "undo and redo go through what was done, and undo brings back what a new branch replaced",
  { state: THREE },
  async (visit) => {
    const { page } = visit;
    const states = [(await visit.address()).state];
    for (const [action, actor, target] of [
      ["block", "cyd", "ben"],
      ["unblock", "cyd", "ben"],
    ]) {
      await act(visit, action, actor, target);
      states.push((await visit.address()).state);
    }
    assert.deepEqual(
      states.map((state) => state.lines.length),
      [6, 7, 8],
    );

    for (const state of [states[1], states[0]]) {
      await page.click("#undo");
      assert.deepEqual((await visit.address()).state, state);
    }
    await assertAgrees(visit);
    for (const state of [states[1], states[2]]) {
      await page.click("#redo");
      assert.deepEqual((await visit.address()).state, state);
    }

    await page.click('#story [data-step="2"]');
    await act(visit, "block", "ben", "cyd");
    const branch = (await visit.address()).state;
    assert.deepEqual(branch.lines, [...STORY.slice(0, 2), "ben blocks cyd"]);
    await page.click("#undo");
    assert.deepEqual((await visit.address()).state.lines, states[2].lines);
  },
);

pageTest(
  "the timeline goes to each step, and the page shows it",
  { state: THREE },
  async (visit) => {
    const { page } = visit;
    const steps = await visit.read("steps");
    assert.deepEqual(
      steps.map((it) => it.step),
      [0, 1, 2, 3, 4, 5, 6],
    );
    for (const [index, line] of STORY.entries())
      assert.ok(steps[index + 1].text.includes(line), steps[index + 1].text);

    const compared = new Compared();
    for (const step of [0, 3, 5, 1]) {
      await page.click(`#story [data-step="${step}"]`);
      const { state } = await visit.address();
      assert.deepEqual([state.step, state.lines.length], [step, 6]);
      const now = (await visit.read("steps")).filter((it) => it.now).map((it) => it.step);
      assert.deepEqual(now, [step]);
      await assertAgrees(visit, compared);
    }

    await page.click("#forward");
    assert.equal((await visit.address()).state.step, 2);
    await page.click("#back");
    await page.click("#back");
    assert.equal((await visit.address()).state.step, 0);
    await assertAgrees(visit, compared);
    assert.equal(compared.states, 5);
  },
);

pageTest(
  "the sentences are edited, and a wrong one shows its place and loses nothing",
  { state: THREE },
  async (visit) => {
    const { page } = visit;
    const before = (await visit.address()).state;
    await page.click("#edit");
    assert.equal(await page.inputValue("#sentences"), STORY.join("\n"));

    const wrong = [
      "# A remark.",
      "ann adds ben as a two-way friend",
      "ann bloks ben",
      "may ben message ann?",
    ].join("\n");
    await page.fill("#sentences", wrong);
    await page.click("#apply");
    const error = (await page.textContent("#story-error")).toLowerCase();
    assert.match(error, /\bline 3\b/);
    assert.match(error, /\bcolumn 8\b/);
    assert.match(error, /bloks/);
    assert.equal(await page.inputValue("#sentences"), wrong);
    assert.deepEqual((await visit.address()).state, before);
    assert.equal((await visit.read("cells")).length, 5 * 6);

    await page.fill("#sentences", wrong.replace("bloks", "blocks"));
    await page.click("#apply");
    assert.equal((await visit.read("words", "#story-error")) ?? "", "");
    const { state } = await visit.address();
    assert.deepEqual(state.lines, wrong.replace("bloks", "blocks").split("\n"));
    assert.equal(state.step, 4);
    await assertAgrees(visit);
    const shown = (await visit.read("steps")).map((it) => it.text).join("\n");
    assert.match(shown, /A remark/);

    await page.click("#undo");
    assert.deepEqual((await visit.address()).state, before);
  },
);

pageTest(
  "a story that is too long or of too many users is refused, and nothing is lost",
  { state: stateOf({ lines: STORY.slice(0, 2) }) },
  async (visit) => {
    const { page } = visit;
    const before = (await visit.address()).state;
    const many = Array.from({ length: 301 }, () => "ann blocks ben").join("\n");
    const crowd = ["cyd joins", "dot joins", "eve joins"].join("\n");
    for (const [text, expected] of [
      [many, /300/],
      [crowd, /\b4\b.*users/],
      ["ann blocks ben\u0000", /./],
    ]) {
      if (!(await page.isVisible("#sentences"))) await page.click("#edit");
      await page.fill("#sentences", text);
      await page.click("#apply");
      assert.match(await page.textContent("#story-error"), expected);
      assert.equal(await page.inputValue("#sentences"), text);
      assert.deepEqual((await visit.address()).state, before);
    }
  },
);

pageTest("the longest story has an address that opens", async (visit) => {
  const { page } = visit;
  await page.click("#edit");
  await page.fill(
    "#sentences",
    Array.from({ length: 300 }, () => `# ${"ゆき".repeat(450)}`).join("\n"),
  );
  await page.click("#apply");
  await page.click("#back");
  assert.equal((await visit.address()).state.step, 299);
  await page.selectOption("#actor", "ben");
  await page.click('#actions li[data-action="block"] button');
  const { state } = await visit.address();
  assert.deepEqual([state.lines.length, state.lines.at(-1)], [300, "ben blocks ann"]);
  const again = await open({ address: page.url() });
  assert.deepEqual(await again.read("cells"), await visit.read("cells"));
  await again.context.close();
});

pageTest("a line that an answer contradicts is marked", async (visit) => {
  const { page } = visit;
  await page.click("#edit");
  await page.fill("#sentences", "ann blocks ben\nben may message ann\nben blocks ben");
  await page.click("#apply");
  assert.equal((await visit.address()).state.lines.length, 3);
  await page.click('#story [data-step="2"]');
  assert.match(await page.textContent("#story"), /but ben may not message ann/);
});

pageTest(
  "a copied address opens again, and shows the same",
  {
    state: stateOf({
      policy: "mastodon with message.notice.other = told",
      other: "wire",
      users: ["ann", 'Ann "A" O\'Brien', "ゆき"],
      watches: [{ question: "message", actor: "ann", target: "ゆき" }],
    }),
  },
  async (visit) => {
    const { page } = visit;
    await page.click("#edit");
    await page.fill(
      "#sentences",
      'ann blocks `Ann "A" O\'Brien`\nann adds `ゆき` as a one-way friend\nmay ann message `ゆき`?',
    );
    await page.click("#apply");
    await page.click('#story [data-step="2"]');
    const url = await copied(visit, "#copy-address");
    assert.equal(url, page.url());

    const again = await open({ address: url });
    assert.deepEqual(await again.address(), await visit.address());
    const shown = async (it) => ({
      cells: await it.read("cellsWithDetails"),
      steps: await it.read("steps"),
      watches: await it.read("watches"),
      policies: [await it.page.inputValue("#policy"), await it.page.inputValue("#other")],
      document: await it.read("everything"),
    });
    // The marks of what no source confirms come later: a worker finds them.
    const text = async (it) => JSON.stringify(await shown(it));
    await until(
      "the same marks",
      async () => (await text(again)) === (await text(visit)),
      5_000,
    ).catch(() => {});
    assert.deepEqual(await shown(again), await shown(visit));
    assertQuiet(again);
    await again.context.close();
  },
);

pageTest("each tab has an address of its own", async (visit) => {
  for (const tab of ["policy", "compare", "check", "profiles", "play"]) {
    await visit.tab(tab);
    assert.equal((await visit.address()).tab, tab);
    const again = await open({ address: visit.page.url() });
    await again.page.waitForSelector(`#view-${tab}`, { state: "visible" });
    assert.equal(await again.page.getAttribute(`#tab-${tab}`, "aria-selected"), "true");
    await again.context.close();
  }
});

const DAMAGED = {
  "cut off": (whole) => whole.slice(0, -9),
  "no base64": () => "play=!!!",
  "no JSON": () => "play=YWJj",
  "JSON that is no state": () => `play=${Buffer.from("[1]").toString("base64url")}`,
  "a step that is not there": () => fragment({ ...THREE, step: 99 }),
  "an unknown policy": () => fragment({ ...THREE, policy: "tencent_rost" }),
  "a wrong sentence": () => fragment({ ...THREE, lines: ["ann bloks ben"], step: 1 }),
  "five users": () => fragment({ ...THREE, users: ["a", "b", "c", "d", "e"] }),
  "a newer version": () => fragment({ ...THREE, version: 2, more: true }),
  "no version": () => fragment({ ...THREE, version: undefined }),
};
const fragment = (state) => address(state).split("#")[1];

for (const [name, damage] of Object.entries(DAMAGED)) {
  pageTest(
    `an address with ${name} says so, and the page works`,
    { address: `${PAGE_URL}#${damage(fragment(THREE))}` },
    async (visit) => {
      const said = () => visit.read("words", "#policy-error");
      assert.match(await said(), name === "a newer version" ? /newer|version 2/i : /\w{4}/);
      if (name === "an unknown policy") assert.match(await said(), /tencent_rost/);
      if (name === "a wrong sentence") assert.match(await said(), /bloks/);
      assert.ok((await visit.read("cells")).length >= 10);
      await visit.page.selectOption("#actor", "ben");
      await visit.page.click('#actions li[data-action="block"] button');
      assert.equal((await visit.address()).state.lines.at(-1), "ben blocks ann");
      // What the address was is no longer a matter.
      await until("the error goes", async () => (await said()) === "");
    },
  );

  pageTest(
    `an address with ${name} loses nothing of an open page`,
    { state: THREE },
    async (visit) => {
      await visit.read("goTo", damage(fragment(THREE)));
      assert.match(await visit.read("words", "#policy-error"), /\w{4}/);
      await visit.page.goBack();
      assert.equal(await visit.read("words", "#policy-error"), "");
      assert.deepEqual((await visit.address()).state, THREE);
      new Compared().cellsOf(await visit.read("cells"), answersTo(THREE));
    },
  );
}

pageTest(
  "an address with a tab that is not there opens or says so",
  { address: address(THREE, "nowhere") },
  async (visit) => {
    const said = await visit.read("words", "#policy-error");
    if (said !== "") return;
    assert.deepEqual(await visit.address(), { tab: "play", state: THREE });
    await assertAgrees(visit);
  },
);

pageTest(
  "the browser's own back and forward buttons go through opened addresses",
  { state: THREE },
  async (visit) => {
    const other = stateOf({ policy: "wire", lines: ["ann blocks ben"] });
    await visit.read("goTo", fragment(other));
    await visit.page.goBack();
    await until(
      "the first is back",
      async () => (await visit.page.inputValue("#policy")) === "tencent_rest",
    );
    await visit.page.goForward();
    await until(
      "the second is back",
      async () => (await visit.page.inputValue("#policy")) === "wire",
    );
    await assertAgrees(visit);
  },
);

pageTest(
  "a story is saved as a file, and played from it",
  { state: { ...THREE, policy: "lemmy with limits.blocked = 2" } },
  async (visit) => {
    const { name, text } = await download(visit, "#save-story");
    assert.match(name, /\.story$/);
    const table = answersOfFile(text);
    assert.equal(table.policy, (await visit.address()).state.policy);
    for (const line of STORY) assert.ok(text.includes(`\n${line}\n`), line);
    new Compared().cellsOf(await visit.read("cellsWithDetails"), [table]);

    assert.equal(await copied(visit, "#copy-story"), text);
  },
);

pageTest(
  "a story is saved as a test in Rust",
  { state: { ...THREE, other: "mastodon" } },
  async (visit) => {
    const { name, text } = await download(visit, "#save-rust");
    assert.match(name, /^\w+\.rs$/);
    assert.equal(text.match(/#\[test\]/g).length, 2);
    for (const line of STORY) {
      // Once under each policy.
      assert.equal(text.split(`performs(&mut graph, "${line}", `).length, 3, line);
    }
    for (const policy of ["tencent_rest", "mastodon"])
      assert.ok(text.includes(`start("${policy}", &["ann", "ben", "cyd"])`));
  },
);

pageTest(
  "what is copied is copied where the clipboard is closed to pages from disk",
  {
    init: () => {
      Object.defineProperty(Navigator.prototype, "clipboard", { value: undefined });
    },
  },
  async (visit) => {
    await visit.page.selectOption("#users", "3");
    assert.equal(await copied(visit, "#copy-address"), visit.page.url());
  },
);

async function download({ page }, selector) {
  const [file] = await Promise.all([page.waitForEvent("download"), page.click(selector)]);
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") };
}

test(
  "the page keeps up with a key that is held down, and the copied address is that of its end",
  { timeout: 120_000 },
  async () => {
    // Playwright takes away Chromium's bound on how often a page may write its address.
    const bounded = await start({ ignoreDefaultArgs: ["--disable-ipc-flooding-protection"] });
    try {
      const visit = await open({ state: THREE, from: bounded, allowed: [/Throttling navigation/] });
      await visit.page.evaluate(() => {
        for (let count = 0; count < 300; count += 1)
          document.querySelector(count % 2 ? "#forward" : "#back").click();
        document.querySelector("#back").click();
      });
      const now = (await visit.read("steps")).filter((it) => it.now);
      assert.deepEqual(
        now.map((it) => it.step),
        [5],
      );
      assertQuiet(visit);
      const { step } = read(await copied(visit, "#copy-address")).state;
      assert.equal(step, 5);
    } finally {
      await bounded.close();
    }
  },
);
