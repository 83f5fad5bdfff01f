// P 01.house: the house reads itself. Every rule is also broken on purpose, to see that it bites.
import { expect, test } from "vitest";
import { counted } from "../promise.ts";
import { judge, roomOf } from "./judge.ts";
import { forbiddenWords, longestFile, rooms } from "./law.ts";
import { codeOnly, houseFiles, importsOf, readSource } from "./reading.ts";

const planted = (path: string, text: string): string[] => judge({ path, text: `// planted\n${text}\n` }).breaches;

test("P 01.house: imports, forbidden words and sizes hold everywhere, and a planted breach of every rule is caught", (context) => {
  const paths = houseFiles(/\.tsx?$/);
  let imports = 0;
  let words = 0;
  const breaches: string[] = [];
  for (const path of paths) {
    const verdict = judge(readSource(path));
    imports += verdict.imports;
    words += verdict.words;
    breaches.push(...verdict.breaches);
  }
  expect(breaches).toEqual([]);

  // Each rule, broken: a room that may not be leaned on, a package that is not allowed, each forbidden word, Node in a pure room, size, no idea, no room.
  let plantedBreaches = 0;
  const caught = (found: string[]) => {
    expect(found.length).toBeGreaterThan(0);
    plantedBreaches += 1;
  };
  for (const room of rooms.filter((one) => !one.packages.includes("*"))) {
    const file = room.path.endsWith(".ts") ? room.path : `${room.path}/planted.ts`;
    caught(planted(file, 'import { x } from "a-package-nobody-allowed";'));
    caught(planted(file, 'import { x } from "#test/promise.ts";'));
    for (const other of rooms) {
      const target = other.path.endsWith(".ts") ? other.path : `${other.path}/door.ts`;
      const leans = room.mayLeanOn.some((allowed) => target === allowed || target.startsWith(`${allowed}/`));
      if (leans || target.startsWith("protocols/vocabulary") || target.startsWith(`${room.path}/`) || target === room.path) continue;
      const depth = file.split("/").length - 1;
      caught(planted(file, `import { x } from "${"../".repeat(depth) || "./"}${target}";`));
    }
    if (!room.pure) continue;
    caught(planted(file, 'import { readFileSync } from "node:fs";'));
    for (const { word } of forbiddenWords.filter((one) => one.word !== "node:"))
      caught(
        planted(
          file,
          `const planted = ${word === "async" ? "async () => 1" : word === "await" ? "await x" : `${word}${["process", "console", "performance"].includes(word) ? ".now" : ""}`};`,
        ),
      );
  }
  caught(planted("gateway/link/planted.ts", "//\n".repeat(longestFile)));
  caught(judge({ path: "gateway/link/planted.ts", text: "export const x = 1;\n" }).breaches);
  caught(judge({ path: "attic/planted.ts", text: "// planted\n" }).breaches);

  counted(context, { files: paths.length, imports, words, rooms: rooms.length, planted: plantedBreaches });
});

test("every room of the law exists, and no file stands outside one", () => {
  const paths = houseFiles(/\.(tsx?|json)$/);
  for (const room of rooms)
    expect(
      paths.some((path) => path === room.path || path.startsWith(`${room.path}/`)),
      `${room.path} is empty: take it out of the law`,
    ).toBe(true);
});

test.each([
  ["words in comments are not said", "// a Date\nconst updated = 1; /* setTimeout */", false],
  ["words in strings are not said", 'const text = "Date and async";', false],
  ["but in code they are", "const now = Date;", true],
  ["also inside a template's hole", ["const text = `$", "{Date.now()}`;"].join(""), true],
])("reading: %s", (_name, text, says) => {
  expect(forbiddenWords.some(({ pattern }) => pattern.test(codeOnly(text)))).toBe(says);
});

test("reading: all forms of import are seen", () => {
  expect(
    importsOf(
      'import a from "a";\nimport "b";\nexport { c } from "c";\nconst d = await import("d");\nimport type { E } from "e";\n// import x from "not";',
    ),
  ).toEqual(["a", "b", "c", "d", "e"]);
});

test("the longest room that fits is the one", () => {
  expect(roomOf("gateway/core/parking/bill.ts")?.path).toBe("gateway/core");
  expect(roomOf("cloud/store/x.ts")?.path).toBe("cloud/store");
  expect(roomOf("cloud/api/x.ts")?.path).toBe("cloud");
});
