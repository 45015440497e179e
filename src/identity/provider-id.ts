/** What a provider's unique id says: whose it is, and which instance. */
export interface ProviderId {
  /** In one spelling. */
  id: string;
  cloud: string | null;
  account: string | null;
  /** The machine's own id, where the unique id holds it. */
  instanceId: string | null;
}

/** Takes an ARN, an Azure resource id, a self link of Google or an OCID apart; what is none of them stays as it is. */
export function readProviderId(value: string): ProviderId {
  const text = value.trim();
  return readArn(text) ?? readAzureId(text) ?? readSelfLink(text) ?? readOcid(text) ?? plain(text);
}

function plain(id: string): ProviderId {
  return { id, cloud: null, account: null, instanceId: null };
}

/** `arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc`, in any partition. */
function readArn(text: string): ProviderId | null {
  const match = /^arn:(aws[a-z-]*):([a-z0-9-]+):([a-z0-9-]*):(\d*):(.+)$/i.exec(text);
  if (match === null) return null;
  const [, , service, , account = "", resource = ""] = match;
  const instance = /^ec2$/i.test(service!) ? /^instance\/(.+)$/.exec(resource)?.[1] : undefined;
  return {
    id: text,
    cloud: "aws",
    account: account === "" ? null : account,
    instanceId: instance === undefined ? null : instance.toLowerCase(),
  };
}

/** `/subscriptions/…/resourceGroups/…/providers/…`: Azure does not mind the case. It is made of names. */
function readAzureId(text: string): ProviderId | null {
  const id = text.toLowerCase().replace(/\/$/, "");
  const account = /^\/subscriptions\/([^/]+)\/.+/.exec(id)?.[1];
  return account === undefined ? null : { id, cloud: "azure", account, instanceId: null };
}

/** `https://www.googleapis.com/compute/v1/projects/…/zones/…/instances/NAME`, which is made of names as well. */
function readSelfLink(text: string): ProviderId | null {
  const path =
    /^(?:(?:https?:)?\/\/(?:www|compute)\.googleapis\.com\/(?:compute\/(?:v1|beta|alpha)\/)?)?(projects\/.+)$/i.exec(
      text,
    )?.[1];
  if (path === undefined) return null;
  const id = path.toLowerCase().replace(/\/$/, "");
  const account = /^projects\/([^/]+)\//.exec(id)?.[1] ?? null;
  const instance = /\/instances\/(\d{8,20})$/.exec(id)?.[1] ?? null;
  return account === null ? null : { id, cloud: "gcp", account, instanceId: instance };
}

/** `ocid1.instance.oc1.iad.…`: the same in every view, but it does not say whose compartment it is in. */
function readOcid(text: string): ProviderId | null {
  const id = text.toLowerCase();
  const kind = /^ocid1\.([a-z0-9]+)\.[a-z0-9-]+\..+/.exec(id)?.[1];
  if (kind === undefined) return null;
  return { id, cloud: "oci", account: null, instanceId: kind === "instance" ? id : null };
}

const uuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** How each cloud names a machine; anything else is no instance id. */
const instanceForms: Readonly<Record<string, RegExp>> = {
  aws: /^(i|mi|ws)-[0-9a-z]{8,17}$/,
  azure: uuid,
  gcp: /^\d{8,20}$/,
  oci: /^ocid1\.instance\..+/,
  alibaba: /^i-[0-9a-z]{8,32}$/,
};

/** A machine's own id in its cloud; `null` when it is something else, as the resource id that Wiz shows for Azure. */
export function readInstanceId(cloud: string | null, value: string): string | null {
  const id = value.trim().toLowerCase();
  const form = instanceForms[cloud ?? ""];
  if (form === undefined) return null;
  return form.test(id) && !/^(.)\1*$/.test(id.replaceAll("-", "")) ? id : null;
}
