import type { Integration } from "../../../api/types.ts";

export function Settings({ integration }: { integration: Integration }) {
  return <p>{integration.name}</p>;
}
