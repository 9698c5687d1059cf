// What the engine answers: the lines of the example `page_answers`.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";

function run(args, input) {
  const options = { input, encoding: "utf8", maxBuffer: 1 << 28 };
  const result = spawnSync(process.env.PAGE_ANSWERS, args, options);
  assert.equal(result.status, 0, result.stderr);
  return result.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** Returns the engine's own table: every policy, and every relation of two users. */
export const table = () => run([], "");

/** Returns the engine's answers at the end of these stories. */
export const answersOf = (...stories) =>
  run(["stories"], stories.map((it) => JSON.stringify(it)).join("\n"));

/** Returns the engine's answers at the end of a story that the page has saved. */
export const answersOfFile = (text) => run(["file"], text)[0];

/** Returns the engine's answers to what a state shows: a table for each policy. */
export function answersTo({ policy, other, users, lines, step }) {
  const shown = lines.slice(0, step);
  const policies = other ? [policy, other] : [policy];
  return answersOf(...policies.map((it) => ({ policy: it, users, lines: shown })));
}

const key = (it) => `${it.question ?? it.action} ${it.actor} ${it.target}`;
const namesOf = (reasons) => reasons.map((reason) => reason.name);

/** The questions of the matrix. The others are about actions: they are unfolded below it. */
export const IN_MATRIX = ["message", "call", "group_invitation", "presence", "send_request"];

/** Counts what was compared. */
export class Compared {
  states = 0;
  /** Cells of the matrix. */
  cells = 0;
  actions = 0;
  /** The engine's answers to questions: a cell shows one, and so does an action. */
  answers = 0;

  /** Fails unless the page shows the engine's answers, one table for each policy. */
  state(shown, tables) {
    this.states += 1;
    this.cellsOf(shown.cells, tables);
    this.#actionsOf(shown.actions, tables);

    const places = new Set([...shown.cells, ...shown.actions].map(key));
    for (const answer of tables[0].cells) {
      assert.ok(places.has(key(answer)), `${key(answer)} is nowhere on the page`);
      this.answers += 1;
    }
  }

  /** Fails unless the matrix has the engine's answers, with what the dialogs say if they were read. */
  cellsOf(shown, tables) {
    const place = JSON.stringify([tables.map((it) => it.policy), tables[0].lines]);
    const isUnfolded = shown.some((cell) => !IN_MATRIX.includes(cell.question));
    const wanted = (table) =>
      table.cells.filter((cell) => isUnfolded || IN_MATRIX.includes(cell.question));
    const found = inOneList(shown, wanted(tables[0]), place);

    for (const [index, first] of wanted(tables[0]).entries()) {
      const expected = tables.map((table) => wanted(table)[index]);
      const cell = found.get(key(first));
      const at = `${place}: ${key(first)}`;
      assert.deepEqual(
        cell.verdicts,
        expected.map((it) => it.verdict),
        at,
      );
      assert.ok(
        expected.every((it) => isVerdictSaid(cell.label, it.verdict)),
        `${at}: “${cell.label}”`,
      );
      assert.equal(
        cell.differs,
        differ(expected, ["verdict", "knows", "learns"]),
        `${at}: differs`,
      );
      const sides = expected.map(({ learns, knows, reasons }) => ({ learns, knows, reasons }));
      if (cell.sides !== undefined) assert.deepEqual(cell.sides, sides, at);
      this.cells += 1;
    }
  }

  #actionsOf(shown, tables) {
    const place = JSON.stringify([tables.map((it) => it.policy), tables[0].lines]);
    const found = inOneList(shown, tables[0].actions, place);

    for (const [index, first] of tables[0].actions.entries()) {
      const expected = tables.map((table) => table.actions[index]);
      const action = found.get(key(first));
      const at = `${place}: ${key(first)}`;
      assert.equal(action.disabled, !expected.some((it) => it.allowed), `${at}: aria-disabled`);
      assert.ok(action.label.includes(first.sentence), `${at}: “${action.label}”`);
      // What the policies agree on is there once.
      const isOnce =
        action.sides.length === 1 &&
        !differ(
          expected.map((it) => ({ it: JSON.stringify(it) })),
          ["it"],
        );
      assert.ok(
        isOnce || action.sides.length === tables.length,
        `${at}: ${action.sides.length} sides`,
      );
      for (const [side, it] of expected.entries()) {
        const { allowed, reasons, then, text } = action.sides[isOnce ? 0 : side];
        assert.equal(allowed, String(it.allowed), at);
        assert.deepEqual(namesOf(reasons), namesOf(it.reasons), at);
        assert.ok(
          it.reasons.every(({ rules: [rule] }) => text.includes(rule)),
          `${at}: “${text}” names no rule`,
        );
        const sentences = it.allowed ? it.then : [];
        assert.ok(
          sentences.every((sentence) => then?.includes(sentence)),
          `${at}: “${then}”, not “${it.then}”`,
        );
      }
      this.actions += 1;
    }
  }
}

/** Returns what is shown by its key, and fails unless it is all that is wanted, each once. */
function inOneList(shown, wanted, place) {
  const found = new Map(shown.map((it) => [key(it), it]));
  assert.equal(found.size, shown.length, `${place}: something is there twice`);
  assert.deepEqual([...found.keys()].sort(), wanted.map(key).sort(), place);
  return found;
}

/** Returns whether a name for a screen reader says the verdict in words. */
function isVerdictSaid(label, verdict) {
  if (verdict === "allowed") return /\bmay\b(?! not)|\byes\b|\ballowed\b/i.test(label);
  if (verdict === "refused") return /\bmay not\b|\brefused\b/i.test(label);
  return /(\bmay not\b|\brefused\b).*(not told|silent)/i.test(label);
}

function differ(sides, keys) {
  return sides.some((side) => keys.some((it) => side[it] !== sides[0][it]));
}
