// What a reviewer chooses from: the values of a policy's parts, limits, and the policies at the top.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";

import { Compared, answersTo } from "./engine.mjs";
import { REPOSITORY, address, stateOf, until } from "./page.mjs";
import { pageTest } from "./page_test.mjs";

const BLOCKED = stateOf({ lines: ["ann blocks ben"] });
const NAMES = readdirSync(join(REPOSITORY, "cases"))
  .map((name) => name.replace(".tsv", ""))
  .toSorted();

const policyOf = async (visit) => (await visit.address()).state.policy;
const rowOf = (path) => `#view-policy [data-part="${path}"]`;

/** Unfolds the other values of a part, and returns what is said of each. */
async function othersOf({ page }, path) {
  const row = rowOf(path);
  if (!(await page.$eval(`${row} details`, (it) => it.open))) await page.click(`${row} summary`);
  await page.waitForSelector(`${row} details article:not([data-story])`);
  return page.$$eval(`${row} details article:not([data-story])`, (values) =>
    values.map((it) => ({
      value: it.querySelector("b").textContent,
      meaning: it.querySelector("b + span").textContent,
      systems: it.querySelector(".systems").textContent,
      stories: it.querySelectorAll("article[data-story]").length,
    })),
  );
}

/** Returns the named policies that a sentence such as "as wire, zim" has. */
const namesIn = (systems) => (systems.startsWith("as ") ? systems.slice(3).split(", ") : []);

pageTest(
  "the other values of a part are there with their meanings and systems, and each can be chosen",
  { state: BLOCKED, tab: "policy" },
  async (visit) => {
    const { page } = visit;
    const path = "message.notice.other";
    const field = `${rowOf(path)} select`;
    const others = await othersOf(visit, path);
    assert.deepEqual(
      others.map((it) => it.value),
      ["neutral", "told"],
    );
    const meanings = [
      ...others.map((it) => it.meaning),
      await page.textContent(`${rowOf(path)} p`),
    ];
    assert.ok(meanings.every((it) => /\w{3} \w/.test(it)));
    assert.equal(new Set(meanings).size, 3);

    // Of each value, the systems: no system has two values, and its policy has the one.
    const own = namesIn(await page.textContent(`${rowOf(path)} > .systems`));
    const systems = [...own, ...others.flatMap((it) => namesIn(it.systems))];
    assert.ok(systems.length >= 20, systems.join());
    assert.equal(new Set(systems).size, systems.length);
    for (const { value, systems } of others) {
      const names = namesIn(systems);
      assert.ok(names.length >= 3, `${value}: ${systems}`);
      for (const name of names) {
        await page.selectOption("#policy-names", name);
        assert.equal(await page.inputValue(field), value, `${name} has ${value}`);
      }
    }

    await page.selectOption("#policy-names", "tencent_rest");
    for (const { value } of others) {
      await othersOf(visit, path);
      const article = page.locator(`${rowOf(path)} details article:not([data-story])`, {
        has: page.locator(`b:text-is("${value}")`),
      });
      await article.locator("button", { hasText: "Choose it" }).click();
      assert.equal(await policyOf(visit), `tencent_rest with ${path} = ${value}`);
      assert.equal(await page.inputValue(field), value);
      await page.click("#undo");
      assert.equal(await policyOf(visit), "tencent_rest");
    }
  },
);

pageTest(
  "a story of another value opens on the stage, and tells the two policies apart",
  { state: BLOCKED, tab: "policy" },
  async (visit) => {
    const { page } = visit;
    const path = "message.notice.other";
    const others = await othersOf(visit, path);
    assert.deepEqual(
      others.map((it) => it.stories),
      [1, 1],
    );
    await page
      .locator(`${rowOf(path)} details article:not([data-story])`)
      .nth(1)
      .locator("button.open")
      .click();
    const { tab, state } = await visit.address();
    assert.equal(tab, "play");
    assert.deepEqual(
      [state.policy, state.other],
      ["tencent_rest", `tencent_rest with ${path} = told`],
    );
    const cells = await visit.read("cellsWithDetails");
    new Compared().cellsOf(cells, answersTo(state));
    assert.deepEqual(
      cells.filter((it) => it.differs).map((it) => `${it.actor} ${it.question} ${it.target}`),
      ["ben message ann"],
    );

    // What was on the stage comes back.
    await page.click("#undo");
    assert.deepEqual((await visit.address()).state, BLOCKED);
  },
);

pageTest(
  "the other values of a limit are there with their systems, and each can be chosen",
  { state: BLOCKED, tab: "policy" },
  async (visit) => {
    const { page } = visit;
    const path = "limits.blocked";
    const others = await othersOf(visit, path);
    assert.deepEqual(
      others.map((it) => it.value),
      ["64000", "none"],
    );
    assert.deepEqual(
      others.map((it) => namesIn(it.systems).length > 0),
      [true, true],
    );
    assert.match(others[1].meaning, /no limit/);
    for (const { value, systems } of others) {
      for (const name of namesIn(systems)) {
        await page.selectOption("#policy-names", name);
        assert.equal(await page.inputValue(`${rowOf(path)} input`), value, name);
      }
      await page.selectOption("#policy-names", "tencent_rest");
      await othersOf(visit, path);
      await page
        .locator(`${rowOf(path)} details article:not([data-story])`, { hasText: value })
        .locator("button", { hasText: "Choose it" })
        .click();
      assert.equal(await policyOf(visit), `tencent_rest with ${path} = ${value}`);
      assert.equal(await page.inputValue(`${rowOf(path)} input`), value);
      await page.click("#undo");
    }
  },
);

pageTest(
  "a limit that is left by Tab leads to the next control, changed or not",
  { state: BLOCKED, tab: "policy" },
  async (visit) => {
    const { page } = visit;
    const focused = () =>
      page.evaluate(() => {
        const { dataset, tagName } = document.activeElement;
        return `${tagName} ${dataset.key}`;
      });
    for (const key of ["Tab", "Shift+Tab"]) {
      for (const [path, value] of [
        ["limits.blocked", "7"],
        ["limits.friends", "8"],
      ]) {
        const field = `${rowOf(path)} input`;
        await page.focus(field);
        await page.keyboard.press(key);
        const next = await focused();
        assert.match(next, /^(SUMMARY|SELECT|INPUT) \w/);

        await page.focus(field);
        await page.keyboard.press("Control+A");
        await page.keyboard.type(value);
        await page.keyboard.press(key);
        await until("the limit is set", async () =>
          (await policyOf(visit)).includes(`${path} = ${value}`),
        );
        // The fields are drawn anew by then.
        await page.waitForTimeout(100);
        assert.equal(await focused(), next, `${key} from ${path}`);
      }
      while ((await page.getAttribute("#undo", "aria-disabled")) !== "true")
        await page.click("#undo");
    }
  },
);

pageTest(
  "a wrong policy stays in its field until it is right or another is chosen",
  { state: BLOCKED },
  async (visit) => {
    const { page } = visit;
    const error = () => visit.read("words", "#policy-error");
    const invalid = (field) => page.getAttribute(`#${field}`, "aria-invalid");
    for (const [field, name] of [
      ["policy", /^Policy: /],
      ["other", /^The policy beside: /],
    ]) {
      const type = async (text) => {
        await page.fill(`#${field}`, text);
        await page.press(`#${field}`, "Enter");
      };
      const assertWrong = async () => {
        assert.match(await error(), name);
        assert.match(await error(), /mastodo\b/);
        assert.equal(await page.inputValue(`#${field}`), "mastodo");
        assert.equal(await invalid(field), "true");
      };
      const assertRight = async (policy) => {
        assert.equal((await visit.address()).state[field], policy);
        assert.equal(await page.inputValue(`#${field}`), policy);
        assert.equal(await error(), "");
        assert.equal(await invalid(field), null);
      };

      await type("mastodo");
      await assertWrong();
      // What else is done does not take the text away.
      await page.click("#back");
      await visit.tab("policy");
      await visit.tab("play");
      await page.click("#forward");
      await assertWrong();
      await type("mastodon");
      await assertRight("mastodon");

      await type("mastodo");
      await assertWrong();
      await page.selectOption(`#${field}-names`, "wire");
      await assertRight("wire");
      // The list shows no name of its own.
      assert.equal(await page.inputValue(`#${field}-names`), "");
    }

    await page.selectOption("#other-names", "none");
    assert.equal((await visit.address()).state.other, null);
    assert.equal(await page.inputValue("#other"), "");
  },
);

pageTest("the lists beside the fields have every named policy", {}, async ({ page }) => {
  const names = (id) => page.$$eval(`#${id} option`, (all) => all.map((it) => it.value));
  const [none, ...policies] = await names("policy-names");
  assert.equal(none, "");
  assert.deepEqual(policies.toSorted(), NAMES);
  const [empty, nothing, ...others] = await names("other-names");
  assert.deepEqual([empty, nothing], ["", "none"]);
  assert.deepEqual(others, policies);
});

pageTest(
  "the nearest of a named policy are the others, with limits apart from what counts",
  { state: { ...BLOCKED, policy: "wire" }, tab: "compare" },
  async (visit) => {
    const { page } = visit;
    await page.waitForSelector("#nearest tbody tr");
    const read = () =>
      page.$$eval("#nearest tbody tr", (rows) =>
        rows.map((row) => [...row.cells].map((cell) => cell.textContent)),
      );
    const head = await page.$$eval("#nearest thead th", (all) => all.map((it) => it.textContent));
    const [name, parts, limits] = ["Policy", "Parts that differ", "Limits"].map((it) =>
      head.indexOf(it),
    );
    assert.ok(Math.min(name, parts, limits) >= 0, head.join());

    const rows = await read();
    assert.deepEqual(
      rows.map((row) => row[name]).toSorted(),
      NAMES.filter((it) => it !== "wire"),
    );
    for (const row of rows) {
      const [, count, paths] = /^(\d+): (.*)$/.exec(row[parts]) ?? [null, "0", ""];
      const differing = paths.split(", ").filter(Boolean);
      assert.equal(differing.length, Number(count), row.join());
      assert.ok(!differing.some((path) => path.startsWith("limits.")), row.join());
      const apart = row[limits].split(", ").filter(Boolean);
      assert.ok(
        apart.every((path) => path.startsWith("limits.")),
        row.join(),
      );
    }
    assert.ok(rows.some((row) => row[limits].includes("limits.blocked")));

    // A policy whose limit alone is another is at no distance.
    await page.selectOption("#policy-names", "tencent_rest");
    await visit.tab("policy");
    await page.fill(`${rowOf("limits.blocked")} input`, "7");
    await page.press(`${rowOf("limits.blocked")} input`, "Enter");
    await until("the limit", async () => (await policyOf(visit)).endsWith("limits.blocked = 7"));
    await visit.tab("compare");
    await page.waitForSelector("#nearest tbody tr");
    const [first] = await read();
    assert.deepEqual(
      [first[name], first[parts], first[limits]],
      ["tencent_rest", "none", "limits.blocked"],
    );
  },
);

pageTest(
  "a check of four users goes on while Compare answers, and another policy ends it",
  {
    state: {
      ...BLOCKED,
      policy: "tencent_rest with block.cancels_requests_of = neither",
      other: "wire",
    },
    tab: "check",
    timeout: 120_000,
  },
  async (visit) => {
    const { page } = visit;
    const status = () => visit.read("words", "#check-status");
    const progress = async () =>
      Number(/^([\d,]+) of/.exec(await status())?.[1].replaceAll(",", "") ?? 0);
    await page.selectOption("#check-users", "4");
    await page.click("#check-run");
    await until("its progress", async () => (await progress()) > 0);
    await visit.tab("compare");
    await page.waitForSelector("article[data-story]");
    await page.waitForSelector("#nearest tbody tr");
    assert.equal(page.workers().length, 2);

    // The search was not done before Compare answered.
    await visit.tab("check");
    const before = await progress();
    assert.ok(before > 0, await status());
    assert.ok(await page.isDisabled("#check-run"));
    await until("it goes on", async () => (await progress()) > before);

    await page.selectOption("#policy-names", "mastodon");
    await until("the worker ends", () => page.workers().length === 1);
    assert.equal(await status(), "");
    assert.ok(await page.isEnabled("#check-run"));
    assert.ok(await page.isDisabled("#check-stop"));
    await page.waitForTimeout(300);
    assert.equal(await status(), "");
    assert.equal(await page.locator("#view-check tr[data-property]").count(), 0);

    await page.selectOption("#check-users", "2");
    await page.click("#check-run");
    await page.waitForSelector("#view-check tr[data-property]");
  },
);

pageTest(
  "what is wrong with one field is said until it is right, whatever the other has",
  { state: BLOCKED },
  async (visit) => {
    const { page } = visit;
    const error = () => visit.read("words", "#policy-error");
    await page.fill("#policy", "mastodo");
    await page.press("#policy", "Enter");
    assert.match(await error(), /^Policy: .*mastodo\b/);
    await page.selectOption("#other-names", "wire");
    assert.equal((await visit.address()).state.other, "wire");
    assert.equal(await page.getAttribute("#policy", "aria-invalid"), "true");
    assert.match(await error(), /Policy: .*mastodo\b/);
  },
);

/** Ways to another policy that do not lead through the fields at the top. */
const ELSEWHERE = {
  "the nearest policies": async ({ page }) => {
    await page.click("#tab-compare");
    await page.locator("#nearest tbody button").first().click();
  },
  "a profile": async ({ page }) => {
    await page.click("#tab-profiles");
    await page.locator('tr[data-profile="wire"] button').first().click();
    await page.click("#beside");
  },
  "a story of another value": async (visit) => {
    await visit.tab("policy");
    await othersOf(visit, "message.notice.other");
    await visit.page.locator("#view-policy article[data-story] .open").first().click();
  },
  Undo: async ({ page }) => {
    await page.selectOption("#other-names", "wire");
    await page.fill("#other", "mastodo");
    await page.press("#other", "Enter");
    await page.click("#undo");
  },
};

for (const [name, choose] of Object.entries(ELSEWHERE)) {
  pageTest(
    `the field beside shows the policy that is chosen by ${name}, not a wrong one`,
    { state: BLOCKED },
    async (visit) => {
      const { page } = visit;
      await page.fill("#other", "mastodo");
      await page.press("#other", "Enter");
      assert.equal(await page.getAttribute("#other", "aria-invalid"), "true");
      await choose(visit);
      await visit.tab("play");
      assert.equal(await page.inputValue("#other"), (await visit.address()).state.other ?? "");
      assert.equal(await page.getAttribute("#other", "aria-invalid"), null);
      assert.equal(await visit.read("words", "#policy-error"), "");
    },
  );
}

pageTest(
  "the fields show the policies of an opened address, not a wrong one",
  { state: BLOCKED },
  async (visit) => {
    const { page } = visit;
    await page.fill("#policy", "mastodo");
    await page.press("#policy", "Enter");
    await visit.read("goTo", address({ ...BLOCKED, policy: "wire" }).split("#")[1]);
    assert.equal(await page.inputValue("#policy"), "wire");
    assert.equal(await page.getAttribute("#policy", "aria-invalid"), null);
    assert.equal(await visit.read("words", "#policy-error"), "");
  },
);
