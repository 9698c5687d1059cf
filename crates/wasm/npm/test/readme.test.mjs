// The programs of README print what stands under them.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";

const readme = readFileSync("README.md", "utf8");
const programs = [...readme.matchAll(/```js\n([^]*?)```\n+```text\n([^]*?)```/g)];

test("README has programs", () => assert.ok(programs.length >= 2));

for (const [index, [, program, expected]] of programs.entries()) {
  test(`README, program ${index + 1}`, () => {
    const file = `readme-${index + 1}.mjs`;
    writeFileSync(file, program);
    const { status, stdout, stderr } = spawnSync(process.execPath, [file], { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    assert.equal(stdout, expected);
  });
}
