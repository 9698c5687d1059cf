// A Chromium with the page in it, and what the page must not do in any test.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { chromium } from "playwright-core";

import { reading } from "./reading.mjs";

export const REPOSITORY = resolve(process.env.REPOSITORY);
export const PAGE_FILE = resolve(process.env.PAGE);
export const PAGE_URL = pathToFileURL(PAGE_FILE).href;
export const TABS = ["play", "policy", "compare", "check", "profiles"];

const ARGUMENTS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

let browser = null;

/** Returns the browser of this file of tests: all of them share it. */
export async function launch() {
  browser ??= await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ARGUMENTS,
  });
  return browser;
}

export async function close() {
  await browser?.close();
  browser = null;
}

after(close);

/** Returns the address of a state: `#TAB=STATE`, or that of the start. */
export function address(state, tab = "play", url = PAGE_URL) {
  if (state === null) return url;
  const text = typeof state === "string" ? state : JSON.stringify(state);
  return `${url}#${tab}=${Buffer.from(text).toString("base64url")}`;
}

/** Returns a state at the end of its story. */
export function stateOf({ policy = "tencent_rest", other = null, users = ["ann", "ben"], lines = [], step = lines.length, watches = [] }) {
  return { version: 1, policy, other, users, lines, step, watches };
}

/** Returns the tab and the state that an address has. */
export function read(url) {
  const fragment = new URL(url).hash.slice(1);
  const at = fragment.indexOf("=");
  const text = Buffer.from(fragment.slice(at + 1), "base64url").toString("utf8");
  return { tab: fragment.slice(0, at), state: JSON.parse(text) };
}

/**
 * Opens the page, and notes what it asks of the network, what it writes to the console, and where
 * it breaks a content policy.
 */
export async function open({ state = null, tab, url = PAGE_URL, address: whole, width = 1280, height = 900, allowed = [], init, ...options } = {}) {
  const context = await (await launch()).newContext({
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
      window.noteViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
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
  if (options.javaScriptEnabled !== false) await page.waitForSelector("html[data-ready], #needs:not([hidden])", { state: "attached" });

  const visit = { context, page, trouble, requests, url };
  visit.read = (name, ...rest) => page.evaluate(([name, rest]) => window.reading[name](...rest), [name, rest]);
  visit.address = () => read(page.url());
  visit.tab = async (name) => {
    await page.click(`#tab-${name}`);
    await page.waitForSelector(`#view-${name}`, { state: "visible" });
  };
  return visit;
}

/** Returns the requests that are not for the page itself, nor for what it has inside. */
export function requestsElsewhere({ requests, url }) {
  return requests.filter((it) => !/^(blob|data):/.test(it) && it.split("#")[0] !== url.split("#")[0]);
}

/** Fails if the page asked for anything, wrote an error, or broke a content policy. */
export function assertQuiet(visit) {
  assert.deepEqual(visit.trouble, []);
  assert.deepEqual(requestsElsewhere(visit), []);
}

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

/** Clicks a button that copies, and returns the text that a paste then brings. */
export async function copied({ page }, selector) {
  const field = (act) => page.evaluate((act) => {
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

/** Waits until a question has the answer true, and fails with its name otherwise. */
export async function until(what, question, milliseconds = 10_000) {
  const end = Date.now() + milliseconds;
  for (;;) {
    if (await question()) return;
    if (Date.now() > end) assert.fail(`not within ${milliseconds} ms: ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}
