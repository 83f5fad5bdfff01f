// `cuobian protect`: what a limits document does to recorded samples, and where its curves lie beside a breaker's.
import { run } from "./programs.ts";

const { stdout, stderr, code } = await run(process.argv.slice(2));
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = code;
