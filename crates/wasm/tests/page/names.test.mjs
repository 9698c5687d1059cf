// The names of users and policies, the signs of answers, and the marks of what no source confirms.
import assert from "node:assert/strict";

import { Compared, answersTo } from "./engine.mjs";
import { stateOf, until } from "./page.mjs";
import { pageTest } from "./page_test.mjs";

/** U+202E turns the letters behind it around, up to the end of what it is isolated in. */
const TURNED = "e\u202eve";
const MARKUP = "<b>ben</b>&amp;";

/** Chooses a pair for the actions. */
async function choosePair({ page }, actor, target) {
  await page.selectOption("#actor", actor);
  await page.selectOption("#target", target);
}

/** Opens the dialog of a question, as a user does. */
async function openAnswer({ page }, question, actor, target) {
  const cells = page.locator(`#matrix [data-cell][data-question="${question}"]`);
  const index = await cells.evaluateAll(
    (all, [actor, target]) =>
      all.findIndex(({ dataset }) => dataset.actor === actor && dataset.target === target),
    [actor, target],
  );
  await cells.nth(index).click();
}

/** Returns the texts of the elements `bdi` in a place. */
const isolated = (visit, selector) =>
  visit.page.$$eval(`${selector} bdi`, (all) => all.map((it) => it.textContent));

for (const users of [
  ["__proto__", "constructor", " ann", TURNED],
  ["toString", MARKUP, "hasOwnProperty", "ann"],
]) {
  pageTest(
    `the names ${JSON.stringify(users)} are shown as they are, each isolated`,
    {
      state: stateOf({
        policy: "tencent_rest",
        other: "mastodon",
        users,
        watches: [{ question: "message", actor: users[1], target: users[0] }],
      }),
      timeout: 120_000,
    },
    async (visit) => {
      const { page } = visit;
      const pairs = users.flatMap((actor) =>
        users.filter((user) => user !== actor).map((target) => [actor, target]),
      );
      const rows = await page.$$eval("#matrix tbody th", (all) =>
        all.map((it) => [...it.querySelectorAll("bdi")].map((name) => name.textContent)),
      );
      assert.deepEqual(rows, pairs);

      for (const [actor, target] of pairs) {
        await choosePair(visit, actor, target);
        assert.deepEqual(await isolated(visit, "#actions h2"), [actor, target]);
        await openAnswer(visit, "message", actor, target);
        assert.deepEqual(await isolated(visit, "#details h2"), [actor, target]);
        assert.equal((await visit.read("details")).length, 2);
        await page.keyboard.press("Escape");
      }

      // On the stage, an element of its own has each name: whole in its title, cut in its circle.
      const onStage = await page.$$eval(".stage[data-side='0'] g.user", (all) =>
        all.map((it) => [
          it.querySelector("title").textContent,
          it.querySelector("text").textContent,
        ]),
      );
      assert.deepEqual(
        onStage,
        users.map((user) => [user, user.length > 7 ? `${user.slice(0, 6)}…` : user]),
      );

      // They play: each is blocked, and every answer is the engine's.
      for (const [actor, target] of pairs.slice(0, 4)) {
        await choosePair(visit, actor, target);
        await page.click('#actions li[data-action="block"] button');
      }
      const { state } = await visit.address();
      assert.equal(state.lines.length, 4);
      const shown = {
        cells: await visit.read("cellsWithDetails"),
        actions: await visit.read("actionsOfAll"),
      };
      new Compared().state(shown, answersTo(state));
      assert.equal(await page.locator("main b b, main bdi b").count(), 0);
    },
  );
}

/** Returns the texts with U+202E that turn other words around: they are not alone in their element. */
const turnedAround = ({ page }, place) =>
  page.$$eval(place, (places) => {
    const found = [];
    for (const it of places) {
      const walker = document.createTreeWalker(it, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const { data, parentElement } = walker.currentNode;
        const isAlone = parentElement.matches("bdi, option, svg text, svg title, textarea");
        if (data.includes("\u202e") && !isAlone) found.push(`${parentElement.tagName}: ${data}`);
      }
    }
    return found;
  });

const WITH_TURNED = stateOf({
  users: ["ann", TURNED],
  lines: [`\`e\\u{202e}ve\` blocks ann`],
  watches: [{ question: "message", actor: TURNED, target: "ann" }],
});

for (const [what, place] of [
  ["the matrix", "#matrix"],
  ["the stage", ".stages"],
  ["the story", "#story"],
  ["the actions", "#actions"],
  ["the watches", "#watches"],
  ["the dialog of an answer", "#details"],
]) {
  pageTest(
    `a name that turns letters around turns no other words of ${what}`,
    { state: WITH_TURNED },
    async (visit) => {
      await choosePair(visit, TURNED, "ann");
      await openAnswer(visit, "message", TURNED, "ann");
      assert.ok((await visit.page.textContent(place)).includes("ve"));
      assert.deepEqual(await turnedAround(visit, place), []);
    },
  );
}

/** Returns the answers that no source confirms, as the engine says on the page's main thread. */
const unconfirmedOf = ({ page }, state) =>
  page.evaluate((state) => {
    const { matrix } = JSON.parse(wasm_bindgen.review_certainties(JSON.stringify(state)));
    return matrix.flatMap(({ actor, target, question, sides }) =>
      sides.flatMap((it, side) =>
        it === "not_confirmed" ? [JSON.stringify([actor, target, question, side])] : [],
      ),
    );
  }, state);

/** Returns the answers of the matrix, and those of them that are marked. */
const marksOf = ({ page }) =>
  page.$$eval("#matrix [data-cell]", (cells) =>
    cells.flatMap((cell) =>
      [...cell.querySelectorAll("[data-side]")].map((answer) => ({
        key: JSON.stringify([
          cell.dataset.actor,
          cell.dataset.target,
          cell.dataset.question,
          Number(answer.dataset.side),
        ]),
        mark: answer.querySelector("sup")?.textContent ?? "",
        label: cell.getAttribute("aria-label"),
      })),
    ),
  );

/** Fails unless the marks of the matrix are the engine's. Returns how many there are. */
async function assertMarks(visit) {
  const { state } = await visit.address();
  const expected = new Set(await unconfirmedOf(visit, state));
  const read = async () => (await marksOf(visit)).filter((it) => it.mark).map((it) => it.key);
  const all = await marksOf(visit);
  const wanted = all.map((it) => it.key).filter((key) => expected.has(key));
  if (wanted.length === 0) await visit.page.waitForTimeout(600);
  await until("the marks", async () => (await read()).length > 0 || wanted.length === 0);
  await visit.page.waitForTimeout(50);
  const shown = await marksOf(visit);
  assert.deepEqual(
    shown.filter((it) => it.mark === "?").map((it) => it.key),
    wanted,
  );
  // A screen reader hears it too, once for a cell.
  const isMarked = (label) => shown.some((it) => it.label === label && it.mark);
  for (const { label } of shown)
    assert.equal(label.split("not confirmed").length - 1 > 0, isMarked(label), label);
  assert.equal(await visit.page.isVisible("#unconfirmed-key"), wanted.length > 0);
  return { marked: wanted.length, of: all.length };
}

pageTest(
  "the marks of what no source confirms are the engine's, at each step and under each policy",
  {
    state: stateOf({
      policy: "discord",
      users: ["ann", "ben", "cyd"],
      lines: ["ann adds ben as a two-way friend", "ann blocks ben", "cyd blocks ann"],
    }),
    timeout: 120_000,
  },
  async (visit) => {
    const { page } = visit;
    let marked = 0;
    let of = 0;
    const look = async () => {
      const found = await assertMarks(visit);
      marked += found.marked;
      of += found.of;
    };
    for (const step of [3, 2, 0]) {
      await page.click(`#story [data-step="${step}"]`);
      await look();
    }
    await page.click("#forward");
    await page.click("#forward");
    for (const name of ["wire", "tencent_rest", "prosody"]) {
      await page.selectOption("#policy-names", name);
      await look();
    }
    await page.selectOption("#other-names", "discord");
    await look();
    // What is drawn later is marked, too.
    await page.click("#action-questions summary");
    await until("all questions", async () => (await visit.read("cells")).length === 14 * 6);
    await look();
    assert.ok(marked >= 30 && of - marked >= 30, `${marked} of ${of} are marked`);
  },
);

pageTest(
  "the marks go to the right cells for names that are alike when they are joined",
  {
    state: stateOf({
      policy: "discord",
      users: ["a", "b c", "a b", "c"],
      lines: ["a blocks `b c`"],
    }),
  },
  async (visit) => {
    const { marked, of } = await assertMarks(visit);
    assert.ok(marked > 0 && marked < of, `${marked} of ${of} are marked`);
  },
);

pageTest(
  "a policy of your own has no marks, and the page says that it has no sources",
  { state: stateOf({ policy: "discord", lines: ["ann blocks ben"] }) },
  async (visit) => {
    const { page } = visit;
    const key = () => visit.read("words", "#matrix .key");
    const noSources = /policy of your own has no sources/i;
    assert.ok((await assertMarks(visit)).marked > 0);
    assert.doesNotMatch(await key(), noSources);

    await page.fill("#policy", "discord with limits.blocked = 7");
    await page.press("#policy", "Enter");
    assert.deepEqual((await assertMarks(visit)).marked, 0);
    assert.match(await key(), noSources);

    // Beside it, a named policy has its own.
    await page.selectOption("#other-names", "discord");
    assert.ok((await assertMarks(visit)).marked > 0);
    const sides = (await marksOf(visit)).filter((it) => it.mark).map((it) => JSON.parse(it.key)[3]);
    assert.deepEqual([...new Set(sides)], [1]);
    assert.match(await key(), noSources);
  },
);

pageTest(
  "the dialog of a marked answer says that no source confirms it, and no other does",
  { state: stateOf({ policy: "discord", other: "tencent_rest", lines: ["ann blocks ben"] }) },
  async (visit) => {
    const { page } = visit;
    await assertMarks(visit);
    const marks = await marksOf(visit);
    const [count, seen] = [await page.locator("#matrix [data-cell]").count(), new Set()];
    for (let index = 0; index < count; index += 1) {
      const cell = page.locator("#matrix [data-cell]").nth(index);
      await cell.click();
      for (const [side, policy] of ["discord", "tencent_rest"].entries()) {
        const text = await page.textContent(`#details section[data-side="${side}"]`);
        const isMarked = marks[2 * index + side].mark === "?";
        const sentence = `No source confirms this answer of ${policy}.`;
        assert.equal(text.includes("No source confirms"), isMarked, marks[2 * index + side].key);
        assert.equal(text.includes(sentence), isMarked);
        seen.add(isMarked);
      }
      await page.keyboard.press("Escape");
    }
    assert.equal(seen.size, 2);
  },
);

pageTest(
  "a policy that the story leaves is named with the policy that it becomes",
  {
    state: stateOf({
      other: "wire",
      lines: ["ann blocks ben", "the policy becomes mastodon"],
    }),
  },
  async (visit) => {
    const { page } = visit;
    const names = async () => {
      await openAnswer(visit, "message", "ben", "ann");
      const dialog = await page.$$eval("#details section h3", (all) =>
        all.map((it) => it.textContent),
      );
      await page.keyboard.press("Escape");
      const stages = await page.$$eval(".stages figcaption", (all) =>
        all.map((it) => it.textContent.replace("Beside: ", "")),
      );
      const title = (await visit.read("words", "#matrix-title")).split(", under ")[1];
      assert.equal(title, stages.join(" and "));
      assert.deepEqual(dialog, stages);
      return stages;
    };
    assert.deepEqual(await names(), ["tencent_rest, now mastodon", "wire, now mastodon"]);
    new Compared().cellsOf(
      await visit.read("cellsWithDetails"),
      answersTo((await visit.address()).state),
    );
    await page.click("#back");
    assert.deepEqual(await names(), ["tencent_rest", "wire"]);

    // Two of one name are told apart.
    await page.click("#forward");
    await page.selectOption("#other-names", "tencent_rest");
    const both = "tencent_rest, now mastodon";
    assert.deepEqual(await names(), [both, `${both} (beside)`]);
    // The fields have what the story begins with.
    assert.equal(await page.inputValue("#policy"), "tencent_rest");
  },
);

/** Policies under which a refusal is told, is neutral, and is silent: of the blocked, the blocker. */
const NOTICES = {
  told: ["✕", "refused", "may not, and is told why"],
  neutral: ["⊘", "refused", "may not, and is not told why"],
  silent: ["◌", "refused_silently", "may not, and is not told"],
};

pageTest(
  "watches have the signs and words of the matrix, and a dash for who is not there",
  {
    state: stateOf({
      policy: "tencent_rest with message.stopped_by = both, message.notice.own = told",
      other: "tencent_rest",
      lines: ["ann blocks ben", "cyd joins", "cyd blocks ann", "ann unblocks ben"],
      watches: [
        { question: "message", actor: "ben", target: "ann" },
        { question: "message", actor: "ann", target: "ben" },
        { question: "send_request", actor: "ann", target: "cyd" },
        { question: "call", actor: "cyd", target: "ann" },
      ],
    }),
  },
  async (visit) => {
    const { page } = visit;
    const rows = () =>
      page.$$eval("#watches [data-watch]", (all) =>
        all.map((row) =>
          [...row.querySelectorAll("button[data-step]")].map((it) => ({
            sign: it.textContent,
            verdict: it.dataset.verdict,
            words: it.getAttribute("aria-label").replace(/^step \d+: |, changed$/g, ""),
          })),
        ),
      );
    const signs = new Set();
    for (const notice of Object.keys(NOTICES)) {
      await page.fill(
        "#policy",
        `tencent_rest with message.stopped_by = both, message.notice.own = told, message.notice.other = ${notice}`,
      );
      await page.press("#policy", "Enter");
      const { watches } = (await visit.address()).state;
      const shown = await rows();
      assert.equal(shown.length, 2 * watches.length);
      assert.deepEqual([shown[0][1].sign, shown[0][1].verdict, shown[0][1].words], NOTICES[notice]);
      for (let step = 0; step <= 4; step += 1) {
        await page.click(`#story [data-step="${step}"]`);
        for (const [index, { question, actor, target }] of watches.entries()) {
          const isThere = step >= 2 || ![actor, target].includes("cyd");
          const cell = page.locator(
            `#matrix [data-question="${question}"][data-actor="${actor}"][data-target="${target}"]`,
          );
          assert.equal(await cell.count(), isThere ? 1 : 0);
          for (const side of [0, 1]) {
            const watched = shown[2 * index + side][step];
            if (!isThere) {
              assert.deepEqual([watched.sign, watched.verdict], ["–", "unknown"]);
              assert.match(watched.words, /missing/);
              continue;
            }
            const answer = cell.locator(`[data-side="${side}"]`);
            // Without the mark of what no source confirms, which comes later.
            const sign = await answer.evaluate((it) => it.firstChild.data);
            const verdict = await answer.getAttribute("data-verdict");
            const at = `${question} ${actor} ${target}, step ${step}, side ${side}`;
            assert.deepEqual([watched.sign, watched.verdict], [sign, verdict], at);
            const label = await cell.getAttribute("aria-label");
            const said = label.replace(`${actor} `, "").split("; beside: ");
            assert.equal(said[said.length === 1 ? 0 : side].split(": ")[0], watched.words, at);
            signs.add(sign);
          }
        }
      }
    }
    assert.deepEqual([...signs].toSorted(), ["✓", "✕", "⊘", "◌"].toSorted());
    // The matrix explains each sign with the same words.
    const key = await visit.read("words", "#matrix .key");
    for (const [sign, , words] of Object.values(NOTICES))
      assert.ok(key.includes(`${sign} ${words}`), key);
  },
);
