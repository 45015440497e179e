import { uuid } from "../tenant/hash.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { isVanished } from "../tenant/vanish.ts";
import type { Estate } from "./estate.ts";
import { hasAccount, type Link, linkOf } from "./links.ts";
import { type EstateOptions, isShared, partOf, type Story, type View } from "./stories.ts";

/** Why a machine that is seen more than once is not one asset. */
type Apart =
  /** What one tenant shows of it is true of several machines that the other lists. */
  | "several"
  /** One tenant lists it twice, and says of both that they exist. */
  | "listed_twice"
  | "no_account"
  | "hostname"
  | "nothing"
  | "contradiction";

/** A machine as one tenant lists it, with the asset that it should be. Made from the estate, not by comparing. */
export interface EstateTruth {
  id: string;
  view: View;
  machine: number;
  story: Story;
  /** The same text in both tenants for what is one asset, and only for that. */
  asset: string;
  /** The strongest evidence that both tenants show; `null` where one alone sees the machine, or it stays apart. */
  link: Link | null;
  apart: Apart | null;
  name: string;
  isDeleted: boolean;
}

export function* listEstate(tenant: Tenant, estate: Estate): Generator<EstateTruth> {
  for (let row = 0; row < tenant.assets.size; row++)
    if (estate.machineAt(row) >= 0 && !isVanished(tenant, "asset", row)) yield truthOf(tenant, estate, row);
}

function truthOf(tenant: Tenant, estate: Estate, row: number): EstateTruth {
  const { options } = estate;
  const machine = estate.machineAt(row);
  const apart = apartOf(options, machine);
  return {
    id: uuid(tenant.assetSource.idKey, row),
    view: options.view,
    machine,
    story: partOf(options, machine).story,
    asset: assetOf({ machine, view: options.view, turn: estate.turnAt(row), apart }),
    link: isShared(options, machine) && apart === null ? linkOf(options, machine) : null,
    apart,
    name: tenant.assetSource.facts(row, tenant.assets.version[row]!).name,
    isDeleted: !Number.isNaN(tenant.assets.deleted[row]!),
  };
}

function apartOf(options: EstateOptions, machine: number): Apart | null {
  const { story } = partOf(options, machine);
  if (story === "listed_twice") return "listed_twice";
  if (!isShared(options, machine)) return null;
  if (story === "blurred_clone" || story === "reused_blurred") return "several";
  if (!hasAccount(options, machine)) return "no_account";
  const link = linkOf(options, machine);
  return link === "hostname" || link === "nothing" || link === "contradiction" ? link : null;
}

function assetOf({
  machine,
  view,
  turn,
  apart,
}: {
  machine: number;
  view: View;
  turn: number;
  apart: Apart | null;
}): string {
  if (apart === null) return `machine ${machine}`;
  return apart === "listed_twice" ? `machine ${machine}, ${view}, ${turn}` : `machine ${machine}, ${view}`;
}

/** One line per row, made as fast as the reader reads. */
export function estateStream(tenant: Tenant, estate: Estate): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const rows = listEstate(tenant, estate);
  return new ReadableStream({
    pull(controller) {
      let text = "";
      for (let lines = 0; lines < 500; lines++) {
        const { done, value } = rows.next();
        if (done === true) break;
        text += `${JSON.stringify(value)}\n`;
      }
      if (text === "") controller.close();
      else controller.enqueue(encoder.encode(text));
    },
  });
}
