import type { Integration } from "../../../api/types.ts";

export function Rejected({ integration }: { integration: Integration }) {
  return <p>{integration.name}</p>;
}
