// Holds one file against the law, and says each breach in words.
import { forbiddenWords, longestFile, longFiles, type Room, rooms } from "./law.ts";
import { codeOnly, importsOf, type SourceFile, targetOf } from "./reading.ts";

export interface Verdict {
  readonly breaches: string[];
  readonly imports: number;
  readonly words: number;
}

const within = (path: string, room: string): boolean => path === room || path.startsWith(`${room}/`);
const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path);

export function roomOf(path: string, law: readonly Room[] = rooms): Room | undefined {
  return law.filter((room) => within(path, room.path)).sort((a, b) => b.path.length - a.path.length)[0];
}

function judgeImports(file: SourceFile, room: Room): { breaches: string[]; imports: number } {
  const breaches: string[] = [];
  const specifiers = importsOf(file.text);
  for (const specifier of specifiers) {
    const target = targetOf(file.path, specifier);
    if (target.kind === "node" && room.pure) breaches.push(`${file.path}: a pure room imports ${specifier}`);
    if (target.kind === "package" && !room.packages.includes("*") && !room.packages.includes(target.name))
      breaches.push(`${file.path}: ${room.path} may not use the package ${target.name}`);
    if (target.kind === "room") {
      const allowed =
        within(target.path, room.path) ||
        within(target.path, "protocols/vocabulary") ||
        room.mayLeanOn.some((other) => within(target.path, other));
      // The room of a nested path is the longest that fits: leaning on `gateway` does not mean leaning on a room with a law of its own, unless it is named so.
      if (!allowed) breaches.push(`${file.path}: ${room.path} may not lean on ${target.path}`);
    }
  }
  return { breaches, imports: specifiers.length };
}

function judgeWords(file: SourceFile): { breaches: string[]; words: number } {
  const code = codeOnly(file.text).split("\n");
  const breaches: string[] = [];
  for (const [index, line] of code.entries())
    for (const { word, pattern } of forbiddenWords)
      if (pattern.test(line)) breaches.push(`${file.path}:${index + 1}: a pure room says ${word}`);
  return { breaches, words: forbiddenWords.length };
}

export function judge(file: SourceFile): Verdict {
  const room = roomOf(file.path);
  if (room === undefined) return { breaches: [`${file.path}: stands in no room (test/house/law.ts)`], imports: 0, words: 0 };
  const breaches: string[] = [];
  const lines = file.text.split("\n").length;
  if (lines > longestFile && longFiles[file.path] === undefined)
    breaches.push(`${file.path}: ${lines} lines; a file is one idea (≤ ${longestFile}, or a reason in law.ts)`);
  if (!/^(#!.*\n)?\s*(\/\/|\/\*)/.test(file.text)) breaches.push(`${file.path}: does not begin with its one idea`);
  if (isTest(file.path)) return { breaches: breaches.filter((breach) => !breach.includes("one idea")), imports: 0, words: 0 };
  const { breaches: leaning, imports } = judgeImports(file, room);
  const { breaches: saying, words } = room.pure ? judgeWords(file) : { breaches: [], words: 0 };
  return { breaches: [...breaches, ...leaning, ...saying], imports, words };
}
