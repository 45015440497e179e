import type { Cloud } from "../catalogue/rule-template.ts";
import type { Account } from "../tenant/accounts.ts";
import type { OsFamily } from "../tenant/assets.ts";
import { fraction, hex8, mix, pick, scramble, uuid } from "../tenant/hash.ts";
import { isOnPremises, linkOf } from "./links.ts";
import { type EstateOptions, estateKey, partOf } from "./stories.ts";

/** A machine as it is, whatever a tenant shows of it. */
export interface Machine {
  number: number;
  account: Account;
  cloud: Cloud;
  name: string;
  region: string;
  app: string;
  resourceGroup: string;
  osFamily: OsFamily;
  instanceId: string;
  /** As the cloud's own console writes it; empty where there is no cloud. */
  providerUniqueId: string;
  nativeType: string;
  url: string;
  hostName: string;
  domain: string;
  netbiosName: string;
  macAddresses: string[];
  ipAddresses: string[];
  serialNumber: string;
  hardwareUuid: string;
}

const apps = ["payments", "checkout", "ledger", "gateway", "billing", "reports", "ingest", "kafka", "jenkins", "crm"];
const roles = ["api", "web", "worker", "db", "cache", "proxy", "batch", "edge"];
const makers = ["3c:ec:ef", "00:1b:21", "b8:ca:3a", "0a:1f:6b"];

/** Everything follows from the estate's seed and the machine's number, so both tenants speak of the same. */
export function machineOf(options: EstateOptions, accounts: readonly Account[], number: number): Machine {
  const key = estateKey(options);
  const { story, leader } = partOf(options, number);
  const hasTwinName = story.startsWith("reused") || story === "junk_twin";
  const named = hasTwinName ? leader : number;
  const built = story.endsWith("clone") ? leader : number;
  const account = accountOf(options, accounts, leader);
  const app = pick(key, named, 121, apps);
  const name = `${app}-${pick(key, named, 122, roles)}-${named.toString(36)}`;
  // Names can only contradict where there is another card to show.
  const cards = Math.max(1 + (mix(key, number, 126) % 3), linkOf(options, number) === "contradiction" ? 2 : 1);
  const machine = {
    number,
    account,
    cloud: account.cloudProvider,
    name,
    region: pick(key, leader, 123, account.regions),
    app,
    resourceGroup: `${app}-${account.name.split("-")[0]}`,
    osFamily: pick(key, number, 124, ["rpm", "deb", "deb", "windows"] as const),
    hostName: name,
    domain: `${pick(key, account.index, 125, ["corp", "int", "ad"])}.example.com`,
    netbiosName: `${name.slice(0, 3)}${named.toString(36)}`.toUpperCase(),
    macAddresses: Array.from({ length: cards }, (_, nic) => macOf(key, number, nic)),
    ipAddresses: [addressOf(mix(key, named, 127))],
    serialNumber:
      hex8(scramble(key, built)).toUpperCase() +
      hex8(mix(key, built, 128))
        .slice(0, 3)
        .toUpperCase(),
    hardwareUuid: uuid(key ^ 0x5a5a, built),
  };
  return { ...machine, ...cloudIds(machine, { key, leader }) };
}

function accountOf(options: EstateOptions, accounts: readonly Account[], leader: number): Account {
  const wanted = isOnPremises(options, leader);
  // Ids of Azure and GCP are made of names: of what is deleted Wiz shows no more, and nobody could tell the two apart.
  const isNamed = partOf(options, leader).story === "reused";
  const fitting = accounts.filter(
    ({ cloudProvider }) =>
      (cloudProvider === "vSphere") === wanted && !(isNamed && ["Azure", "GCP"].includes(cloudProvider)),
  );
  return fitting[Math.floor(fitting.length * fraction(estateKey(options), leader, 120) ** 1.7)]!;
}

function macOf(key: number, number: number, nic: number): string {
  const tail = (number * 4 + nic).toString(16).padStart(6, "0");
  return `${pick(key, number, 129, makers)}:${tail.slice(0, 2)}:${tail.slice(2, 4)}:${tail.slice(4)}`;
}

/** Few enough that machines share one, as those of private networks do. */
function addressOf(hash: number): string {
  return `10.${hash & 3}.${(hash >>> 8) & 63}.${1 + ((hash >>> 16) % 254)}`;
}

interface Named {
  number: number;
  account: Account;
  name: string;
  region: string;
  resourceGroup: string;
}

function cloudIds(
  machine: Named,
  { key, leader }: { key: number; leader: number },
): Pick<Machine, "instanceId" | "providerUniqueId" | "nativeType" | "url"> {
  const { account, name, region, number } = machine;
  const hex = hex8(scramble(key, number)) + hex8(mix(key, number, 130));
  const owner = account.externalId;
  if (account.cloudProvider === "AWS") {
    const instanceId = `i-0${hex}`;
    return {
      instanceId,
      providerUniqueId: `arn:aws:ec2:${region}:${owner}:instance/${instanceId}`,
      nativeType: "ec2#instance",
      url: `https://${region}.console.aws.amazon.com/ec2/v2/home?region=${region}#InstanceDetails:instanceId=${instanceId}`,
    };
  }
  if (account.cloudProvider === "Azure") {
    const providerUniqueId = `/subscriptions/${owner}/resourcegroups/${machine.resourceGroup}/providers/microsoft.compute/virtualmachines/${name}`;
    return {
      instanceId: uuid(key ^ 0xa2a2, number),
      providerUniqueId,
      nativeType: "Microsoft.Compute/virtualMachines",
      url: `https://portal.azure.com/#@example.onmicrosoft.com/resource${providerUniqueId}`,
    };
  }
  if (account.cloudProvider === "GCP") {
    const zone = `${region}-${"abc"[mix(key, leader, 131) % 3]}`;
    return {
      instanceId: `${1 + (mix(key, number, 132) % 8)}${String(scramble(key, number)).padStart(10, "0")}${String(
        mix(key, number, 133),
      )
        .slice(0, 8)
        .padStart(8, "0")}`,
      providerUniqueId: `https://www.googleapis.com/compute/v1/projects/${owner}/zones/${zone}/instances/${name}`,
      nativeType: "compute#instance",
      url: `https://console.cloud.google.com/compute/instancesDetail/zones/${zone}/instances/${name}?project=${owner}`,
    };
  }
  if (account.cloudProvider === "OCI") {
    const instanceId = `ocid1.instance.oc1.${region}.a${hex}${hex8(mix(key, number, 134))}`;
    return {
      instanceId,
      providerUniqueId: instanceId,
      nativeType: "compute/instance",
      url: `https://cloud.oracle.com/?region=${region}&id=${instanceId}`,
    };
  }
  return { instanceId: "", providerUniqueId: "", nativeType: "VirtualMachine", url: "" };
}
