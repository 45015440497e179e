import { Command, InvalidArgumentError, Option } from "commander";
import { type FaultKind, type FaultSpec, faultKinds } from "../emulator/http/faults.ts";
import { startEmulator } from "../emulator/server.ts";
import { ConfigError } from "../errors.ts";
import type { CliContext } from "./context.ts";
import { parsePort } from "./serve.ts";
import { aborted, stopSignal } from "./signals.ts";

interface EmulatorFlags {
  port: number;
  findings: number;
  seed: number;
  live?: boolean;
  vanishing?: boolean;
  clientId: string;
  clientSecret: string;
  fault?: FaultSpec[];
  rps?: number;
  latency?: number;
}

export function emulatorCommand(context: CliContext): Command {
  return new Command("emulator")
    .description("run a Wiz tenant on this machine, for trying things out and for tests")
    .addOption(new Option("--port <port>", "port to listen on; 0 takes a free one").argParser(parsePort).default(4400))
    .addOption(new Option("--findings <number>", "size of the tenant").argParser(wholeNumber).default(25_000))
    .addOption(new Option("--seed <number>", "the same seed makes the same tenant").argParser(wholeNumber).default(1))
    .option("--live", "let the tenant change by itself as time goes by")
    .option("--vanishing", "while it changes, records also disappear without a trace, and some come back")
    .option("--client-id <id>", "client id of its service account", "emulator")
    .option(
      "--client-secret <secret>",
      "client secret of its service account (no real one: there is nothing to protect)",
      "emulator-secret",
    )
    .addOption(
      new Option(
        "--fault <fault...>",
        `what goes wrong: ${faultKinds.join(", ")}; more precisely as kind,stream=issues,probability=0.1,every=5,times=3`,
      ).argParser(collectFault),
    )
    .addOption(new Option("--rps <number>", "requests per second that it allows").argParser(positive))
    .addOption(new Option("--latency <ms>", "milliseconds that every answer takes at least").argParser(wholeNumber))
    .action((flags: EmulatorFlags) => runEmulator(context, flags));
}

async function runEmulator(context: CliContext, flags: EmulatorFlags): Promise<void> {
  const stop = stopSignal();
  const { port, findings, seed, live, vanishing, clientId, clientSecret, rps, fault, latency } = flags;
  const emulator = await startEmulator({
    port,
    findings,
    seed,
    live,
    vanishing,
    clientId,
    clientSecret,
    rps,
    faults: fault,
    latencyMs: latency,
  }).catch((cause: unknown) => {
    if (cause instanceof RangeError) throw new ConfigError(cause.message, { cause });
    if ((cause as NodeJS.ErrnoException).code !== "EADDRINUSE") throw cause;
    throw new ConfigError(`Port ${port} is in use by another program: choose another one with --port.`, { cause });
  });
  context.stdout.write(`A Wiz tenant listens on ${emulator.url}\n`);
  context.stdout.write(
    `  token ${emulator.url}/oauth/token, data ${emulator.url}/graphql, control ${emulator.url}/emulator/state\n`,
  );
  context.stdout.write(`  client id ${clientId}, ${findings.toLocaleString("en-US")} findings, seed ${seed}\n`);
  await aborted(stop);
  await emulator.close();
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0) throw new InvalidArgumentError("it is a whole number, 0 or more");
  return number;
}

function positive(text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new InvalidArgumentError("it is a number above 0");
  return number;
}

function collectFault(text: string, before: FaultSpec[] = []): FaultSpec[] {
  return [...before, parseFault(text)];
}

const numberSettings = ["probability", "every", "times", "skip", "status", "retryAfter", "delayMs"];
const textSettings = ["stream", "at", "field"];

/** `server-error` or `server-error,stream=issues,every=3`. */
function parseFault(text: string): FaultSpec {
  const [kind = "", ...settings] = text.split(",");
  if (!faultKinds.includes(kind as FaultKind))
    throw new InvalidArgumentError(`there is no fault "${kind}"; there are ${faultKinds.join(", ")}`);
  const pairs = settings.map((setting) => {
    const [name = "", value = ""] = setting.split("=");
    if (textSettings.includes(name)) return [name, value];
    if (numberSettings.includes(name) && value !== "" && !Number.isNaN(Number(value))) return [name, Number(value)];
    throw new InvalidArgumentError(
      `"${setting}" is no setting of a fault; there are ${[...numberSettings, ...textSettings].join(", ")}, each as name=value`,
    );
  });
  return { kind: kind as FaultKind, ...Object.fromEntries(pairs) };
}
