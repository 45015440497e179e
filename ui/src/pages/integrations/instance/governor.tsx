import type { Integration } from "../../../api/types.ts";

export function Governor({ integration }: { integration: Integration }) {
  return <p>{integration.name}</p>;
}
