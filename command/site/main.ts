// `cuobian site`: the work on the spot, when the boards hang on the wall and the gateway stands still.
import { run } from "./programs.ts";

const { stdout, stderr, code } = await run(process.argv.slice(2), (text) => void process.stderr.write(`${text}\n`));
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = code;
