import type { FaultSpec } from "../../src/emulator/http/faults.ts";
import { findIntegration } from "../../src/store/integration.ts";
import { requestCancel, requestRun } from "../../src/store/run.ts";
import { lookAround } from "./look.ts";
import type { TortureEvent } from "./plan.ts";
import type { World } from "./world.ts";

/** Does what the plan says. @throws when Weir refuses something that it must not refuse */
export async function act(world: World, event: TortureEvent): Promise<void> {
  const text = await perform(world, event);
  world.diary.count(event.kind);
  if (text !== null) world.diary.say(text);
}

/** Answers with what was done, in words. */
async function perform(world: World, event: TortureEvent): Promise<string | null> {
  switch (event.kind) {
    case "kill":
    case "freeze":
    case "thaw":
    case "stop":
    case "start":
      return await hit(world, event.kind, event.worker);
    case "faults":
      return await setFaults(world, event.tenant, event.faults);
    case "scopes":
      await world.tenants[event.tenant]!.withdraw(event.withdrawn);
      return event.withdrawn.length === 0
        ? `tenant ${event.tenant}: all scopes given back`
        : `tenant ${event.tenant}: scopes withdrawn: ${event.withdrawn.join(", ")}`;
    case "rotate":
      world.secrets.add(event.secret);
      await world.tenants[event.tenant]!.rotate(event.secret);
      return `tenant ${event.tenant}: secret rotated`;
    case "enter-secret":
      await enterSecret(world, event.tenant);
      return `tenant ${event.tenant}: its integrations are given the new secret`;
    case "clock": {
      const events = await world.tenants[event.tenant]!.advance(event.seconds);
      return `tenant ${event.tenant}: ${Math.round(event.seconds / 60)} minutes later, ${events} events`;
    }
    case "vanish": {
      const count = await world.tenants[event.tenant]!.vanish(event.record, event.count, event.seed);
      return `tenant ${event.tenant}: ${count} × ${event.record} vanished`;
    }
    case "restore": {
      const count = await world.tenants[event.tenant]!.restore(event.record);
      return `tenant ${event.tenant}: ${count} × ${event.record} are back`;
    }
    case "narrow":
      await world.tenants[event.tenant]!.limit([]);
      return `tenant ${event.tenant}: the service account sees nothing`;
    case "widen":
      await world.tenants[event.tenant]!.limit(null);
      return `tenant ${event.tenant}: the service account sees everything again`;
    case "run":
      return await askForRun(world, event);
    case "cancel":
      return await cancel(world, event.integration);
    case "disable":
    case "enable": {
      const { name } = world.integrations[event.integration]!.integration;
      await world.weir(["integration", event.kind, name]);
      return `${name}: ${event.kind}d`;
    }
    case "choose":
      return await chooseClasses(world, event.integration, event.classes);
    case "look":
      return await lookAround(world);
  }
}

const deeds = { kill: "killed", freeze: "frozen", thaw: "woken", stop: "asked to stop", start: "started" };

async function hit(world: World, kind: keyof typeof deeds, number: number): Promise<string | null> {
  const worker = world.workers[number]!;
  // Said before it is done: a stop takes its time.
  world.diary.say(`${worker.name} ${deeds[kind]}`);
  await worker[kind]();
  return kind === "stop" ? `${worker.name} stopped` : null;
}

async function setFaults(world: World, number: number, faults: readonly FaultSpec[]): Promise<string> {
  const tenant = world.tenants[number]!;
  const struck = await tenant.struck();
  world.diary.count("faults that struck", struck);
  await tenant.setFaults(faults);
  return faults.length === 0
    ? `tenant ${number}: well again; faults had struck ${struck} times`
    : `tenant ${number}: ${faults.map(faultText).join(", ")}`;
}

function faultText({ kind, ...settings }: FaultSpec): string {
  const told = Object.entries(settings).map(
    ([name, value]) => `${name}=${typeof value === "number" ? Number(value.toFixed(2)) : value}`,
  );
  return [kind, ...told].join(" ");
}

/** What a person does after a secret was rotated. */
export async function enterSecret(world: World, number: number): Promise<void> {
  const tenant = world.tenants[number]!;
  for (const { integration, tenant: its } of world.integrations)
    if (its === tenant)
      await world.weir(["integration", "edit", integration.name, "--rotate-secret"], {
        WEIR_CLIENT_SECRET: tenant.secret(),
      });
}

/** One that is narrowed for good stays so: what it would keep from a wider choice is not in its truth. */
async function chooseClasses(world: World, number: number, classes: readonly string[] | null): Promise<string> {
  const { name, assetClasses } = world.integrations[number]!.integration;
  if (assetClasses !== null) return `${name}: keeps its asset classes`;
  const chosen = classes?.join() ?? "all";
  await world.weir(["integration", "edit", name, "--asset-classes", chosen]);
  return `${name}: asset classes ${chosen}`;
}

async function askForRun(world: World, event: Extract<TortureEvent, { kind: "run" }>): Promise<string> {
  const { app } = world;
  const { id, name } = world.integrations[event.integration]!.integration;
  const { mode, streams } = event;
  if (!(await findIntegration(app.db, id)).isEnabled) return `${name}: is disabled, so nobody asks for a run`;
  await requestRun(app.db, { integrationId: id, trigger: "demand", mode, streams }, app.now());
  return `${name}: a ${mode} run is asked for: ${streams.join(", ")}`;
}

async function cancel(world: World, number: number): Promise<string> {
  const { app } = world;
  const { id, name } = world.integrations[number]!.integration;
  const runs = await app.db
    .selectFrom("run")
    .select("id")
    .where("integrationId", "=", id)
    .where("finishedAt", "is", null)
    .execute();
  for (const run of runs) await requestCancel(app.db, run.id, app.now());
  return `${name}: ${runs.length} runs cancelled`;
}
