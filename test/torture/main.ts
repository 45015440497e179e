import { randomInt } from "node:crypto";
import { Command, Option } from "commander";
import { loadAndKill } from "./first-load.ts";
import { type TortureOptions, torture } from "./torture.ts";

interface Flags {
  minutes: number;
  seed: string;
  workers: number;
  findings?: number;
  databaseUrl?: string;
  scenario: "life" | "first-load";
  keep?: boolean;
}

const scenarios = { life: torture, "first-load": loadAndKill };

await new Command("torture")
  .description("break Weir for some minutes in every way that a seed can think of, then compare it with the truth")
  .addOption(new Option("--minutes <n>", "how long it is broken").argParser(Number).default(10))
  .addOption(
    new Option("--seed <text>", "the same seed breaks the same things at the same times").default(
      String(randomInt(1, 1_000_000)),
      "chance",
    ),
  )
  .addOption(new Option("--workers <n>", "worker processes").argParser(Number).default(3))
  .addOption(new Option("--findings <n>", "size of the largest tenant").argParser(Number))
  .option("--database-url <url>", "a PostgreSQL in which a database is made for this; else the bundled one")
  .addOption(
    new Option("--scenario <name>", "`first-load`: workers are killed one after the other while they load a tenant")
      .choices(Object.keys(scenarios))
      .default("life"),
  )
  .option("--keep", "keep the folder with the logs when all is well, too")
  .action(async (flags: Flags) => {
    const options: TortureOptions = flags;
    process.exitCode = (await scenarios[flags.scenario](options)) ? 0 : 1;
  })
  .parseAsync();
