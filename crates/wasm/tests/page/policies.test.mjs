// Policies on the page: chosen, changed, read from files, compared, checked, and the profiles.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { copied } from "./browser.mjs";
import { Compared, answersOf, answersTo } from "./engine.mjs";
import { PAGE_URL, REPOSITORY, address, stateOf, until } from "./page.mjs";
import { pageTest } from "./page_test.mjs";

const BLOCKED = stateOf({ lines: ["ann blocks ben"] });
const NAMES = readdirSync(join(REPOSITORY, "cases")).map((name) => name.replace(".tsv", ""));

async function assertCells(visit) {
  new Compared().cellsOf(
    await visit.read("cellsWithDetails"),
    answersTo((await visit.address()).state),
  );
}

/** Types a policy into its field, as a user does. */
async function choose({ page }, field, text) {
  await page.fill(field, text);
  await page.press(field, "Enter");
  // A field that has taken a text already takes it once more when it loses the focus.
  await page.evaluate(() => document.activeElement.blur());
}

const said = (visit, selector) => visit.read("words", selector);

pageTest(
  "a policy is chosen by its name, or as a line of one's own",
  { state: BLOCKED },
  async (visit) => {
    for (const policy of [
      "mastodon",
      "wire with message.notice.other = told, limits.blocked = 3",
    ]) {
      await choose(visit, "#policy", policy);
      assert.equal((await visit.address()).state.policy, policy);
      assert.equal(await said(visit, "#policy-error"), "");
      await assertCells(visit);
    }
  },
);

pageTest(
  "a policy that is none says what is wrong, and loses nothing",
  { state: BLOCKED },
  async (visit) => {
    for (const field of ["#policy", "#other"]) {
      for (const [policy, expected] of [
        ["mastodo", /mastodo/],
        ["mastodon with message.noticed = told", /noticed/],
      ]) {
        await choose(visit, field, policy);
        assert.match(await said(visit, "#policy-error"), expected);
        assert.deepEqual((await visit.address()).state, BLOCKED);
        await assertCells(visit);
      }
      await choose(visit, field, field === "#policy" ? "tencent_rest" : "");
      assert.equal(await said(visit, "#policy-error"), "");
    }
  },
);

pageTest(
  "two policies stand side by side, and what differs is marked",
  { state: BLOCKED },
  async (visit) => {
    await choose(visit, "#other", "tencent_mutual");
    assert.equal((await visit.address()).state.other, "tencent_mutual");
    await assertCells(visit);
    const differing = (await visit.read("cells")).filter((cell) => cell.differs);
    const expected = ["message", "call", "group_invitation", "presence"].map(
      (question) => `ann ${question} ben`,
    );
    assert.deepEqual(
      differing.map((it) => `${it.actor} ${it.question} ${it.target}`),
      expected,
    );

    await choose(visit, "#other", "");
    assert.equal((await visit.address()).state.other, null);
    await assertCells(visit);
  },
);

pageTest(
  "every policy beside another, through the page, equals the engine",
  { timeout: 120_000 },
  async (visit) => {
    const lines = [
      "ann adds ben as a two-way friend",
      "cyd sends ann a friend request",
      "ann blocks ben",
      "ann blocks cyd",
    ];
    const states = NAMES.map((policy, index) =>
      stateOf({ policy, other: NAMES.at(index - 7), users: ["ann", "ben", "cyd"], lines }),
    );
    const shown = await visit.read(
      "readStates",
      states.map((state) => address(state).slice(PAGE_URL.length + 1)),
    );
    const tables = answersOf(
      ...states.flatMap((state) => [state, { ...state, policy: state.other }]),
    );
    const compared = new Compared();
    for (const [index, it] of shown.entries())
      compared.state(it, tables.slice(2 * index, 2 * index + 2));
    assert.deepEqual(
      { ...compared },
      { states: 26, cells: 26 * 5 * 6, actions: 26 * 10 * 6, answers: 26 * 14 * 6 },
    );
  },
);

pageTest(
  "each part of a policy is changed by its choices",
  { state: BLOCKED, tab: "policy", timeout: 120_000 },
  async (visit) => {
    const { page } = visit;
    const parts = await page.$$eval("#view-policy [data-part]", (rows) =>
      rows.map((row) => ({
        path: row.dataset.part,
        choices: [...(row.querySelector("select")?.options ?? [])].map((option) => option.value),
        text: row.textContent,
      })),
    );
    assert.ok(parts.length >= 30, `${parts.length} parts`);
    assert.equal(new Set(parts.map((part) => part.path)).size, parts.length);

    let changed = 0;
    for (const { path, choices } of parts.filter((part) => part.choices.length > 0)) {
      const row = `#view-policy [data-part="${path}"]`;
      const before = (await visit.address()).state.policy;
      const value = await page.inputValue(`${row} select`);
      const another = choices.find((choice) => choice !== value);
      await page.selectOption(`${row} select`, another);
      const { policy } = (await visit.address()).state;
      assert.notEqual(policy, before, path);
      assert.equal(await page.inputValue(`${row} select`), another, path);
      await page.selectOption(`${row} select`, value);
      assert.equal((await visit.address()).state.policy, before, path);
      changed += 1;
    }
    assert.ok(changed >= 25, `${changed} choices`);

    await page.selectOption('[data-part="message.notice.other"] select', "told");
    const policy = "tencent_rest with message.notice.other = told";
    assert.equal((await visit.address()).state.policy, policy);
    await visit.tab("play");
    await assertCells(visit);
    assert.match(
      (await visit.read("cells")).find((it) => it.question === "message" && it.actor === "ben")
        .verdicts[0],
      /^refused$/,
    );
  },
);

pageTest(
  "a limit is changed by a number, and another text is refused",
  { state: BLOCKED, tab: "policy" },
  async (visit) => {
    const { page } = visit;
    const field = '[data-part="limits.blocked"] input';
    await page.fill(field, "2");
    await page.press(field, "Enter");
    const limited = "tencent_rest with limits.blocked = 2";
    await until("the limit is set", async () => (await visit.address()).state.policy === limited);
    for (const wrong of ["-1", "two", "99999999999999"]) {
      await page.fill(field, wrong);
      await page.press(field, "Enter");
      await until(
        "the field has the limit again",
        async () => (await page.inputValue(field)) === "2",
      );
      assert.equal((await visit.address()).state.policy, limited);
    }
  },
);

async function drop({ page }, name, text) {
  await page.evaluate(
    ([name, text]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], name));
      for (const type of ["dragenter", "dragover", "drop"]) {
        const event = new DragEvent(type, {
          bubbles: true,
          cancelable: true,
          dataTransfer: transfer,
        });
        document.querySelector("main").dispatchEvent(event);
        if (type !== "dragenter" && !event.defaultPrevented)
          throw new Error("the browser would open the file");
      }
    },
    [name, text],
  );
}

const TOML = readFileSync(join(REPOSITORY, "examples/our_policy.toml"), "utf8");
const OURS =
  "tencent_rest with message.notice.own = told, message.notice.other = told, block.cancels_requests_of = neither, limits.blocked = 2";
const JSON_FILE = '{"profile": "wire",\n "message": {"notice": {"other": "told"}}}';

pageTest(
  "a policy file is opened or dropped, from any tab",
  { state: BLOCKED, tab: "policy" },
  async (visit) => {
    await visit.page.setInputFiles("#file", {
      name: "ours.toml",
      mimeType: "application/toml",
      buffer: Buffer.from(TOML),
    });
    await until("the file is taken", async () => (await visit.address()).state.policy === OURS);
    assert.equal(await visit.page.inputValue("#policy"), OURS);
    await visit.tab("play");
    await assertCells(visit);

    await drop(visit, "ours.json", JSON_FILE);
    const policy = "wire with message.notice.other = told";
    await until(
      "the dropped file is taken",
      async () => (await visit.address()).state.policy === policy,
    );
    await visit.tab("play");
    await assertCells(visit);
  },
);

pageTest(
  "a wrong policy file says what is wrong and where, and loses nothing",
  { state: BLOCKED, tab: "policy" },
  async (visit) => {
    const wrong = [
      [TOML.replace('own = "told"', 'own = "tolled"'), /tolled/, /line 6\b/i],
      [TOML.replace("[limits]", "[limits"), /./, /line 12\b/i],
      ['{"profile": "wire",\n "massage": {}}', /massage/, /line 2\b/i],
      ["", /\w{4}/, /./],
      ["\u0000\u0001\u0002\ufffd", /\w{4}/, /./],
    ];
    for (const [text, what, where] of wrong) {
      await visit.page.setInputFiles("#file", []);
      await visit.page.setInputFiles("#file", {
        name: "wrong.toml",
        mimeType: "text/plain",
        buffer: Buffer.from(text),
      });
      await until(
        `an error of ${JSON.stringify(text.slice(0, 60))}`,
        async () =>
          what.test(await said(visit, "#file-error")) &&
          where.test(await said(visit, "#file-error")),
      );
      assert.deepEqual((await visit.address()).state, BLOCKED);
      // Otherwise the browser does not tell the page of the same file again, once it is corrected.
      assert.equal(await visit.page.inputValue("#file"), "", "the field keeps the wrong file");
    }

    await drop(visit, "right.json", JSON_FILE);
    await until(
      "the right file is taken",
      async () => (await visit.address()).state.policy === "wire with message.notice.other = told",
    );
    assert.equal(await said(visit, "#file-error"), "");
  },
);

pageTest(
  "a file of 100 kB that is no policy is refused at once",
  { state: BLOCKED, tab: "policy" },
  async (visit) => {
    for (const [name, text, bytes] of [
      ["large.toml", "x = [" + "1, ".repeat(100_000 / 3) + "]", 100_000],
      ["deep.json", "[".repeat(100_000), 100_000],
      ["comment.toml", `# ${"x".repeat(100_000)}\nprofile = "wir"`, 100_000],
      ["nested.toml", `x = ${"[".repeat(99_990)}`, 99_000],
      ["nested.json", `{"x": ${"[".repeat(99_990)}`, 99_000],
      ["photo.png", "\u0089PNG\r\n" + "\u0000\u00ff".repeat(5_000_000), 10_000_000],
    ]) {
      assert.ok(Buffer.byteLength(text) >= bytes);
      await visit.page.setInputFiles("#file", []);
      const begin = Date.now();
      await visit.page.setInputFiles("#file", {
        name,
        mimeType: "text/plain",
        buffer: Buffer.from(text),
      });
      await until(
        `an error of ${name}`,
        async () => /\w{4}/.test(await said(visit, "#file-error")),
        5_000,
      );
      const error = await said(visit, "#file-error");
      assert.ok(error.length < 1_000, `${name}: ${error.length} characters of error`);
      assert.ok(Date.now() - begin < 5_000);
      assert.deepEqual((await visit.address()).state, BLOCKED);
      await visit.page.setInputFiles("#file", {
        name: "ours.toml",
        mimeType: "text/plain",
        buffer: Buffer.from('profile = "tencent_rest"'),
      });
      await until("the error goes", async () => (await said(visit, "#file-error")) === "");
    }
  },
);

pageTest(
  "a policy is copied out as a file, which opens again",
  { state: { ...BLOCKED, policy: OURS }, tab: "policy" },
  async (visit) => {
    const text = await copied(visit, "#copy-file");
    assert.match(text, /profile = "tencent_rest"/);
    await choose(visit, "#policy", "wire");
    await visit.page.setInputFiles("#file", {
      name: "again.toml",
      mimeType: "text/plain",
      buffer: Buffer.from(text),
    });
    await until("the file is taken", async () => (await visit.address()).state.policy === OURS);
  },
);

pageTest(
  "two policies are compared, and each story that tells them apart opens on the stage",
  {
    state: { ...BLOCKED, policy: "tencent_rest", other: "wire" },
    tab: "compare",
    timeout: 120_000,
  },
  async (visit) => {
    const { page } = visit;
    await page.waitForSelector("#view-compare article[data-story]");
    const count = await page.locator("#view-compare article[data-story]").count();
    assert.ok(count >= 5, `${count} stories`);
    const before = await visit.address();
    const marked = new Set();
    for (let index = 0; index < count; index += 1) {
      await page.waitForSelector("#view-compare article[data-story]");
      await page.locator("#view-compare article[data-story] .open").nth(index).click();
      const { tab, state } = await visit.address();
      assert.deepEqual([tab, state.policy, state.other], ["play", "tencent_rest", "wire"]);
      const cells = await visit.read("cellsWithDetails");
      new Compared().cellsOf(cells, answersTo(state));

      // Its question is watched, and at its end something differs: an answer, an action or a fact.
      const { question, actor, target } = state.watches[0];
      const rows = (await visit.read("watches")).filter(
        (it) => it.watch === `${question} ${actor} ${target}`,
      );
      assert.equal(rows.length, 2, JSON.stringify(state));
      const facts = await page.$$eval("#view-play svg[data-side]", (stages) =>
        stages.map((stage) =>
          [...stage.querySelectorAll("[data-fact]")].map((it) => it.dataset.fact).join(),
        ),
      );
      const actions = await visit.read("actionsOfAll");
      const differs = [...cells, ...actions].some((it) => it.differs) || facts[0] !== facts[1];
      assert.ok(differs, JSON.stringify(state));
      if (cells.some((cell) => cell.differs && cell.question === question && cell.actor === actor))
        marked.add(question);
      await visit.tab("compare");
    }
    assert.ok(marked.has("message") && marked.has("send_request"), [...marked].join());

    // What was on the stage comes back.
    await visit.tab("play");
    for (let index = 0; index < count; index += 1) await page.click("#undo");
    assert.deepEqual((await visit.address()).state, before.state);
  },
);

pageTest(
  "policies that are alike have no story",
  { state: { ...BLOCKED, other: "tencent_rest with limits.blocked = 999" }, tab: "compare" },
  async (visit) => {
    await until("the comparison", async () =>
      /limits\.blocked/.test(await visit.page.textContent("#view-compare")),
    );
    assert.equal(await visit.page.locator("#view-compare article[data-story]").count(), 0);
  },
);

pageTest(
  "the named policies stand in the order of their distance",
  { state: { ...BLOCKED, policy: OURS }, tab: "compare" },
  async (visit) => {
    const { page } = visit;
    const rows = page.locator("#nearest tbody tr");
    await until("the list", async () => (await rows.count()) >= NAMES.length);
    const items = await rows.allInnerTexts();
    assert.equal(items.length, NAMES.length);
    for (const name of NAMES)
      assert.ok(
        items.some((item) => item.split(/\s/).includes(name)),
        name,
      );
    const distances = items.map((item) =>
      /\bnone\b/.test(item) ? 0 : Number(item.match(/\b(\d+):/)[1]),
    );
    assert.deepEqual(
      distances,
      distances.toSorted((one, other) => one - other),
    );
    assert.match(items[0], /\btencent_rest\b/);
    assert.equal(distances[0], 3);
    await rows.nth(1).locator("button").click();
    assert.ok(NAMES.includes((await visit.address()).state.other));
  },
);

pageTest(
  "a check names each property, and the trace of a failure opens on the stage",
  { state: { ...BLOCKED, policy: OURS }, tab: "check" },
  async (visit) => {
    const { page } = visit;
    await page.selectOption("#check-users", "2");
    await page.click("#check-run");
    await page.waitForSelector("#view-check tr[data-property]");
    const rows = await page.$$eval("#view-check tr[data-property]", (rows) =>
      rows.map((row) => ({
        name: row.dataset.property,
        holds: row.dataset.holds,
        opens: row.querySelector(".open") !== null,
        text: row.textContent,
      })),
    );
    assert.ok(rows.length >= 20, `${rows.length} properties`);
    const failing = rows.filter((row) => row.holds !== "true");
    assert.deepEqual(
      failing.map((row) => row.name),
      ["no-request-across-block"],
    );
    assert.deepEqual(
      rows.filter((row) => row.opens).map((row) => row.name),
      ["no-request-across-block"],
    );
    assert.match(failing[0].text, /R21/);
    assert.match(await said(visit, "#check-status"), /\b19\b/);

    await page.click('tr[data-property="no-request-across-block"] .open');
    const { tab, state } = await visit.address();
    assert.deepEqual([tab, state.policy, state.lines.length, state.step], ["play", OURS, 2, 2]);
    assert.match(state.lines[0], /friend request/);
    assert.match(state.lines[1], /blocks/);
    await assertCells(visit);

    await visit.tab("check");
    await choose(visit, "#policy", "tencent_rest");
    assert.equal(
      await page.locator('#view-check tr[data-holds="false"]').count(),
      0,
      "results of another policy",
    );
  },
);

pageTest(
  "a check is stopped while the page answers, and begins again",
  { state: BLOCKED, tab: "check", timeout: 120_000 },
  async (visit) => {
    const { page } = visit;
    await page.selectOption("#check-users", "4");
    await page.click("#check-run");
    await until("its progress", async () => /\d/.test(await said(visit, "#check-status")));
    // The search is off the main thread: the page draws meanwhile.
    const longest = await page.evaluate(
      () =>
        new Promise((done) => {
          let [last, longest, frames] = [performance.now(), 0, 0];
          const frame = (now) => {
            longest = Math.max(longest, now - last);
            last = now;
            frames += 1;
            if (frames < 10) requestAnimationFrame(frame);
            else done(longest);
          };
          requestAnimationFrame(frame);
        }),
    );
    assert.ok(longest < 1_000, `no frame for ${longest} ms`);

    await page.click("#check-stop");
    assert.match((await said(visit, "#check-status")).toLowerCase(), /stopped/);
    assert.equal(await page.locator("#view-check tr[data-property]").count(), 0);
    const status = await said(visit, "#check-status");
    await page.waitForTimeout(300);
    assert.equal(await said(visit, "#check-status"), status);

    await page.selectOption("#check-users", "2");
    await page.click("#check-run");
    await page.waitForSelector("#view-check tr[data-property]");
    // What else is done off the main thread goes on, too.
    await visit.tab("profiles");
    await page.waitForSelector("#view-profiles tr[data-profile]");
  },
);

pageTest(
  "a check that no browser can hold says so",
  { state: { ...BLOCKED, policy: "openim" }, tab: "check" },
  async (visit) => {
    await visit.page.selectOption("#check-users", "4");
    await visit.page.click("#check-run");
    await until("why not", async () =>
      /memory|\d MB/.test(await visit.page.textContent("#view-check")),
    );
  },
);

pageTest(
  "the profiles are filtered, with sources and exceptions",
  { state: BLOCKED, tab: "profiles", timeout: 120_000 },
  async (visit) => {
    const { page } = visit;
    await page.waitForSelector("#view-profiles tr[data-profile]");
    const shown = async () => {
      const names = await page.$$eval("#view-profiles tr[data-profile]", (rows) =>
        rows.filter((row) => row.checkVisibility()).map((row) => row.dataset.profile),
      );
      return [...new Set(names)];
    };
    assert.deepEqual((await shown()).toSorted(), NAMES.toSorted());
    await page.locator('tr[data-profile="mastodon"] button').first().click();
    assert.match(await page.textContent("#details"), /mastodon\/mastodon/);
    await page.keyboard.press("Escape");

    await page.fill("#filter", "Wire");
    await until("the filter", async () => (await shown()).length < 26);
    assert.ok((await shown()).includes("wire"));
    await page.fill("#filter", "no system at all");
    await until("no row", async () => (await shown()).length === 0);
    await page.fill("#filter", "");
    await until("all rows", async () => (await shown()).length === 26);
    assert.equal(await page.evaluate(() => document.activeElement.id), "filter");
  },
);

pageTest(
  "a filter says how many systems it leaves, and hides the tables if it leaves none",
  { state: BLOCKED, tab: "profiles" },
  async (visit) => {
    const { page } = visit;
    await page.waitForSelector("#tables tr[data-profile]");
    const tables = page.locator("#tables table");
    const count = await tables.count();
    const visible = () => page.locator("#tables table:visible").count();
    const filtered = () => visit.read("words", "#filtered");
    assert.ok(count >= 2);
    assert.deepEqual([await visible(), await filtered()], [count, ""]);

    for (const [text, expected] of [
      ["no system at all", [0, "0 systems"]],
      ["xep-0191", [count, /^[1-9]\d? systems?$/]],
      ["__proto__", [0, "0 systems"]],
      ["TangSengDaoDao", [count, /^[1-9]\d? systems?$/]],
      ["", [count, ""]],
    ]) {
      await page.fill("#filter", text);
      const [shown, words] = expected;
      assert.equal(await visible(), shown, text);
      if (words instanceof RegExp) {
        assert.match(await filtered(), words);
        const rows = await page.$$eval("#tables tr[data-profile]", (all) =>
          all.filter((row) => row.checkVisibility()).map((row) => row.dataset.profile),
        );
        assert.equal(parseInt(await filtered()), new Set(rows).size);
      } else assert.equal(await filtered(), words);
    }

    // The filter stays while another tab is open.
    await page.fill("#filter", "no system at all");
    await visit.tab("play");
    await visit.tab("profiles");
    await until("the number", async () => (await filtered()) === "0 systems");
    assert.equal(await visible(), 0);
  },
);

pageTest(
  "a value of a profile has one star and one question mark at most",
  { state: BLOCKED, tab: "profiles" },
  async ({ page }) => {
    await page.waitForSelector("#stories details[data-story]");
    const values = await page.$$eval("#tables td, #stories .systems-answers dd", (all) =>
      all.flatMap((it) => it.textContent.split(/ \/ |, /)),
    );
    assert.ok(values.length > 500, `${values.length} values`);
    assert.ok(values.some((it) => it.includes("*")) && values.some((it) => it.includes("?")));
    assert.deepEqual(
      values.filter((it) => /\*.*\*|\?.*\?/.test(it)),
      [],
    );
  },
);

pageTest(
  "the ten stories have each system's answer, and open on the stage",
  { state: BLOCKED, tab: "profiles", timeout: 120_000 },
  async (visit) => {
    const { page } = visit;
    await page.waitForSelector("#stories details[data-story]");
    const stories = page.locator("#stories details[data-story]");
    assert.equal(await stories.count(), 10);
    for (let index = 0; index < 10; index += 1) {
      await page.waitForSelector("#stories details[data-story]");
      const story = stories.nth(index);
      await story.locator("summary").first().click();
      const text = await story.textContent();
      assert.ok(
        NAMES.filter((name) => text.includes(name)).length >= 15,
        `story ${index + 1}: ${text.slice(0, 300)}`,
      );
      await story.locator("button", { hasText: /stage/i }).first().click();
      const { tab, state } = await visit.address();
      assert.equal(tab, "play");
      assert.ok(state.lines.length > 0);
      await assertCells(visit);
      await visit.tab("profiles");
    }
  },
);

pageTest(
  "questions are watched through the story",
  { state: stateOf({ lines: ["ann blocks ben", "# later", "ann unblocks ben"], step: 1 }) },
  async (visit) => {
    const { page } = visit;
    assert.deepEqual(await visit.read("watches"), []);
    for (const [question, actor, target] of [
      ["message", "ben", "ann"],
      ["send_request", "ann", "ben"],
    ]) {
      await page.click(`#matrix [data-cell][data-question="${question}"][data-actor="${actor}"]`);
      await page.locator("#details button", { hasText: /watch/i }).click();
      if (await page.isVisible("#details")) await page.keyboard.press("Escape");
      assert.deepEqual((await visit.address()).state.watches.at(-1), { question, actor, target });
    }

    const [yes, silent, no] = ["allowed", "refused_silently", "refused"];
    const strip = (...verdicts) => verdicts.map((verdict, step) => [step, verdict]);
    assert.deepEqual(await visit.read("watches"), [
      { watch: "message ben ann", steps: strip(yes, silent, silent, yes) },
      { watch: "send_request ann ben", steps: strip(yes, no, no, yes) },
    ]);
    await page.click('#watches [data-watch="message ben ann"] [data-step="3"]');
    assert.equal((await visit.address()).state.step, 3);
    await assertCells(visit);

    await page.click('#matrix [data-cell][data-question="message"][data-actor="ben"]');
    await page.locator("#details button", { hasText: /watch/i }).click();
    assert.deepEqual(
      (await visit.read("watches")).map((it) => it.watch),
      ["send_request ann ben"],
    );
  },
);

pageTest(
  "watches stand under each policy",
  {
    state: {
      ...BLOCKED,
      other: "tencent_mutual",
      watches: [{ question: "message", actor: "ann", target: "ben" }],
    },
  },
  async (visit) => {
    const watches = await visit.read("watches");
    assert.deepEqual(
      watches.map((it) => it.watch),
      ["message ann ben", "message ann ben"],
    );
    assert.deepEqual(
      watches.map((it) => it.steps.map((step) => step[1])),
      [
        ["allowed", "allowed"],
        ["allowed", "refused_silently"],
      ],
    );
  },
);
