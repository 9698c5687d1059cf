// What the page asks of the browser: no network, no more than a strict content policy allows.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { test } from "node:test";

import { assertQuiet, launch, open, requestsElsewhere } from "./browser.mjs";
import { PAGE_FILE, PAGE_URL, TABS, stateOf, until } from "./page.mjs";
import { pageTest } from "./page_test.mjs";

const COMPARED = stateOf({
  other: "wire",
  users: ["ann", "ben", "cyd", "dot"],
  lines: ["ann blocks ben"],
  watches: [{ question: "message", actor: "ben", target: "ann" }],
});

test("the page has at most 1,000,000 bytes", () => {
  const { size } = statSync(PAGE_FILE);
  assert.ok(size <= 1_000_000, `${size} bytes`);
});

/** Does what could ask for something: every tab, the worker, a dialog, downloads, a copy. */
async function useAll(visit) {
  const { page } = visit;
  await page.waitForSelector("#matrix [data-cell]");
  await page.locator("#matrix [data-cell]").first().click();
  await page.waitForSelector("#details section[data-side]");
  await page.keyboard.press("Escape");
  for (const save of ["#save-story", "#save-rust"]) {
    await Promise.all([page.waitForEvent("download"), page.click(save)]);
  }
  await page.click("#copy-address");
  await visit.tab("policy");
  await page.click("#copy-file");
  await visit.tab("compare");
  await page.waitForSelector("article[data-story]");
  await visit.tab("check");
  await page.selectOption("#check-users", "2");
  await page.click("#check-run");
  await page.waitForSelector("tr[data-property]");
  await visit.tab("profiles");
  await page.waitForSelector("tr[data-profile]");
  await page.waitForSelector("#stories details");
}

pageTest(
  "from disk, no request leaves the page",
  { state: COMPARED, timeout: 120_000 },
  async (visit) => {
    await useAll(visit);
    assert.deepEqual(requestsElsewhere(visit), []);
    const stored = await visit.page.evaluate(async () => [
      localStorage.length,
      sessionStorage.length,
      document.cookie,
      (await indexedDB.databases()).length,
    ]);
    assert.deepEqual(stored, [0, 0, "", 0]);
  },
);

/** Returns the strictest policy under which the page's own scripts and styles run. */
function strictPolicy(html) {
  const hashes = (pattern) =>
    [...html.matchAll(pattern)].map(
      ([, text]) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`,
    );
  const scripts = hashes(
    /<script(?![^>]*\btype="(?!text\/javascript|module))[^>]*>([^]*?)<\/script>/g,
  );
  const styles = hashes(/<style[^>]*>([^]*?)<\/style>/g);
  return [
    "default-src 'none'",
    `script-src ${scripts.join(" ")} 'wasm-unsafe-eval'`,
    `style-src ${styles.join(" ")}`,
    "worker-src blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** Serves the page alone, and notes what is asked for. */
async function serve(headers) {
  const asked = [];
  const html = readFileSync(PAGE_FILE);
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.writeHead(request.url === "/review.html" ? 200 : 404, {
      "Content-Type": "text/html; charset=utf-8",
      ...headers,
    });
    response.end(request.url === "/review.html" ? html : "");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, asked, url: `http://127.0.0.1:${(await server.address()).port}/review.html` };
}

test(
  "served under a strict content policy, the page works and asks for nothing",
  { timeout: 120_000 },
  async () => {
    const headers = {
      "Content-Security-Policy": strictPolicy(readFileSync(PAGE_FILE, "utf8")),
      "Cross-Origin-Opener-Policy": "same-origin",
      "X-Content-Type-Options": "nosniff",
      "Referrer-Policy": "no-referrer",
    };
    const { server, asked, url } = await serve(headers);
    try {
      const visit = await open({ url, state: COMPARED });
      await useAll(visit);
      for (const tab of TABS) await visit.tab(tab);
      assertQuiet(visit);
      assert.deepEqual(asked, ["/review.html"]);
      await visit.context.close();
    } finally {
      server.close();
    }
  },
);

test("the strict content policy forbids what is not the page's", { timeout: 60_000 }, async () => {
  const { server, url } = await serve({
    "Content-Security-Policy": strictPolicy(readFileSync(PAGE_FILE, "utf8")),
  });
  try {
    const visit = await open({ url });
    await visit.page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "window.planted = true";
      document.body.append(script);
      document.body.setAttribute("style", "color: red");
    });
    await visit.page.evaluate(() => fetch("/elsewhere").catch(() => {}));
    assert.equal(await visit.page.evaluate(() => window.planted), undefined);
    for (const directive of ["script-src-elem", "style-src-attr", "connect-src"]) {
      await until(directive, () =>
        visit.trouble.some((it) => it.startsWith(`content policy: ${directive}`)),
      );
    }
    await visit.context.close();
  } finally {
    server.close();
  }
});

test("a request, an error and a warning are noticed", { timeout: 60_000 }, async () => {
  const plant = [
    [
      () => {
        fetch("http://127.0.0.1:9/").catch(() => {});
      },
      (visit) => requestsElsewhere(visit).length > 0,
    ],
    [
      () => {
        new Image().src = "file:///nowhere.png";
      },
      (visit) => requestsElsewhere(visit).length > 0,
    ],
    [
      () => {
        new Worker(URL.createObjectURL(new Blob(["fetch('http://127.0.0.1:9/')"])));
      },
      (visit) => requestsElsewhere(visit).length > 0,
    ],
    [
      () => {
        console.error("planted");
      },
      (visit) => visit.trouble.length > 0,
    ],
    [
      () => {
        console.warn("planted");
      },
      (visit) => visit.trouble.length > 0,
    ],
    [
      () => {
        setTimeout(() => {
          throw new Error("planted");
        });
      },
      (visit) => visit.trouble.length > 0,
    ],
    [
      () => {
        Promise.reject(new Error("planted"));
      },
      (visit) => visit.trouble.length > 0,
    ],
  ];
  for (const [planted, noticed] of plant) {
    // Without the page's own content policy, which would stop a request.
    const visit = await open({ bypassCSP: true });
    assertQuiet(visit);
    await visit.page.evaluate(planted);
    await until(String(planted), () => noticed(visit));
    assert.throws(() => assertQuiet(visit));
    await visit.context.close();
  }
});

pageTest(
  "where WebAssembly is off, the page says what it needs",
  {
    init: () => {
      delete window.WebAssembly;
    },
  },
  async ({ page }) => {
    await page.waitForSelector("#needs", { state: "visible" });
    assert.match(await page.textContent("#needs"), /WebAssembly/);
  },
);

pageTest(
  "where WebAssembly compiles nothing, the page says what it needs",
  {
    init: () => {
      const refuse = () => {
        throw new WebAssembly.CompileError("Wasm code generation disallowed by embedder");
      };
      WebAssembly.Module = refuse;
      WebAssembly.compile = WebAssembly.instantiate = async () => refuse();
    },
  },
  async ({ page }) => {
    await page.waitForSelector("#needs", { state: "visible" });
    assert.match(await page.textContent("#needs"), /WebAssembly/);
  },
);

test("where JavaScript is off, the page says what it needs", { timeout: 60_000 }, async () => {
  const context = await (await launch()).newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(PAGE_URL);
  await page.waitForSelector("#needs", { state: "visible" });
  assert.match(await page.innerText("#needs"), /JavaScript/);
  await context.close();
});

test(
  "where a server forbids scripts, the page says after some seconds that it has not started",
  { timeout: 60_000 },
  async () => {
    const { server, url } = await serve({ "Content-Security-Policy": "script-src 'none'" });
    try {
      // Motion is not what is waited for: it is the same where the browser asks for less of it.
      for (const reducedMotion of ["reduce", "no-preference"]) {
        const visit = await open({ url, reducedMotion });
        const { page } = visit;
        assert.equal(await page.evaluate(() => document.documentElement.dataset.ready), undefined);
        await page.waitForSelector("#needs", { state: "visible" });
        const box = await page.locator("#needs").boundingBox();
        assert.ok(box.height > 0 && box.y < 900, JSON.stringify(box));
        assert.match(await page.innerText("#needs"), /has not started.*JavaScript/);
        await visit.context.close();
      }
    } finally {
      server.close();
    }
  },
);

pageTest("where scripts run, the page does not say that it has not started", async ({ page }) => {
  await page.waitForTimeout(3_000);
  assert.equal(await page.isVisible("#needs"), false);
});

pageTest(
  "where no worker starts, what is asked on the main thread goes on",
  {
    init: () => {
      window.Worker = class {
        constructor() {
          throw new DOMException("refused", "SecurityError");
        }
      };
    },
  },
  async (visit) => {
    const { page } = visit;
    await page.selectOption("#actor", "ben");
    await page.click('#actions li[data-action="block"] button');
    assert.equal((await visit.address()).state.lines.length, 4);
    await visit.tab("compare");
    await until(
      "what is missing",
      async () => /worker/i.test(await page.textContent("#view-compare")),
      3_000,
    );
  },
);

pageTest(
  "names with markup are text",
  {
    state: stateOf({
      users: ["<b onclick=x>ann", '"><img src=x onerror=alert(1)>', "ben&amp;"],
      lines: ["# <script>alert(1)</script>"],
    }),
  },
  async (visit) => {
    const { page } = visit;
    let alerted = false;
    page.on("dialog", (dialog) => {
      alerted = true;
      dialog.dismiss();
    });
    for (const tab of TABS) await visit.tab(tab);
    await visit.tab("play");
    await page.locator("#matrix [data-cell]").nth(3).click();
    await page.keyboard.press("Escape");
    const [actor, target] = (await visit.address()).state.users;
    await page.selectOption("#actor", actor);
    await page.selectOption("#target", target);
    await page.click('#actions li[data-action="block"] button');
    assert.equal((await visit.address()).state.lines.length, 2);
    assert.equal(await page.locator("main b[onclick], main img").count(), 0);
    assert.equal(alerted, false);
  },
);
