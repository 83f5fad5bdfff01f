// The program `cuobian decode`.
import { readFileSync } from "node:fs";
import { decode } from "./decode.ts";

const outcome = decode(process.argv.slice(2), () => readFileSync(0, "utf8"));
process.stdout.write(outcome.stdout);
process.stderr.write(outcome.stderr);
process.exitCode = outcome.code;
