import { useState } from "react";
import type { Connector } from "../../../api/connectors.ts";
import { useMe } from "../../../api/me.ts";
import { type Draft, newDraft, parseDraft } from "./draft.ts";

/** Of drafts, while this window lives; a reload forgets them. Secrets go nowhere else. */
const secrets = new Map<string, string>();

export interface DraftStore {
  draft: Draft;
  change(part: Partial<Draft>): void;
  clientSecret: string;
  changeSecret(secret: string): void;
  /** Begins anew. */
  forget(): void;
}

/** What was typed stays when somebody goes to look something up and comes back. */
export function useDraft(connector: Connector): DraftStore {
  // Whoever signs in after somebody else begins with a form of their own.
  const key = `weir.draft.${useMe().userId}.${connector.shortName}`;
  const [draft, setDraft] = useState(() => parseDraft(sessionStorage.getItem(key), newDraft(connector)));
  const [clientSecret, setSecret] = useState(secrets.get(key) ?? "");
  return {
    draft,
    change: (part) =>
      setDraft((before) => {
        const after = { ...before, ...part };
        sessionStorage.setItem(key, JSON.stringify(after));
        return after;
      }),
    clientSecret,
    changeSecret: (secret) => {
      secrets.set(key, secret);
      setSecret(secret);
    },
    forget: () => {
      sessionStorage.removeItem(key);
      secrets.delete(key);
      setDraft(newDraft(connector));
      setSecret("");
    },
  };
}
