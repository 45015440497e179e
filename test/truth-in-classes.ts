import type { AssetClass } from "../src/model.ts";
import type { TruthLine } from "./truth.ts";

/** What the types in the emulator's tenants are, said once more and not by the code under test. */
const classOfType: Readonly<Record<string, AssetClass>> = {
  VIRTUAL_MACHINE: "compute",
  VOLUME: "storage",
  BUCKET: "storage",
  STORAGE_ACCOUNT: "storage",
  CONTAINER: "container_instance",
  CONTAINER_IMAGE: "container_image",
  SERVERLESS: "serverless",
  DATABASE: "database",
  KUBERNETES_CLUSTER: "kubernetes",
  LOAD_BALANCER: "network",
  USER_ACCOUNT: "identity",
  SERVICE_ACCOUNT: "identity",
  REPOSITORY_BRANCH: "code",
};

export interface ScopedTruth {
  inside: TruthLine[];
  outside: TruthLine[];
  /** Of those that vanished, what would be inside. */
  vanished: TruthLine[];
}

/** A tenant's truth in some asset classes, and beside them. */
export function truthInClasses(
  classes: readonly AssetClass[],
  truth: readonly TruthLine[],
  vanished: readonly TruthLine[],
): ScopedTruth {
  const types = new Map(
    [...truth, ...vanished].flatMap(({ kind, id, type }) => (kind === "asset" ? [[id, type]] : [])),
  );
  const isInside = ({ kind, id, asset }: TruthLine) => {
    const type = types.get(kind === "asset" ? id : (asset?.externalId ?? ""));
    const found = classOfType[type ?? ""];
    if (found === undefined) throw new Error(`${kind} ${id} is of or on a type that this test does not know: ${type}`);
    return classes.includes(found);
  };
  const { inside = [], outside = [] } = Object.groupBy(truth, (line) => (isInside(line) ? "inside" : "outside"));
  return { inside, outside, vanished: vanished.filter(isInside) };
}
