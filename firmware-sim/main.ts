// The program `cuobian sim`: runs the simulators, or tells running ones what to do.
import { help } from "./commands/help.ts";
import { lpr } from "./commands/lpr.ts";
import { car, fault, reply, state, tap, traffic } from "./commands/orders.ts";
import { run } from "./commands/run.ts";
import { data, type ExitCode, exitCode, isUsageError, meant, talk } from "./commands/say.ts";
import { realWorld } from "./ports.ts";

const verbs: Readonly<Record<string, (args: string[]) => ExitCode | Promise<ExitCode>>> = {
  run,
  fault,
  car,
  tap,
  traffic,
  state,
  reply,
  lpr: (args) => lpr(args, realWorld),
};

async function main([verb, ...rest]: readonly string[]): Promise<ExitCode> {
  if (verb === undefined || verb === "help" || verb === "-h" || verb === "--help" || rest.includes("--help") || rest.includes("-h")) {
    data(help);
    return exitCode.ok;
  }
  const program = verbs[verb];
  if (program === undefined) {
    const guess = meant(verb, Object.keys(verbs));
    talk(
      `没有命令 / no command "sim ${verb}"${guess === undefined ? "" : `；是否想输入 / did you mean "sim ${guess}"?`}\ncuobian sim --help`,
    );
    return exitCode.usage;
  }
  try {
    return await program([...rest]);
  } catch (error) {
    if (isUsageError(error)) {
      talk(`${error.message}\ncuobian sim --help`);
      return exitCode.usage;
    }
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
      talk(`端口被占用 / the port is taken: ${error.message}; --port 0`);
      return exitCode.failed;
    }
    throw error;
  }
}

process.exitCode = await main(process.argv.slice(2));
// Nothing of ours holds the process any longer; a camera's last request may.
process.exit();
