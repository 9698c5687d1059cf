// Tests that open the page.
import { after, test } from "node:test";

import { assertQuiet, close, open } from "./browser.mjs";

after(close);

/** Declares a test that opens the page, and fails if the page is not quiet. */
export function pageTest(name, options, body) {
  if (typeof options === "function") [options, body] = [{}, options];
  test(name, { timeout: options.timeout ?? 60_000 }, async (context) => {
    const { timeout, ...rest } = options;
    const visit = await open(rest);
    try {
      await body(visit, context);
      // What the page has begun comes to its end before the look.
      await visit.page.waitForTimeout(50);
      assertQuiet(visit);
    } finally {
      await visit.context.close();
    }
  });
}
