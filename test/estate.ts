import { createEmulator, type Emulator } from "../src/emulator/emulator.ts";
import type { View } from "../src/emulator/estate/stories.ts";
import { type EstateTruth, listEstate } from "../src/emulator/estate/truth.ts";
import type { Integration } from "../src/store/integration.ts";
import type { TestDatabase } from "./postgres.ts";
import { emulatorHost, type TestWeir, testWeir } from "./weir.ts";

/** Two emulated tenants that see one estate, and a Weir that has both. */
export interface EstateWorld {
  weir: TestWeir;
  tenants: Record<View, Emulator>;
  integrations: Record<View, Integration>;
  /** Lets happen what is left to happen in the estate, and two hours pass. */
  change(): Promise<void>;
  /** The machines as they are, and the assets that Weir made of them, each with its records in both tenants. */
  compare(): Promise<{ truth: string[]; assets: string[] }>;
}

const views = ["a", "b"] as const;

export async function estateWorld(
  database: TestDatabase,
  { machines, findings = 10, sliceTarget = 400 }: { machines: number; findings?: number; sliceTarget?: number },
): Promise<EstateWorld> {
  const tenants = Object.fromEntries(
    views.map((view) => [
      view,
      createEmulator({
        findings,
        start: "2026-08-03T00:00:00Z",
        clock: "frozen",
        // Nothing but what the test lets happen.
        changesPerHour: 0.001,
        clientId: view,
        estate: { machines, view },
      }),
    ]),
  ) as Record<View, Emulator>;
  const weir = testWeir(database, byAccount(tenants), { sliceTarget });
  const a = await weir.addIntegration("tenant a", { clientId: "a" });
  const b = await weir.addIntegration("tenant b", { clientId: "b" });
  const integrations = { a, b };
  return {
    weir,
    tenants,
    integrations,
    async change() {
      for (const view of views) {
        const { fetch, advance } = tenants[view];
        await fetch(`http://${emulatorHost}/emulator/estate/change`, { method: "POST" });
        advance(7200);
      }
    },
    async compare() {
      const rows = await database.db
        .selectFrom("assetSource")
        .innerJoin("asset", "asset.id", "assetSource.assetId")
        .select(["assetId", "externalId", "integrationId"])
        .where("asset.type", "=", "VIRTUAL_MACHINE")
        .execute();
      const viewOf = new Map(views.map((view) => [integrations[view].id, view]));
      const held = rows.map((row) => [row.assetId, `${viewOf.get(row.integrationId)} ${row.externalId}`] as const);
      const known = new Set<string>(held.map(([, record]) => record));
      const machines = views.flatMap((view) =>
        truthOf(tenants[view])
          .map((row) => ({ ...row, record: `${view} ${row.id}` }))
          // What was deleted before the first pass is not asked for.
          .filter(({ record, isDeleted }) => !isDeleted || known.has(record))
          .map(({ asset, record }) => [asset, record] as const),
      );
      return { truth: groups(machines), assets: groups(held) };
    },
  };
}

export function truthOf({ tenant }: Emulator): EstateTruth[] {
  return [...listEstate(tenant, tenant.estate!)];
}

/** One text per group, so that a difference can be read. */
function groups(members: readonly (readonly [group: string, member: string])[]): string[] {
  return [...Map.groupBy(members, ([group]) => group).values()]
    .map((some) =>
      some
        .map(([, member]) => member)
        .sort()
        .join(" + "),
    )
    .sort();
}

/** Both tenants answer under one address: whose credentials or token it is says which is asked. */
function byAccount(tenants: Record<View, Emulator>): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const clientId = new URL(request.url).pathname.startsWith("/oauth")
      ? new URLSearchParams(await request.clone().text()).get("client_id")
      : subjectOf(request.headers.get("authorization") ?? "");
    const tenant = tenants[clientId as View];
    if (tenant === undefined) throw new TypeError(`nobody's request: ${request.url}`);
    return await tenant.fetch(input, init);
  };
}

function subjectOf(authorization: string): string {
  const [, claims = ""] = authorization.split(".");
  return (JSON.parse(Buffer.from(claims, "base64url").toString() || "{}") as { sub?: string }).sub ?? "";
}
