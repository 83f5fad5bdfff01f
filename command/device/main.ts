// The programs `cuobian device` and `cuobian modbus`; the first word says which.
import { run } from "./programs.ts";

const live = process.stderr.isTTY;
const { stdout, stderr, code } = await run(process.argv.slice(2), (text) => {
  if (live) process.stderr.write(`\r\u001b[K${text}`);
});
if (live) process.stderr.write("\r\u001b[K");
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = code;
