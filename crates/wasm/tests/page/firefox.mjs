// A shorter round in Firefox: `firefox` runs it.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";

import puppeteer from "puppeteer-core";

import { Compared, answersTo, table } from "./engine.mjs";
import { PAGE_URL, REPOSITORY, TABS, address, read, stateOf, until } from "./page.mjs";
import { reading } from "./reading.mjs";

const BLOCKED = stateOf({ lines: ["ann blocks ben"] });
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser;

function launch(preferences = {}) {
  return puppeteer.launch({
    browser: "firefox",
    executablePath: process.env.FIREFOX ?? "/usr/bin/firefox-esr",
    // puppeteer turns it off: then pages from disk may load files, which they may not elsewhere.
    extraPrefsFirefox: { "security.fileuri.strict_origin_policy": true, ...preferences },
  });
}

before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** Opens the page, and notes what it asks of the network and what goes wrong. */
async function open(where, { width = 1280, height = 900, from = browser } = {}) {
  const page = await from.newPage();
  page.setDefaultTimeout(20_000);
  const trouble = [];
  page.on("console", (message) => {
    if (["error", "warn"].includes(message.type())) trouble.push(message.text());
  });
  page.on("pageerror", (error) => trouble.push(String(error)));
  page.on("request", (request) => {
    const url = request.url();
    if (!/^(blob|data):/.test(url) && url.split("#")[0] !== PAGE_URL)
      trouble.push(`request: ${url}`);
  });
  await page.setViewport({ width, height });
  await page.goto(where);
  await page.waitForSelector("html[data-ready], #needs:not([hidden])");
  await page.evaluate(reading);
  const visit = { page, trouble };
  visit.read = (name, ...rest) =>
    page.evaluate((name, rest) => window.reading[name](...rest), name, rest);
  visit.address = () => read(page.url());
  visit.tab = (name) => page.click(`#tab-${name}`);
  return visit;
}

/** Declares a test that opens the page at a state, and fails if anything goes wrong in it. */
function pageTest(name, where, body) {
  test(name, { timeout: 180_000 }, async (context) => {
    const visit = await open(where);
    try {
      await body(visit, context);
      assert.deepEqual(visit.trouble, []);
    } finally {
      await visit.page.close();
    }
  });
}

pageTest(
  "README's story opens first, and every answer is the engine's",
  PAGE_URL,
  async (visit) => {
    await visit.page.click("#back");
    await visit.page.click("#forward");
    const compared = new Compared();
    const shown = {
      cells: await visit.read("cellsWithDetails"),
      actions: await visit.read("actionsOfAll"),
    };
    compared.state(shown, answersTo(visit.address().state));
    assert.deepEqual({ ...compared }, { states: 1, cells: 10, actions: 20, answers: 28 });
  },
);

pageTest(
  "two relations of every policy, through the page, equal the engine",
  PAGE_URL,
  async (visit, context) => {
    const all = table();
    const stories = all.filter((_, index) => index % 59 === 0);
    const shown = await visit.read(
      "readStates",
      stories.map((story) => address(stateOf(story)).slice(PAGE_URL.length + 1)),
    );
    const compared = new Compared();
    for (const [index, it] of shown.entries()) compared.state(it, [stories[index]]);
    assert.ok(compared.states > 50);
    assert.equal(new Set(stories.map((story) => story.policy)).size, 26);
    context.diagnostic(`compared ${compared.answers} answers and ${compared.actions} actions`);
  },
);

pageTest("a story is played, undone, edited and shared", address(BLOCKED), async (visit) => {
  const { page } = visit;
  await page.select("#actor", "ben");
  await page.click('#actions li[data-action="block"] button');
  assert.deepEqual(visit.address().state.lines, ["ann blocks ben", "ben blocks ann"]);
  await page.click("#undo");
  assert.deepEqual(visit.address().state, BLOCKED);

  await page.click("#edit");
  await page.click("#sentences");
  await page.keyboard.down("Control");
  await page.keyboard.press("a");
  await page.keyboard.up("Control");
  await page.keyboard.type("ann bloks ben");
  await page.click("#apply");
  assert.match((await visit.read("words", "#story-error")).toLowerCase(), /line 1, column 8/);
  await page.click("#sentences");
  await page.keyboard.down("Control");
  await page.keyboard.press("a");
  await page.keyboard.up("Control");
  await page.keyboard.type("ann blocks ben\nben blocks ann\nmay ann message ben?");
  await page.click("#apply");
  assert.equal(visit.address().state.step, 3);

  const again = await open(page.url());
  // The marks of what no source confirms come later.
  const cells = async (it) => (await it.read("cellsWithDetails")).map(({ label, ...cell }) => cell);
  assert.deepEqual(await cells(again), await cells(visit));
  assert.deepEqual(await again.read("steps"), await visit.read("steps"));
  assert.deepEqual(again.trouble, []);
  await again.page.close();
});

pageTest(
  "a difference of two policies opens on the stage",
  address({ ...BLOCKED, other: "tencent_mutual" }, "compare"),
  async (visit) => {
    await visit.page.waitForSelector("article[data-story] .open");
    await visit.page.click("article[data-story] .open");
    const { tab, state } = visit.address();
    assert.equal(tab, "play");
    const cells = await visit.read("cellsWithDetails");
    new Compared().cellsOf(cells, answersTo(state));
    assert.ok(cells.some((cell) => cell.differs));
  },
);

pageTest(
  "a failing property's trace opens on the stage, and a check is stopped",
  address({ ...BLOCKED, policy: "tencent_rest with block.cancels_requests_of = neither" }, "check"),
  async (visit) => {
    const { page } = visit;
    await page.select("#check-users", "4");
    await page.click("#check-run");
    await page.waitForSelector("#check-stop:not([disabled])");
    await page.click("#check-stop");
    await until("it stops", async () =>
      /stopped/i.test(await visit.read("words", "#check-status")),
    );
    await page.select("#check-users", "2");
    await page.click("#check-run");
    await page.waitForSelector('tr[data-property="no-request-across-block"] .open');
    await page.click('tr[data-property="no-request-across-block"] .open');
    assert.equal(visit.address().state.lines.length, 2);
  },
);

pageTest("a policy file is opened", address(BLOCKED, "policy"), async (visit) => {
  const field = await visit.page.$("#file");
  await field.uploadFile(join(REPOSITORY, "examples/our_policy.toml"));
  await until("the file is taken", () =>
    visit.address().state.policy.startsWith("tencent_rest with message.notice.own = told"),
  );
  await (await visit.page.$("#file")).uploadFile(join(REPOSITORY, "README.md"));
  await until("an error", async () =>
    /line/i.test((await visit.read("words", "#file-error")) ?? ""),
  );
});

pageTest(
  "the page keeps up with a key that is held down",
  address(
    stateOf({
      lines: Array.from({ length: 20 }, (_, index) => `ann ${index % 2 ? "un" : ""}blocks ben`),
    }),
  ),
  async (visit) => {
    // Browsers bound how often a page may write its address: Firefox, 200 times in ten seconds.
    await visit.page.evaluate(() => {
      for (let count = 0; count < 300; count += 1)
        document.querySelector(count % 2 ? "#forward" : "#back").click();
      document.querySelector("#back").click();
    });
    const now = (await visit.read("steps")).filter((it) => it.now);
    assert.deepEqual(
      now.map((it) => it.step),
      [19],
    );
    assert.deepEqual(visit.trouble, []);
    await until("the address follows", async () => visit.address().state.step === 19, 20_000);
  },
);

for (const width of [360, 1920]) {
  test(
    `nothing is wider than ${width} pixels, and axe finds nothing serious`,
    { timeout: 180_000 },
    async () => {
      const visit = await open(address({ ...BLOCKED, other: "wire" }), {
        width,
        height: width === 360 ? 780 : 1080,
      });
      for (const tab of TABS) {
        await visit.tab(tab);
        if (tab === "compare") await visit.page.waitForSelector("article[data-story]");
        if (tab === "profiles") await visit.page.waitForSelector("tr[data-profile]");
        const { by, of } = await visit.read("overflow");
        assert.ok(by <= 0, `${tab}: ${by} pixels wider than the window, by ${of.join(", ")}`);
        await visit.page.evaluate(AXE);
        const serious = await visit.page.evaluate(async () => {
          const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
          return violations
            .filter(({ impact }) => ["serious", "critical"].includes(impact))
            .map(({ id, nodes }) => `${id}: ${nodes[0].target}`);
        });
        assert.deepEqual(serious, [], tab);
      }
      assert.deepEqual(visit.trouble, []);
      await visit.page.close();
    },
  );
}

test("where WebAssembly is off, the page says what it needs", { timeout: 180_000 }, async () => {
  const without = await launch({ "javascript.options.wasm": false });
  try {
    const visit = await open(PAGE_URL, { from: without });
    assert.match(await visit.page.$eval("#needs", (it) => it.textContent), /WebAssembly/);
    assert.deepEqual(visit.trouble, []);
  } finally {
    await without.close();
  }
});

test(
  "Firefox lets no page from disk load a file, as for a user",
  { timeout: 180_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "files-"));
    writeFileSync(join(folder, "beside.txt"), "beside");
    writeFileSync(
      join(folder, "page.html"),
      `<!doctype html><title>?</title><script>
    fetch("beside.txt").then(() => { document.title = "loaded"; }, () => { document.title = "refused"; });
  </script>`,
    );
    const page = await browser.newPage();
    await page.goto(pathToFileURL(join(folder, "page.html")).href);
    await until("an answer", async () => (await page.title()) !== "?");
    assert.equal(await page.title(), "refused");
    await page.close();
  },
);
