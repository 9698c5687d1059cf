// A Chromium with the page in it, and what the page must not do.
import assert from "node:assert/strict";

import { chromium } from "playwright-core";

import { PAGE_URL, address, read, until } from "./page.mjs";
import { reading } from "./reading.mjs";

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let browser = null;

/** Starts a browser. */
export function start(options = {}) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ARGUMENTS,
    ...options,
  });
}

/** Returns the browser of this file of tests: all of them share it. */
export async function launch() {
  browser ??= await start();
  return browser;
}

export async function close() {
  await browser?.close();
  browser = null;
}

/**
 * Opens the page, and notes what it asks of the network, what it writes to the console, and where
 * it breaks a content policy.
 */
export async function open({
  state = null,
  tab,
  url = PAGE_URL,
  address: whole,
  width = 1280,
  height = 900,
  allowed = [],
  init,
  from,
  ...options
} = {}) {
  const context = await (from ?? (await launch())).newContext({
    viewport: { width, height },
    reducedMotion: "reduce",
    ...options,
  });
  const trouble = [];
  const requests = [];
  const note = (text) => {
    if (!allowed.some((pattern) => pattern.test(text))) trouble.push(text);
  };
  context.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) note(`console: ${message.text()}`);
  });
  context.on("weberror", (error) => note(`error: ${error.error().stack}`));
  context.on("request", (request) => requests.push(request.url()));
  await context.exposeBinding("noteViolation", (_, text) => note(`content policy: ${text}`));
  await context.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) =>
      window.noteViolation(
        `${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`,
      ),
    );
  });
  await context.addInitScript(reading);
  if (init) await context.addInitScript(init);

  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  // Playwright's events are those of the page; these are what the browser's network stack says.
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  session.on("Network.requestWillBeSent", ({ request }) => requests.push(request.url));
  session.on("Network.webSocketCreated", ({ url: socket }) => requests.push(socket));
  await page.goto(whole ?? address(state, tab, url));

  // The engine is there, or the page says what it needs.
  if (options.javaScriptEnabled !== false)
    await page.waitForSelector("html[data-ready], #needs:not([hidden])", { state: "attached" });

  const visit = { context, page, trouble, requests, url };
  visit.read = (name, ...rest) =>
    page.evaluate(([name, rest]) => window.reading[name](...rest), [name, rest]);
  // The browser tells of an address later than the page has it.
  visit.address = async () => read(await page.evaluate(() => location.href));
  visit.tab = async (name) => {
    await page.click(`#tab-${name}`);
    await page.waitForSelector(`#view-${name}`, { state: "visible" });
  };
  return visit;
}

/** Returns the requests that are not for the page itself, nor for what it has inside. */
export function requestsElsewhere({ requests, url }) {
  return requests.filter(
    (it) => !/^(blob|data):/.test(it) && it.split("#")[0] !== url.split("#")[0],
  );
}

/** Fails if the page asked for anything, wrote an error, or broke a content policy. */
export function assertQuiet(visit) {
  assert.deepEqual(visit.trouble, []);
  assert.deepEqual(requestsElsewhere(visit), []);
}

/** Clicks a button that copies, and returns the text that a paste then brings. */
export async function copied({ page }, selector) {
  const field = (act) =>
    page.evaluate((act) => {
      if (act === "remove") return document.getElementById("pasted").remove();
      const field = document.createElement("textarea");
      field.id = "pasted";
      field.value = act === "copy" ? "not yet" : "";
      document.body.append(field);
      return field.select();
    }, act);
  await field("copy");
  await page.keyboard.press("Control+C");
  await field("remove");

  await page.click(selector);
  let text;
  await until(`${selector} copies`, async () => {
    await field("paste");
    await page.keyboard.press("Control+V");
    text = await page.inputValue("#pasted");
    await field("remove");
    return !["", "not yet"].includes(text);
  });
  return text;
}
