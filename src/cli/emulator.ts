import { Command, InvalidArgumentError, Option } from "commander";
import type { View } from "../emulator/estate/stories.ts";
import { checkFault, faultNumbers, faultWords } from "../emulator/http/check-fault.ts";
import { type FaultKind, type FaultSpec, faultKinds } from "../emulator/http/faults.ts";
import type { RateLimitForm } from "../emulator/options.ts";
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
  tenantRps?: number;
  maxConcurrent?: number;
  rateLimitForm?: RateLimitForm;
  latency?: number;
  start?: string;
  silentEdits?: boolean;
  changesPerHour?: number;
  countCap?: number;
  tokenLife?: number;
  scopes?: string[];
  projects?: string[];
  authStyle?: "cognito" | "auth0";
  defend: boolean;
  estate?: View;
  estateMachines: number;
  estateSeed: number;
  estateOverlap: number;
}

export function emulatorCommand(context: CliContext): Command {
  return new Command("emulator")
    .description("run a Wiz tenant on this machine, for trying things out and for tests")
    .addOption(new Option("--port <port>", "port to listen on; 0 takes a free one").argParser(parsePort).default(4400))
    .addOption(new Option("--findings <number>", "size of the tenant").argParser(wholeNumber).default(25_000))
    .addOption(new Option("--seed <number>", "the same seed makes the same tenant").argParser(wholeNumber).default(1))
    .option("--live", "let the tenant change by itself as time goes by")
    .addOption(
      new Option("--changes-per-hour <number>", "how much happens (default: findings / 200)").argParser(positive),
    )
    .option("--silent-edits", "while it changes, issues also change in ways that only a full pass can see")
    .option("--vanishing", "while it changes, records also disappear without a trace, and some come back")
    .option("--start <time>", "the instant at which the tenant is as the seed made it, in ISO 8601 (default: now)")
    .option("--client-id <id>", "client id of its service account", "emulator")
    .option(
      "--client-secret <secret>",
      "client secret of its service account (no real one: there is nothing to protect)",
      "emulator-secret",
    )
    .option("--scopes <scopes>", "scopes of its service account, with commas (default: all that it needs)", commaList)
    .option("--projects <projects>", "names or ids of the projects that it is limited to, with commas", commaList)
    .addOption(new Option("--token-life <seconds>", "how long a token is good (default: 86400)").argParser(positive))
    .addOption(
      new Option("--auth-style <style>", "how the token endpoint speaks")
        .choices(["cognito", "auth0"])
        .default("cognito"),
    )
    .option("--no-defend", "without the licence that detections need")
    .addOption(new Option("--count-cap <number>", "totalCount stops here").argParser(wholeNumber))
    .addOption(
      new Option(
        "--fault <fault...>",
        `what goes wrong: ${faultKinds.join(", ")}; more precisely as kind,stream=issues,probability=0.1,every=5,times=3`,
      ).argParser(collectFault),
    )
    .addOption(
      new Option("--rps <number>", "requests per second that it allows each service account").argParser(positive),
    )
    .addOption(
      new Option("--tenant-rps <number>", "requests per second that it allows all of them together").argParser(
        positive,
      ),
    )
    .addOption(
      new Option("--max-concurrent <number>", "requests of one account that it answers at a time").argParser(positive),
    )
    .addOption(
      new Option("--rate-limit-form <form>", "how it says so: 429 with Retry-After, without, or inside a 200")
        .choices(["header", "bare", "graphql"])
        .default("header"),
    )
    .addOption(
      new Option(
        "--estate <view>",
        "show the machines that two tenants see, as the first or the second of them does",
      ).choices(["a", "b"]),
    )
    .addOption(
      new Option("--estate-machines <number>", "how many machines there are").argParser(wholeNumber).default(2000),
    )
    .addOption(
      new Option("--estate-seed <number>", "the same seed makes the same machines").argParser(wholeNumber).default(1),
    )
    .addOption(
      new Option("--estate-overlap <share>", "share of them that both tenants see").argParser(Number).default(0.3),
    )
    .addOption(new Option("--latency <ms>", "milliseconds that every answer takes at least").argParser(wholeNumber))
    .action((flags: EmulatorFlags) => runEmulator(context, flags));
}

async function runEmulator(context: CliContext, flags: EmulatorFlags): Promise<void> {
  const stop = stopSignal();
  const { port, findings, seed, clientId, fault, latency, tokenLife, defend, estate: view, ...rest } = flags;
  const { estateMachines: machines, estateSeed, estateOverlap: overlap } = flags;
  const emulator = await startEmulator({
    ...rest,
    port,
    findings,
    seed,
    clientId,
    faults: fault,
    latencyMs: latency,
    tokenLifeSeconds: tokenLife,
    hasDefendLicence: defend,
    estate: view && { view, machines, overlap, seed: estateSeed },
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

function commaList(text: string): string[] {
  return text
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

function collectFault(text: string, before: FaultSpec[] = []): FaultSpec[] {
  return [...before, parseFault(text)];
}

/** `server-error` or `server-error,stream=issues,every=3`. */
function parseFault(text: string): FaultSpec {
  const [kind = "", ...settings] = text.split(",");
  const pairs = settings.map((setting) => {
    const [name = "", value = ""] = setting.split("=");
    if (name in faultWords && value !== "") return [name, value];
    if (name in faultNumbers && value !== "" && !Number.isNaN(Number(value))) return [name, Number(value)];
    throw new InvalidArgumentError(
      `"${setting}" is no setting of a fault; there are ${[...Object.keys(faultNumbers), ...Object.keys(faultWords)].join(", ")}, each as name=value`,
    );
  });
  try {
    return checkFault({ kind: kind as FaultKind, ...Object.fromEntries(pairs) });
  } catch (error) {
    if (error instanceof RangeError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}
