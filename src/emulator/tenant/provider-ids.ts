import type { Account } from "./accounts.ts";
import type { AssetType } from "./asset-types.ts";
import { hex8, mix } from "./hash.ts";

/** What a cloud calls a thing: its short id, its unique id, its native type, its console page. */
export interface ProviderIds {
  externalId: string;
  providerUniqueId: string;
  nativeType: string;
  url: string;
}

interface Thing {
  type: AssetType;
  name: string;
  region: string;
  account: Account;
  resourceGroup: string;
  /** Two hash numbers of the thing. */
  key: number;
  index: number;
}

export function providerIds(thing: Thing): ProviderIds {
  if (thing.type === "CONTAINER") return containerIds(thing);
  if (thing.type === "CONTAINER_IMAGE") return imageIds(thing);
  if (thing.type === "REPOSITORY_BRANCH") return branchIds(thing);
  switch (thing.account.cloudProvider) {
    case "AWS":
      return awsIds(thing);
    case "Azure":
      return azureIds(thing);
    case "GCP":
      return gcpIds(thing);
    default:
      return ociIds(thing);
  }
}

function digest(thing: Thing): string {
  let text = "";
  for (let i = 0; i < 8; i++) text += hex8(mix(thing.key, thing.index, 60 + i));
  return text;
}

function awsIds(thing: Thing): ProviderIds {
  const { account, region, name } = thing;
  const hex = digest(thing).slice(0, 16);
  const arn = (service: string, path: string, where = region) =>
    `arn:aws:${service}:${where}:${where === "" && service === "s3" ? "" : account.externalId}:${path}`;
  const url = `https://${region}.console.aws.amazon.com/`;
  switch (thing.type) {
    case "VIRTUAL_MACHINE":
      return {
        externalId: `i-0${hex}`,
        providerUniqueId: arn("ec2", `instance/i-0${hex}`),
        nativeType: "ec2#instance",
        url: `${url}ec2/v2/home?region=${region}#InstanceDetails:instanceId=i-0${hex}`,
      };
    case "VOLUME":
      return {
        externalId: `vol-0${hex}`,
        providerUniqueId: arn("ec2", `volume/vol-0${hex}`),
        nativeType: "ec2#volume",
        url: `${url}ec2/v2/home?region=${region}#VolumeDetails:volumeId=vol-0${hex}`,
      };
    case "BUCKET":
    case "STORAGE_ACCOUNT":
      return {
        externalId: name,
        providerUniqueId: `arn:aws:s3:::${name}`,
        nativeType: "bucket",
        url: `https://s3.console.aws.amazon.com/s3/buckets/${name}`,
      };
    case "SERVERLESS":
      return {
        externalId: arn("lambda", `function:${name}`),
        providerUniqueId: arn("lambda", `function:${name}`),
        nativeType: "lambda#function",
        url: `${url}lambda/home?region=${region}#/functions/${name}`,
      };
    case "DATABASE":
      return {
        externalId: arn("rds", `db:${name}`),
        providerUniqueId: arn("rds", `db:${name}`),
        nativeType: "rds#dbinstance",
        url: `${url}rds/home?region=${region}#database:id=${name}`,
      };
    case "LOAD_BALANCER": {
      const id = arn("elasticloadbalancing", `loadbalancer/app/${name}/${hex}`);
      return {
        externalId: id,
        providerUniqueId: id,
        nativeType: "loadBalancerv2/application",
        url: `${url}ec2/v2/home?region=${region}#LoadBalancers:search=${name}`,
      };
    }
    case "KUBERNETES_CLUSTER":
      return {
        externalId: arn("eks", `cluster/${name}`),
        providerUniqueId: arn("eks", `cluster/${name}`),
        nativeType: "eks#cluster",
        url: `${url}eks/home?region=${region}#/clusters/${name}`,
      };
    case "USER_ACCOUNT":
      return {
        externalId: `arn:aws:iam::${account.externalId}:user/${name}`,
        providerUniqueId: `arn:aws:iam::${account.externalId}:user/${name}`,
        nativeType: "user",
        url: `https://console.aws.amazon.com/iam/home#/users/${name}`,
      };
    default:
      return {
        externalId: `arn:aws:iam::${account.externalId}:role/${name}`,
        providerUniqueId: `arn:aws:iam::${account.externalId}:role/${name}`,
        nativeType: "role",
        url: `https://console.aws.amazon.com/iam/home#/roles/${name}`,
      };
  }
}

const azureTypes: Partial<Record<AssetType, string>> = {
  VIRTUAL_MACHINE: "Microsoft.Compute/virtualMachines",
  VOLUME: "Microsoft.Compute/disks",
  BUCKET: "Microsoft.Storage/storageAccounts/blobServices/containers",
  STORAGE_ACCOUNT: "Microsoft.Storage/storageAccounts",
  SERVERLESS: "Microsoft.Web/sites",
  DATABASE: "Microsoft.Sql/servers/databases",
  LOAD_BALANCER: "Microsoft.Network/applicationGateways",
  KUBERNETES_CLUSTER: "Microsoft.ContainerService/managedClusters",
  USER_ACCOUNT: "User",
  SERVICE_ACCOUNT: "servicePrincipal",
};

function azureIds(thing: Thing): ProviderIds {
  const nativeType = azureTypes[thing.type] ?? "Microsoft.Resources/deployments";
  const hex = digest(thing);
  const guid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-9${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  if (thing.type === "USER_ACCOUNT" || thing.type === "SERVICE_ACCOUNT") {
    return {
      externalId: guid,
      providerUniqueId: guid,
      nativeType,
      url: `https://portal.azure.com/#view/Microsoft_AAD_IAM/${guid}`,
    };
  }
  const [provider, ...parts] = nativeType.split("/");
  const path = parts
    .map(
      (part, i) =>
        `${part}/${i === parts.length - 1 ? thing.name : part === "blobServices" ? "default" : `${thing.resourceGroup}${hex.slice(0, 4)}`}`,
    )
    .join("/");
  const id =
    `/subscriptions/${thing.account.externalId}/resourcegroups/${thing.resourceGroup}/providers/${provider}/${path}`.toLowerCase();
  return {
    externalId: id,
    providerUniqueId: id,
    nativeType,
    url: `https://portal.azure.com/#@example.onmicrosoft.com/resource/${id}`,
  };
}

function gcpIds(thing: Thing): ProviderIds {
  const { account, name, region } = thing;
  const zone = `${region}-${"abc"[mix(thing.key, thing.index, 70) % 3]}`;
  const compute = `https://www.googleapis.com/compute/v1/projects/${account.externalId}`;
  const numeric = String(1e18 + mix(thing.key, thing.index, 71) * 1e9).slice(0, 19);
  const console_ = `https://console.cloud.google.com/home?project=${account.externalId}`;
  switch (thing.type) {
    case "VIRTUAL_MACHINE":
      return {
        externalId: numeric,
        providerUniqueId: `${compute}/zones/${zone}/instances/${name}`,
        nativeType: "compute#instance",
        url: `https://console.cloud.google.com/compute/instancesDetail/zones/${zone}/instances/${name}?project=${account.externalId}`,
      };
    case "VOLUME":
      return {
        externalId: numeric,
        providerUniqueId: `${compute}/zones/${zone}/disks/${name}`,
        nativeType: "compute#disk",
        url: console_,
      };
    case "BUCKET":
    case "STORAGE_ACCOUNT":
      return {
        externalId: name,
        providerUniqueId: `https://www.googleapis.com/storage/v1/b/${name}`,
        nativeType: "storage#bucket",
        url: `https://console.cloud.google.com/storage/browser/${name}`,
      };
    case "SERVERLESS":
      return {
        externalId: name,
        providerUniqueId: `projects/${account.externalId}/locations/${region}/functions/${name}`,
        nativeType: "cloudfunctions#function",
        url: console_,
      };
    case "DATABASE":
      return {
        externalId: name,
        providerUniqueId: `https://sqladmin.googleapis.com/sql/v1beta4/projects/${account.externalId}/instances/${name}`,
        nativeType: "sql#instance",
        url: console_,
      };
    case "LOAD_BALANCER":
      return {
        externalId: numeric,
        providerUniqueId: `${compute}/global/forwardingRules/${name}`,
        nativeType: "compute#forwardingRule",
        url: console_,
      };
    case "KUBERNETES_CLUSTER":
      return {
        externalId: name,
        providerUniqueId: `https://container.googleapis.com/v1/projects/${account.externalId}/locations/${region}/clusters/${name}`,
        nativeType: "container#cluster",
        url: console_,
      };
    case "USER_ACCOUNT":
      return {
        externalId: `${name}@example.com`,
        providerUniqueId: `${name}@example.com`,
        nativeType: "user",
        url: console_,
      };
    default:
      return {
        externalId: `${name}@${account.externalId}.iam.gserviceaccount.com`,
        providerUniqueId: `//iam.googleapis.com/projects/${account.externalId}/serviceAccounts/${name}`,
        nativeType: "iam#serviceAccount",
        url: console_,
      };
  }
}

const ociTypes: Partial<Record<AssetType, [string, string]>> = {
  VIRTUAL_MACHINE: ["instance", "compute/instance"],
  VOLUME: ["volume", "blockstorage/volume"],
  BUCKET: ["bucket", "objectstorage/bucket"],
  STORAGE_ACCOUNT: ["bucket", "objectstorage/bucket"],
  SERVERLESS: ["fnfunc", "functions/function"],
  DATABASE: ["autonomousdatabase", "database/autonomousDatabase"],
  LOAD_BALANCER: ["loadbalancer", "loadbalancer/loadBalancer"],
  KUBERNETES_CLUSTER: ["cluster", "containerengine/cluster"],
  USER_ACCOUNT: ["user", "identity/user"],
  SERVICE_ACCOUNT: ["dynamicgroup", "identity/dynamicGroup"],
};

function ociIds(thing: Thing): ProviderIds {
  const [kind, nativeType] = ociTypes[thing.type] ?? ["resource", "resource"];
  const where = kind === "user" || kind === "dynamicgroup" ? "" : thing.region;
  const id = `ocid1.${kind}.oc1.${where}.${digest(thing).slice(0, 60)}`;
  return {
    externalId: id,
    providerUniqueId: id,
    nativeType,
    url: `https://cloud.oracle.com/?region=${thing.region}&id=${id}`,
  };
}

function containerIds(thing: Thing): ProviderIds {
  const pod = `${thing.name}-${digest(thing).slice(0, 5)}`;
  const id = `${thing.resourceGroup}/${pod}/${thing.name}`;
  return {
    externalId: id,
    providerUniqueId: `k8s/container/${digest(thing).slice(0, 32)}/${id}`,
    nativeType: "container",
    url: thing.account.cloudProvider === "AWS" ? `https://${thing.region}.console.aws.amazon.com/eks/home` : "",
  };
}

function imageIds(thing: Thing): ProviderIds {
  const { account, region, name } = thing;
  const registries: Record<string, string> = {
    AWS: `${account.externalId}.dkr.ecr.${region}.amazonaws.com`,
    Azure: `${thing.resourceGroup.replace(/[^a-z0-9]/g, "")}.azurecr.io`,
    GCP: `${region}-docker.pkg.dev/${account.externalId}`,
    OCI: `${region.slice(0, 3)}.ocir.io/${thing.resourceGroup}`,
  };
  const registry = registries[account.cloudProvider]!;
  const [repository, tag] = name.split(":");
  return {
    externalId: `${registry}/${repository}:${tag}`,
    providerUniqueId: `${registry}/${repository}@sha256:${digest(thing)}`,
    nativeType: "containerImage",
    url: `https://${registry}/${repository}`,
  };
}

function branchIds(thing: Thing): ProviderIds {
  const repository = `https://github.com/example-corp/${thing.name.split("#")[0]}`;
  return {
    externalId: `${repository}##main`,
    providerUniqueId: `${repository}/tree/main`,
    nativeType: "branch",
    url: `${repository}/tree/main`,
  };
}
