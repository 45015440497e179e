import type { Account } from "../tenant/accounts.ts";
import type { AssetFacts, AssetSource } from "../tenant/assets.ts";
import { fraction, mix, uuid } from "../tenant/hash.ts";
import { isOnPremises } from "./links.ts";
import { type Sighting, sightingOf } from "./sighting.ts";
import { type EstateOptions, estateKey, isSeen, partOf } from "./stories.ts";

/** How one tenant lists the machines that two tenants see. Two small numbers per row, the rest follows from the seed. */
export interface Estate {
  options: EstateOptions;
  /** Rows that were there from the beginning; the tenant's other assets come after them. */
  initial: number;
  /** The machine that a row of the assets shows; -1: it shows none. */
  machineAt(row: number): number;
  /** How many other rows of the same machine came before. */
  turnAt(row: number): number;
  /** Whether a row is deleted before the tenant begins to live. */
  beginsDeleted(row: number): boolean;
  add(row: number, machine: number, turn: number): void;
  /** What was left to happen in it has happened. */
  hasChanged: boolean;
}

/** @throws RangeError when an option makes no sense */
export function createEstate(options: EstateOptions): Estate {
  const { machines, view, overlap = 0.3 } = options;
  if (!Number.isInteger(machines) || machines < 1 || machines > 4_000_000)
    throw new RangeError("an estate has 1 to 4,000,000 machines");
  if (view !== "a" && view !== "b") throw new RangeError("the view of an estate is a or b");
  if (!(overlap >= 0 && overlap <= 0.8)) throw new RangeError("the overlap of an estate is between 0 and 0.8");
  const rows = initialRows(options);
  const machine = Int32Array.from(rows, ([number]) => number);
  const turn = Uint8Array.from(rows, ([, turn]) => turn);
  const later = new Map<number, [machine: number, turn: number]>();
  const machineAt = (row: number) => machine[row] ?? later.get(row)?.[0] ?? -1;
  return {
    options,
    initial: rows.length,
    machineAt,
    turnAt: (row) => turn[row] ?? later.get(row)?.[1] ?? 0,
    beginsDeleted(row) {
      const { story, place } = partOf(options, machineAt(row));
      if (story === "reused") return place === 0;
      return (
        story === "recreated" &&
        turn[row] === 0 &&
        machine[row + 1] === machine[row] &&
        !staysListed(options, machine[row]!)
      );
    },
    add: (row, number, turn) => void later.set(row, [number, turn]),
    hasChanged: false,
  };
}

function initialRows(options: EstateOptions): [machine: number, turn: number][] {
  const rows: [number, number][] = [];
  for (let number = 0; number < options.machines; number++) {
    if (!isSeen(options, number, options.view)) continue;
    const { story, place } = partOf(options, number);
    if (story === "reused_later" && place === 1) continue;
    rows.push([number, 0]);
    const isAgain = story === "recreated" && fraction(viewKey(options), number, 190) < 0.7;
    if (isAgain || story === "listed_twice") rows.push([number, 1]);
  }
  return rows;
}

function viewKey(options: EstateOptions): number {
  return mix(estateKey(options), options.view === "a" ? 1 : 2, 191);
}

/** Now and then Wiz lists what it has under a new id under the old one too. */
export function staysListed(options: EstateOptions, machine: number): boolean {
  return !isOnPremises(options, machine) && fraction(viewKey(options), machine, 192) < 0.3;
}

/** Assets of the tenant: the estate's machines as it sees them, and other things beside them, which are its own. */
export function createEstateSource(base: AssetSource, estate: Estate, accounts: readonly Account[]): AssetSource {
  const { options } = estate;
  const key = viewKey(options);
  // The base has a container at each of these, so machines are the estate's alone.
  const other = (row: number) => 50_000_000 + 50 * row + 1;
  const cache = new Map<number, Sighting>();
  const sighting = (row: number): Sighting | null => {
    const number = estate.machineAt(row);
    if (number < 0) return null;
    const held = cache.get(row);
    if (held !== undefined) return held;
    if (cache.size >= 4096) cache.clear();
    const made = sightingOf(options, accounts, { number, wizId: uuid(base.idKey, row) });
    cache.set(row, made);
    return made;
  };
  const projectsOf = (row: number) => {
    const seen = sighting(row);
    return seen === null ? base.projectsOf(other(row)) : (seen.account?.linkedProjects ?? null);
  };
  return {
    idKey: base.idKey,
    accountOf: (row) => sighting(row)?.machine.account ?? base.accountOf(other(row)),
    typeOf: (row) => (estate.machineAt(row) >= 0 ? "VIRTUAL_MACHINE" : base.typeOf(other(row))),
    cloudOf: (row) => sighting(row)?.machine.cloud ?? base.cloudOf(other(row)),
    osFamilyOf: (row) => sighting(row)?.machine.osFamily ?? base.osFamilyOf(other(row)),
    platformOf: (row) => sighting(row)?.machine.cloud ?? base.platformOf(other(row)),
    ownerOf: (row) => {
      const seen = sighting(row);
      return seen === null ? base.ownerOf(other(row)) : seen.account;
    },
    projectsOf,
    isExposed: (row) => (estate.machineAt(row) >= 0 ? isWide(key, row) : base.isExposed(other(row))),
    facts(row, version) {
      const seen = sighting(row);
      if (seen === null) return { ...base.facts(other(row), version), index: row, id: uuid(base.idKey, row) };
      return factsOf(seen, {
        row,
        version,
        id: uuid(base.idKey, row),
        projects: projectsOf(row),
        isWide: isWide(key, row),
      });
    },
  };
}

function isWide(key: number, row: number): boolean {
  return fraction(key, row, 193) < 0.09;
}

interface Row {
  row: number;
  version: number;
  id: string;
  projects: AssetFacts["projects"];
  isWide: boolean;
}

function factsOf({ machine, account, externalId, providerUniqueId, host }: Sighting, row: Row): AssetFacts {
  const tags = [
    { key: "app", value: machine.app },
    { key: "env", value: machine.account.name.split("-")[0]! },
    ...(row.version > 0 ? [{ key: "revision", value: String(row.version) }] : []),
  ];
  return {
    index: row.row,
    id: row.id,
    name: machine.name,
    type: "VIRTUAL_MACHINE",
    cloud: machine.cloud,
    cloudPlatform: machine.cloud,
    account,
    region: machine.region,
    projects: row.projects,
    tags,
    tagMap: Object.fromEntries(tags.map((tag) => [tag.key, tag.value])),
    resourceGroup: machine.resourceGroup,
    osFamily: machine.osFamily,
    isWide: row.isWide,
    isLimited: false,
    externalId,
    providerUniqueId,
    nativeType: machine.nativeType,
    url: machine.url,
    host,
  };
}
