import type { Cloud } from "../catalogue/rule-template.ts";
import type { Account, Project } from "./accounts.ts";
import { type AssetType, typePattern } from "./asset-types.ts";
import { fraction, keyOf, mix, pick, uuid } from "./hash.ts";
import { type HostFacts, ordinaryHost } from "./host-facts.ts";
import { type ProviderIds, providerIds } from "./provider-ids.ts";

/** What never changes about an asset, and its tags, which follow its version. */
export interface AssetFacts extends ProviderIds {
  index: number;
  id: string;
  name: string;
  type: AssetType;
  cloud: Cloud;
  /** As Wiz writes it, in mixed case; containers say whose Kubernetes they run on. */
  cloudPlatform: string;
  /** `null` for what lives in no cloud account, such as a repository. */
  account: Account | null;
  region: string | null;
  projects: Project[] | null;
  tags: { key: string; value: string }[];
  tagMap: Record<string, string>;
  resourceGroup: string;
  osFamily: OsFamily;
  isWide: boolean;
  isLimited: boolean;
  /** Of virtual machines. */
  host: HostFacts | null;
}

export type OsFamily = "rpm" | "deb" | "apk" | "windows" | "none";

export interface AssetSource {
  idKey: number;
  accountOf(index: number): Account;
  typeOf(index: number): AssetType;
  cloudOf(index: number): Cloud;
  osFamilyOf(index: number): OsFamily;
  platformOf(index: number): string;
  /** `null` for what lives in no cloud account. */
  ownerOf(index: number): Account | null;
  projectsOf(index: number): Project[] | null;
  isExposed(index: number): boolean;
  facts(index: number, version: number): AssetFacts;
}

const apps = [
  "payments",
  "checkout",
  "search",
  "catalog",
  "ledger",
  "auth",
  "gateway",
  "billing",
  "reports",
  "inventory",
  "mailer",
  "ingest",
  "etl",
  "kafka",
  "redis",
  "jenkins",
  "vault",
  "grafana",
  "crm",
  "erp",
];
const roles = ["api", "web", "worker", "db", "cache", "proxy", "batch", "admin", "cron", "edge"];
const people = [
  "alice.meier",
  "bob.tanaka",
  "carla.rossi",
  "dmitri.orlov",
  "eve.nkemelu",
  "farid.haddad",
  "grace.lee",
  "hugo.brun",
  "ines.silva",
  "jürgen.groß",
];
const strangeNames = [
  "<img src=x onerror=alert(1)>",
  '=HYPERLINK("https://example.com","open")',
  "übergröße-données-データ",
  "web'; DROP TABLE asset;--",
  "  spaced  out  ",
  "😀-prod",
];
const platforms: Partial<Record<Cloud, string>> = { AWS: "EKS", Azure: "AKS", GCP: "GKE", OCI: "OKE" };

/** Facts are computed from the seed each time and held in a small cache only. */
export function createAssetSource(seed: number, accounts: Account[]): AssetSource {
  const key = keyOf("asset", seed);
  const idKey = keyOf("asset id", seed);
  const cacheSize = 16_384;
  const cache = new Array<AssetFacts | undefined>(cacheSize);
  const versions = new Int32Array(cacheSize).fill(-1);
  const projectSets = new Map<string, Project[]>();

  const accountOf = (index: number) => accounts[Math.floor(accounts.length * fraction(key, index, 1) ** 1.7)]!;
  const typeOf = (index: number): AssetType => {
    const type = typePattern[index % typePattern.length]!;
    return type === "STORAGE_ACCOUNT" && accountOf(index).cloudProvider !== "Azure" ? "BUCKET" : type;
  };
  const cloudOf = (index: number): Cloud => {
    const type = typePattern[index % typePattern.length]!;
    return type === "REPOSITORY_BRANCH"
      ? "GitHub"
      : type === "CONTAINER"
        ? "Kubernetes"
        : accountOf(index).cloudProvider;
  };
  const osFamilyOf = (index: number): OsFamily => {
    const u = fraction(key, index, 2);
    const type = typePattern[index % typePattern.length]!;
    if (type === "VIRTUAL_MACHINE") return u < 0.16 ? "windows" : u < 0.6 ? "rpm" : "deb";
    if (type === "CONTAINER" || type === "CONTAINER_IMAGE") return u < 0.5 ? "deb" : u < 0.8 ? "apk" : "rpm";
    return "none";
  };

  const platformOf = (index: number) =>
    cloudOf(index) === "Kubernetes" ? platforms[accountOf(index).cloudProvider]! : cloudOf(index);
  const ownerOf = (index: number) => (cloudOf(index) === "GitHub" ? null : accountOf(index));
  const isWideOf = (index: number) => fraction(key, index, 8) < 0.09;
  const isLimitedOf = (index: number) => !isWideOf(index) && fraction(key, index, 9) < 0.08;

  function projectsOf(index: number): Project[] | null {
    const account = accountOf(index);
    if (account.linkedProjects === null) return null;
    const extra = mix(key, index, 3) % 8;
    if (extra !== 0) return account.linkedProjects;
    const other = accounts[mix(key, index, 4) % accounts.length]!.linkedProjects?.[0];
    if (other === undefined) return account.linkedProjects;
    const name = `${account.index}+${other.id}`;
    const set = projectSets.get(name) ?? [...new Set([...account.linkedProjects, other])];
    projectSets.set(name, set);
    return set;
  }

  function compute(index: number, version: number): AssetFacts {
    const account = accountOf(index);
    const type = typeOf(index);
    const cloud = cloudOf(index);
    const app = pick(key, index, 5, apps);
    const name = nameOf(key, index, type, app);
    const resourceGroup = `${app}-${account.name.split("-")[0]}`;
    const region =
      cloud === "GitHub" || type === "USER_ACCOUNT" || type === "SERVICE_ACCOUNT"
        ? null
        : pick(key, index, 6, account.regions);
    const tags = tagsOf(key, index, app, account, version);
    const isWide = isWideOf(index);
    const osFamily = osFamilyOf(index);
    const ids = providerIds({ type, name, region: region ?? "", account, resourceGroup, key, index });
    return {
      index,
      id: uuid(idKey, index),
      name,
      type,
      cloud,
      cloudPlatform: platformOf(index),
      account: ownerOf(index),
      region,
      projects: projectsOf(index),
      tags,
      tagMap: Object.fromEntries(tags.map((tag) => [tag.key, tag.value])),
      resourceGroup,
      osFamily,
      isWide,
      isLimited: isLimitedOf(index),
      host:
        type === "VIRTUAL_MACHINE"
          ? ordinaryHost({
              key,
              index,
              name,
              externalId: ids.externalId,
              isWide,
              isWindows: osFamily === "windows",
              seed,
            })
          : null,
      ...ids,
    };
  }

  return {
    idKey,
    accountOf,
    typeOf,
    cloudOf,
    osFamilyOf,
    platformOf,
    ownerOf,
    projectsOf,
    isExposed: (index) => isWideOf(index) || isLimitedOf(index),
    facts(index, version) {
      const slot = index % cacheSize;
      const held = cache[slot];
      if (held !== undefined && held.index === index && versions[slot] === version) return held;
      const made = compute(index, version);
      cache[slot] = made;
      versions[slot] = version;
      return made;
    },
  };
}

function nameOf(key: number, index: number, type: AssetType, app: string): string {
  const number = index.toString(36);
  const role = pick(key, index, 10, roles);
  switch (type) {
    case "BUCKET":
    case "STORAGE_ACCOUNT":
      return `corp-${app}-${pick(key, index, 11, ["assets", "logs", "backup", "exports", "tfstate", "raw"])}-${number}`;
    case "CONTAINER_IMAGE":
      return `${app}-${role}:${mix(key, index, 12) % 9}.${mix(key, index, 13) % 30}.${index}`;
    case "USER_ACCOUNT":
      return `${pick(key, index, 14, people)}${index}`;
    case "SERVICE_ACCOUNT":
      return `svc-${app}-${role}-${number}`;
    case "REPOSITORY_BRANCH":
      return `${app}-${role}-${number}#main`;
    case "VIRTUAL_MACHINE":
    case "CONTAINER":
      return mix(key, index, 15) % 331 === 0
        ? `${pick(key, index, 16, strangeNames)} ${number}`
        : `${app}-${role}-${number}`;
    default:
      return `${app}-${role}-${number}`;
  }
}

function tagsOf(
  key: number,
  index: number,
  app: string,
  account: Account,
  version: number,
): { key: string; value: string }[] {
  if (mix(key, index, 17) % 6 === 0 && version === 0) return [];
  const tags = [
    { key: "app", value: app },
    { key: "env", value: account.name.split("-")[0]! },
  ];
  if (mix(key, index, 18) % 2 === 0) tags.push({ key: "Owner", value: `${pick(key, index, 19, people)}@example.com` });
  if (mix(key, index, 20) % 3 === 0)
    tags.push({ key: "cost-center", value: String(4000 + (mix(key, index, 21) % 200)) });
  if (mix(key, index, 22) % 211 === 0) tags.push({ key: "note", value: pick(key, index, 23, strangeNames) });
  if (version > 0) tags.push({ key: "revision", value: String(version) });
  return tags;
}
