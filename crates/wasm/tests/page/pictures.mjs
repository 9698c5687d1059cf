// Makes the pictures of the scenes in a folder: the arguments are the folder, and names of scenes.
import { join } from "node:path";

import { assertQuiet, close, open } from "./browser.mjs";
import { SCENES, VIEWS } from "./scenes.mjs";

const [folder, ...names] = process.argv.slice(2);

const ACTS = {
  click: (page, selector) => page.locator(selector).first().click(),
  choose: (page, selector, value) => page.selectOption(selector, value),
  fill: (page, selector, text) => page.fill(selector, text),
  wait: (page, selector) => page.locator(selector).first().waitFor(),
  show: (page, selector) =>
    page
      .locator(selector)
      .first()
      .evaluate((it) => it.scrollIntoView()),
  unfold: (page, selector) =>
    page.$$eval(`${selector} details`, (all) => {
      for (const it of all) it.open = true;
    }),
};

async function picture({ name, state, tab, act = [] }, view) {
  const visit = await open({ state, tab, ...VIEWS[view] });
  for (const [what, ...rest] of act) await ACTS[what](visit.page, ...rest);
  // The pointer lies on nothing, and the worker's marks have come.
  await visit.page.mouse.move(0, 0);
  await visit.page.waitForTimeout(1_000);
  await visit.page.screenshot({ path: join(folder, `${name}-${view}.png`), caret: "initial" });
  assertQuiet(visit);
  await visit.context.close();
}

for (const scene of SCENES.filter(({ name }) => names.length === 0 || names.includes(name))) {
  for (const view of scene.views) {
    await picture(scene, view);
    console.log(`${scene.name}-${view}.png`);
  }
}
await close();
