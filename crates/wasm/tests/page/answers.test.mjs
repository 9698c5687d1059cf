// Every relation, question and action under every profile, through the page.
import assert from "node:assert/strict";
import { test } from "node:test";

import { assertQuiet, open } from "./browser.mjs";
import { Compared, table } from "./engine.mjs";
import { PAGE_URL, address, stateOf } from "./page.mjs";
import "./page_test.mjs";

// Each relation is in five stories, with other settings. The gate takes one of them: SHARE=5.
const SHARE = Number(process.env.SHARE ?? 1);
const isTaken = (index) => (index + Math.floor(index / 5)) % SHARE === 0;

test(
  "every relation, question and action under every profile, through the page, equals the engine",
  { timeout: 600_000 },
  async (context) => {
    const stories = table();
    const policies = [...new Set(stories.map((story) => story.policy))];
    assert.ok(policies.length >= 26, `${policies.length} policies`);

    const compared = new Compared();
    const expected = { states: 0, cells: 0, actions: 0, answers: 0 };
    const visit = await open({});
    await visit.page.click("#action-questions summary");
    for (const policy of policies) {
      const own = stories.filter((story, index) => story.policy === policy && isTaken(index));
      const fragments = own.map(({ users, lines }) =>
        address(stateOf({ policy, users, lines })).slice(PAGE_URL.length + 1),
      );
      const shown = await visit.read("readStates", fragments);
      for (const [index, story] of own.entries()) {
        expected.states += 1;
        expected.cells += story.cells.length;
        expected.answers += story.cells.length;
        expected.actions += story.actions.length;

        assert.equal(shown[index].error, "");
        assert.equal(shown[index].policy, policy);
        assert.equal(
          shown[index].steps.length,
          story.lines.length + 1,
          `${policy}: ${story.lines}`,
        );
        compared.state(shown[index], [story]);
      }
    }
    assertQuiet(visit);
    await visit.context.close();

    context.diagnostic(
      `compared ${compared.states} states, ${compared.answers} answers, ${compared.cells} cells and ${compared.actions} actions of ${policies.length} policies`,
    );
    assert.deepEqual({ ...compared }, expected);
    const whole = { states: 3_000, answers: 84_000, cells: 84_000, actions: 60_000 };
    for (const [what, least] of Object.entries(whole)) {
      assert.ok(compared[what] >= least / SHARE, `only ${compared[what]} ${what}`);
    }
  },
);
