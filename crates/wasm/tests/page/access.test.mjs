// What axe finds, and what a screen reader hears.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";

import { assertQuiet, open } from "./browser.mjs";
import { TABS, stateOf } from "./page.mjs";
import { pageTest } from "./page_test.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const STATE = stateOf({
  policy: "tencent_rest with block.cancels_requests_of = neither",
  other: "wire",
  users: ["ann", "ben", "cyd"],
  lines: [
    "ann sends ben a friend request",
    "ann blocks ben",
    "ann blocks ben",
    "may ben message ann?",
    "cyd adds ann as a one-way friend",
  ],
  step: 3,
  watches: [{ question: "message", actor: "ben", target: "ann" }],
});

/** Returns what axe finds serious or critical. */
async function found({ page }, place = "document") {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
  const violations = await page.evaluate(async (place) => {
    const context = place === "document" ? document : place;
    const { violations } = await window.axe.run(context, { resultTypes: ["violations"] });
    return violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      at: nodes
        .slice(0, 3)
        .map((node) => `${node.target} ${node.any.concat(node.all, node.none)[0]?.message ?? ""}`),
    }));
  }, place);
  return violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
}

async function settled(visit, tab) {
  const { page } = visit;
  const waits = {
    compare: "article[data-story]",
    profiles: "tr[data-profile]",
    policy: "[data-part]",
    play: "[data-cell]",
  };
  if (tab === "check") {
    await page.selectOption("#check-users", "2");
    await page.click("#check-run");
    await page.waitForSelector("tr[data-property]");
  } else {
    await page.waitForSelector(waits[tab]);
  }
  if (tab === "profiles") await page.waitForSelector("#stories details");
}

for (const colorScheme of ["light", "dark"]) {
  for (const tab of TABS) {
    pageTest(
      `axe finds nothing serious on ${tab}, ${colorScheme}`,
      { state: STATE, colorScheme, timeout: 120_000 },
      async (visit) => {
        await visit.tab(tab);
        await settled(visit, tab);
        assert.deepEqual(await found(visit), []);
      },
    );
  }

  pageTest(
    `axe finds nothing serious in a dialog, an editor and errors, ${colorScheme}`,
    { state: STATE, colorScheme, timeout: 120_000 },
    async (visit) => {
      const { page } = visit;
      await page.click("#edit");
      await page.fill("#sentences", "ann bloks ben");
      await page.click("#apply");
      await page.fill("#policy", "wir");
      await page.press("#policy", "Enter");
      assert.deepEqual(await found(visit), []);

      await page.click('#matrix [data-question="message"][data-actor="ben"][data-target="ann"]');
      for (const more of await page.locator("#details summary").all()) await more.click();
      assert.deepEqual(await found(visit), []);
    },
  );
}

test("axe finds a planted fault", { timeout: 60_000 }, async () => {
  const visit = await open({ state: STATE });
  await visit.page.evaluate(() => {
    document.querySelector("#actor").id = "nobody";
    document.querySelector("main").append(document.createElement("button"));
  });
  assert.ok((await found(visit)).some(({ id }) => id === "button-name"));
  assertQuiet(visit);
  await visit.context.close();
});

pageTest(
  "a screen reader hears the matrix as a table, with verdicts in words",
  { state: { ...STATE, other: null, lines: ["ann blocks ben"], step: 1 } },
  async ({ page }) => {
    const table = page.locator("#matrix").getByRole("table").or(page.locator("table#matrix"));
    assert.equal(await table.count(), 1);
    assert.ok(
      (await table.locator("caption").count()) === 1 ||
        (await table.getAttribute("aria-label")) ||
        (await table.getAttribute("aria-labelledby")),
      "the table has no name",
    );
    assert.equal((await table.getByRole("columnheader").count()) >= 6, true);
    assert.equal((await table.getByRole("rowheader").count()) >= 6, true);

    const cell = page.locator(
      '#matrix [data-question="message"][data-actor="ben"][data-target="ann"]',
    );
    const snapshot = await cell.ariaSnapshot();
    assert.match(snapshot, /button "[^"]*may not[^"]*not told[^"]*"/);
    const other = page.locator(
      '#matrix [data-question="message"][data-actor="ann"][data-target="ben"]',
    );
    assert.match(await other.ariaSnapshot(), /button "[^"]*\bmay\b(?! not)[^"]*"/);
  },
);

pageTest(
  "what happened is said to a screen reader",
  { state: { ...STATE, other: null, lines: [], step: 0, watches: [] } },
  async (visit) => {
    const { page } = visit;
    await page.evaluate(() => {
      window.heard = [];
      for (const region of document.querySelectorAll("[aria-live], [role=status], [role=alert]")) {
        new MutationObserver(() => window.heard.push(region.textContent)).observe(region, {
          childList: true,
          characterData: true,
          subtree: true,
        });
      }
    });
    await page.selectOption("#actor", "ann");
    await page.selectOption("#target", "ben");
    await page.click('#actions li[data-action="block"] button');
    await page.waitForTimeout(200);
    assert.match(
      (await page.evaluate(() => window.heard)).join("\n"),
      /ben went on ann's blocklist|ann blocks ben/,
    );
  },
);
