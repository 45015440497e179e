import type { Integration } from "../../../api/types.ts";

export function Held({ integration }: { integration: Integration }) {
  return <p>{integration.name}</p>;
}
