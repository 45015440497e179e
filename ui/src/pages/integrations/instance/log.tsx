import type { Integration } from "../../../api/types.ts";

export function Log({ integration }: { integration: Integration }) {
  return <p>{integration.name}</p>;
}
