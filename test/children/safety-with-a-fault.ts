// The safety process itself, with a fault planted that only a signal brings out: SIGUSR2 it loops for ever, SIGHUP a bug is thrown, SIGWINCH what it writes to its line is swallowed.
import { SerialPort } from "serialport";

process.on("SIGUSR2", () => {
  for (;;);
});
process.on("SIGHUP", () => {
  throw new Error("a planted bug");
});
process.on("SIGWINCH", () => {
  SerialPort.prototype.write = () => true;
});
await import("#gateway/protection/main.ts");
