import { type OcsfEvent, present } from "./base.ts";

const providers: Record<string, string> = {
  aws: "AWS",
  azure: "Azure",
  gcp: "GCP",
  oci: "OCI",
  alibaba: "Alibaba",
  kubernetes: "Kubernetes",
};

const accountTypes: Record<string, readonly [number, string]> = {
  aws: [10, "AWS Account"],
  azure: [13, "Azure Subscription"],
  gcp: [11, "GCP Project"],
  oci: [12, "OCI Compartment"],
};

interface CloudFacts {
  cloud: string | null;
  accountId: string | null;
  accountName: string | null;
  region: string | null;
}

/** The provider is required: where the source does not say, it is "Unknown". */
export function toCloud({ cloud, accountId, accountName, region }: CloudFacts): OcsfEvent {
  const [typeId, type] = accountTypes[cloud ?? ""] ?? [0, "Unknown"];
  const account = present({ uid: accountId, name: accountName });
  const hasAccount = Object.keys(account).length > 0;
  return present({
    provider: cloud === null ? "Unknown" : (providers[cloud] ?? cloud),
    region,
    account: hasAccount ? { ...account, type_id: typeId, type } : null,
  });
}

interface ResourceFacts extends CloudFacts {
  /** The source's id, and Weir's. */
  uid: string | null;
  weirId: string;
  name: string | null;
  type: string | null;
  tags: readonly string[];
  criticality?: number;
}

/** The thing in the cloud. Tags with a value become OCSF's tags, words alone its labels. */
export function toResource(facts: ResourceFacts): OcsfEvent {
  const { uid, weirId, name, type, cloud, region, tags, criticality } = facts;
  const pairs = tags.map((tag) => /^([^:]+):(.+)$/s.exec(tag));
  return present({
    uid: uid ?? weirId,
    uid_alt: uid === null ? null : weirId,
    name,
    type,
    provider: cloud === null ? null : (providers[cloud] ?? cloud),
    region,
    criticality: criticality === undefined ? null : String(criticality),
    labels: tags.filter((_, i) => pairs[i] === null),
    tags: pairs.flatMap((pair) => (pair === null ? [] : [{ name: pair[1], value: pair[2] }])),
  });
}
