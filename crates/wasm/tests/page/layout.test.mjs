// From a phone to a projector, and on paper.
import assert from "node:assert/strict";

import { TABS, address, stateOf } from "./page.mjs";
import { pageTest } from "./page_test.mjs";

const LONG = "a-name-of-sixty-four-characters-without-a-place-to-break-a-line";
const STATES = {
  "two users": stateOf({
    lines: ["ann blocks ben"],
    watches: [{ question: "message", actor: "ben", target: "ann" }],
  }),
  "four users under two policies": stateOf({
    policy:
      "tencent_rest with block.cancels_requests_of = neither, message.notice.own = told, message.notice.other = told",
    other: "wire",
    users: ["ann", "ben", "cyd", LONG],
    lines: Array.from({ length: 30 }, (_, index) => `ann ${index % 2 ? "un" : ""}blocks ${LONG}`),
    watches: [
      { question: "message", actor: "ann", target: LONG },
      { question: "send_request", actor: "ben", target: "ann" },
    ],
  }),
};

async function fill({ page }, tab) {
  if (tab === "check") {
    await page.selectOption("#check-users", "2");
    await page.click("#check-run");
    await page.waitForSelector("tr[data-property]");
  }
  if (tab === "profiles") await page.waitForSelector("#stories details");
  if (tab === "compare") await page.waitForSelector("#nearest tbody tr");
  if (["compare", "profiles"].includes(tab)) {
    await page.evaluate((tab) => {
      for (const it of document.querySelectorAll(`#view-${tab} details`)) it.open = true;
    }, tab);
  }
}

for (const width of [320, 360, 768, 1920]) {
  for (const [name, state] of Object.entries(STATES)) {
    pageTest(
      `nothing is wider than ${width} pixels: ${name}`,
      { state, width, height: width < 500 ? 780 : 1080, timeout: 120_000 },
      async (visit) => {
        const { page } = visit;
        for (const tab of TABS) {
          await visit.tab(tab);
          await fill(visit, tab);
          const { by, of } = await visit.read("overflow");
          assert.ok(by <= 0, `${tab}: ${by} pixels wider than the window, by ${of.join(", ")}`);
        }

        await visit.tab("play");
        await page.click("#edit");
        await page.fill("#sentences", `ann bloks ${LONG}`);
        await page.click("#apply");
        assert.ok((await visit.read("overflow")).by <= 0, "the editor with an error");
        await page.locator("#matrix [data-cell]").last().click();
        const box = await page.locator("#details").boundingBox();
        assert.ok(
          box.x >= 0 && box.x + box.width <= width,
          `the dialog from ${box.x}, ${box.width} wide`,
        );
        const sideways = await page.$eval("#details", (it) => it.scrollWidth - it.clientWidth);
        assert.ok(sideways <= 0, `the dialog scrolls sideways by ${sideways}`);
      },
    );
  }
}

pageTest(
  "fingers have room",
  { state: STATES["two users"], width: 360, height: 780, hasTouch: true, isMobile: true },
  async ({ page }) => {
    const small = await page.$$eval("#view-play button, [role=tab], select", (controls) =>
      controls
        .filter((it) => it.checkVisibility())
        .map((it) => ({
          box: it.getBoundingClientRect(),
          name: it.id || it.getAttribute("aria-label") || it.textContent,
        }))
        .filter(({ box }) => box.height < 24 || box.width < 24)
        .map(({ box, name }) => `${name}: ${box.width} by ${box.height}`),
    );
    assert.deepEqual(small, []);
  },
);

pageTest(
  "on paper, the matrix and the story are there, and the controls are not",
  {
    state: {
      ...STATES["four users under two policies"],
      users: ["ann", "ben", "cyd", "dot"],
      lines: ["ann blocks dot"],
      step: 1,
      watches: [],
    },
    colorScheme: "dark",
  },
  async (visit) => {
    const { page } = visit;
    await page.emulateMedia({ media: "print", colorScheme: null });
    assert.ok(await page.isVisible("#matrix"));
    assert.equal(await page.locator("#matrix [data-cell]:visible").count(), 5 * 12);
    for (const hidden of [
      "#tab-check",
      "#undo",
      "#edit",
      "#copy-address",
      "#actions button >> nth=0",
    ]) {
      assert.equal(await page.isVisible(hidden), false, hidden);
    }
    assert.ok(await page.isVisible("#story"));

    // The width of a page of A4, without its margins, at 96 pixels an inch.
    await page.setViewportSize({ width: 718, height: 1000 });
    assert.ok((await visit.read("overflow")).by <= 0);
    const cut = await page.$eval("#matrix", (matrix) => {
      const last = [...matrix.querySelectorAll("[data-cell]")].map(
        (it) => it.getBoundingClientRect().right,
      );
      return Math.max(...last) - document.documentElement.clientWidth;
    });
    assert.ok(cut <= 0, `the matrix is cut by ${cut} pixels`);
    // Dark would waste toner.
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.match(ground, /255, 255, 255|rgba\(0, 0, 0, 0\)/);
    const pdf = await page.pdf({ format: "A4" });
    assert.ok(pdf.length > 10_000);
  },
);

pageTest(
  "the other policy stands on the projector without scrolling",
  { state: STATES["two users"], width: 1920, height: 1080 },
  async ({ page }) => {
    for (const place of ["#matrix", "#actions", "#story"]) {
      const box = await page.locator(place).boundingBox();
      assert.ok(box.y < 1080, `${place} begins at ${box.y}`);
    }
  },
);

/** Three facts between each two users, one way or both ways, and two settings of each user. */
function crowd(users, isMutual) {
  const pairs = users.flatMap((user, index) =>
    users.slice(index + 1).map((other) => [user, other]),
  );
  // Who list each other have no requests any more: the friend is one way.
  const facts = ([one, other]) => [
    `${one} sends ${other} a friend request`,
    isMutual && `${other} sends ${one} a friend request`,
    `${one} adds ${other} as a one-way friend`,
    `${one} blocks ${other}`,
    isMutual && `${other} blocks ${one}`,
  ];
  const settings = (user) => [
    `${user} takes friend requests from nobody`,
    `${user} is barred from sending friend requests`,
  ];
  return [...pairs.flatMap(facts), ...users.flatMap(settings)].filter(Boolean);
}

// Under it, a block leaves requests and friends as they are.
const KEEPS_ALL =
  "tencent_rest with request.stopped_by = neither, request.add_stopped_by = neither, request.crossed = waits, block.clears_friends_of = neither, block.cancels_requests_of = neither";

const WAYS = { "one way": false, "both ways": true };

for (const width of [1280, 360]) {
  for (const [ways, isMutual] of Object.entries(WAYS)) {
    pageTest(
      `no label lies outside the stage of four users, ${width} wide, three facts ${ways}`,
      {
        state: stateOf({
          policy: KEEPS_ALL,
          users: ["ann", "ben", "cyd", "dot"],
          lines: crowd(["ann", "ben", "cyd", "dot"], isMutual),
        }),
        width,
        height: 800,
      },
      async (visit) => {
        const { page } = visit;
        const facts = await page.$$eval(".stage [data-fact]", (all) => all.length);
        assert.equal(facts, 6 * 3, await visit.read("words", "#story"));
        const { outside, count } = await page.$eval(".stage", (stage) => {
          const { x, y, width, height } = stage.viewBox.baseVal;
          const texts = [...stage.querySelectorAll("text")].map((it) => [
            it.textContent,
            it.getBBox(),
          ]);
          return {
            count: texts.length,
            outside: texts
              .filter(
                ([, box]) =>
                  box.x < x ||
                  box.y < y ||
                  box.x + box.width > x + width ||
                  box.y + box.height > y + height,
              )
              .map(
                ([text, box]) =>
                  `${text}: ${Math.round(box.x)} to ${Math.round(box.x + box.width)} of ${width}, ${Math.round(box.y)} to ${Math.round(box.y + box.height)} of ${height}`,
              ),
          };
        });
        assert.equal(count, 6 * 3 + 4 * 3);
        assert.deepEqual(outside, []);
      },
    );
  }
}

pageTest(
  "on paper, the watches of twelve steps and of twenty fit the page",
  {
    state: stateOf({
      other: "wire",
      lines: [],
      watches: [
        { question: "group_invitation", actor: "ben", target: "ann" },
        { question: "send_request", actor: "ann", target: "ben" },
      ],
    }),
  },
  async (visit) => {
    const { page } = visit;
    await page.emulateMedia({ media: "print" });
    // The width of a page of A4, without its margins, at 96 pixels an inch.
    await page.setViewportSize({ width: 718, height: 1000 });
    for (const count of [12, 20]) {
      const lines = Array.from(
        { length: count },
        (_, index) => `ann ${index % 2 ? "un" : ""}blocks ben`,
      );
      const state = { ...(await visit.address()).state, lines, step: count };
      await visit.read("goTo", address(state).split("#")[1]);
      const rights = await page.$$eval("#watches button[data-step]", (all) =>
        all.map((it) => it.getBoundingClientRect().right),
      );
      assert.equal(rights.length, 2 * 2 * (count + 1));
      const edge = await page.$eval("#watches", (it) => it.getBoundingClientRect().right);
      assert.ok(edge <= 718, `the watches end at ${edge}`);
      const last = Math.max(...rights);
      assert.ok(last <= edge, `the last of ${count} steps ends at ${last}, the watches at ${edge}`);
    }
  },
);

pageTest(
  "on paper, dark is not printed",
  { state: STATES["two users"], colorScheme: "dark" },
  async ({ page }) => {
    /** The lightness of an element's ground, and of its words, from 0 to 1: what is clear is white. */
    const look = (selector) =>
      page.$eval(selector, (it) => {
        const lightness = (color) => {
          const canvas = new OffscreenCanvas(1, 1).getContext("2d");
          canvas.fillStyle = "white";
          canvas.fillRect(0, 0, 1, 1);
          canvas.fillStyle = color;
          canvas.fillRect(0, 0, 1, 1);
          const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
          return (0.21 * red + 0.72 * green + 0.07 * blue) / 255;
        };
        const { backgroundColor, color } = getComputedStyle(it);
        return { ground: lightness(backgroundColor), words: lightness(color) };
      });
    const places = ["html", "body", "#matrix", "#story", "#watches", "#matrix th", "#policy"];

    // On the screen, it is dark.
    assert.ok((await look("#matrix")).ground < 0.3);
    assert.ok((await look("#matrix")).words > 0.6);

    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    for (const place of places) {
      const { ground, words } = await look(place);
      assert.ok(ground > 0.85, `${place}: a ground of ${ground}`);
      assert.ok(words < 0.5, `${place}: words of ${words}`);
    }
  },
);
