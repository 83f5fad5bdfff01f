// The program `cuobian sim`: runs the simulators, or tells running ones what to do.
import { data, type ExitCode, exitCode, isUsageError, meant, talk } from "./commands/say.ts";

type Command = (args: string[]) => ExitCode | Promise<ExitCode>;
const orders = () => import("./commands/orders.ts");

// Loaded when asked for: `sim fault` need not wait for the servers that `sim run` brings.
const verbs: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import("./commands/run.ts")).run,
  line: async () => (await import("./commands/line.ts")).line,
  camera: async () => (await import("./commands/camera.ts")).camera,
  device: async () => (await import("./commands/device.ts")).device,
  fault: async () => (await orders()).fault,
  car: async () => (await orders()).car,
  tap: async () => (await orders()).tap,
  traffic: async () => (await orders()).traffic,
  state: async () => (await orders()).state,
  reply: async () => (await orders()).reply,
  play: async () => (await import("./commands/play.ts")).play,
  detector: async () => (await import("./commands/detector.ts")).detector,
  panel: async () => (await import("./commands/panel.ts")).panel,
  pile: async () => (await import("./commands/pile.ts")).pile,
  meter: async () => (await import("./commands/pile.ts")).meter,
  month: async () => (await import("./commands/month.ts")).month,
  lpr: async () => (await import("./commands/lpr.ts")).lpr,
};

async function main([verb, ...rest]: readonly string[]): Promise<ExitCode> {
  if (verb === undefined || verb === "help" || verb === "-h" || verb === "--help" || rest.includes("--help") || rest.includes("-h")) {
    data((await import("./commands/help.ts")).help);
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
    return await (await program())([...rest]);
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
