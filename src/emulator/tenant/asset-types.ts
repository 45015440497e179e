/** How often each type occurs: asset `i` has the type at `i % length`. */
export const typePattern = [
  "VIRTUAL_MACHINE",
  "CONTAINER",
  "CONTAINER_IMAGE",
  "BUCKET",
  "SERVERLESS",
  "VIRTUAL_MACHINE",
  "CONTAINER",
  "DATABASE",
  "CONTAINER_IMAGE",
  "USER_ACCOUNT",
  "VIRTUAL_MACHINE",
  "CONTAINER",
  "CONTAINER_IMAGE",
  "SERVERLESS",
  "VOLUME",
  "VIRTUAL_MACHINE",
  "BUCKET",
  "LOAD_BALANCER",
  "CONTAINER",
  "SERVICE_ACCOUNT",
  "VIRTUAL_MACHINE",
  "CONTAINER_IMAGE",
  "KUBERNETES_CLUSTER",
  "SERVERLESS",
  "STORAGE_ACCOUNT",
  "VIRTUAL_MACHINE",
  "CONTAINER",
  "VIRTUAL_MACHINE",
  "BUCKET",
  "CONTAINER_IMAGE",
  "VIRTUAL_MACHINE",
  "CONTAINER",
  "DATABASE",
  "SERVERLESS",
  "VIRTUAL_MACHINE",
  "USER_ACCOUNT",
  "CONTAINER_IMAGE",
  "BUCKET",
  "VIRTUAL_MACHINE",
  "CONTAINER",
  "REPOSITORY_BRANCH",
  "VIRTUAL_MACHINE",
  "SERVERLESS",
  "VOLUME",
  "CONTAINER",
  "CONTAINER_IMAGE",
  "VIRTUAL_MACHINE",
  "SERVICE_ACCOUNT",
  "DATABASE",
  "BUCKET",
] as const;

export type AssetType = (typeof typePattern)[number];

const vulnerable: ReadonlySet<AssetType> = new Set([
  "VIRTUAL_MACHINE",
  "CONTAINER",
  "CONTAINER_IMAGE",
  "SERVERLESS",
  "REPOSITORY_BRANCH",
]);

const vulnerableSlots = typePattern.flatMap((type, slot) => (vulnerable.has(type) ? [slot] : []));

/** How many of the first `assets` assets have software that can be vulnerable. */
export function countVulnerable(assets: number): number {
  const rest = assets % typePattern.length;
  return (
    Math.floor(assets / typePattern.length) * vulnerableSlots.length +
    vulnerableSlots.filter((slot) => slot < rest).length
  );
}

/** The asset that is number `rank` among those with software. */
export function vulnerableAsset(rank: number): number {
  const block = Math.floor(rank / vulnerableSlots.length);
  return block * typePattern.length + vulnerableSlots[rank % vulnerableSlots.length]!;
}
