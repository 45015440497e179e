import type { Integration } from "../../../api/types.ts";

export function Runs({ integration }: { integration: Integration }) {
  return <p>{integration.name}</p>;
}
