import { Button, Group, Modal, Stack, Textarea, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError } from "../api/client.ts";
import { useMe } from "../api/me.ts";
import { previewQuery, type RiskAcceptance, useAcceptanceChanges } from "../api/risk-acceptances.ts";
import { useTexts } from "../kit/form.ts";
import { countText } from "../kit/numbers.ts";
import { Failure, messageOf } from "../kit/states.tsx";
import classes from "./acceptance.module.css";
import { dayAhead, endOfDay, usualDays } from "./acceptance-days.ts";
import { AcceptanceFollows } from "./acceptance-follows.tsx";
import { AcceptancePreview } from "./acceptance-preview.tsx";

export interface AcceptanceStart {
  /** What it covers, until someone changes it. */
  scope: string;
  /** Other scopes that are near at hand. */
  choices?: readonly { label: string; scope: string }[];
}

interface AcceptanceFormProps {
  /** The one to be changed; `null`: a new one. */
  acceptance: RiskAcceptance | null;
  start?: AcceptanceStart;
  onClose: () => void;
  /** Called when all findings follow what was saved. */
  onDone?: () => void;
}

/** Accepts a risk, or changes what was said: who answers for it, why, for which findings, until when. */
export function AcceptanceForm({ acceptance, start, onClose, onDone }: AcceptanceFormProps) {
  const me = useMe();
  const { save } = useAcceptanceChanges();
  const [saved, setSaved] = useState<RiskAcceptance | null>(null);
  const form = useTexts(
    {
      owner: acceptance?.owner ?? me.name,
      reason: acceptance?.reason ?? "",
      scope: acceptance?.scope ?? start?.scope ?? "",
      expiresAt: acceptance?.expiresAt.slice(0, 10) ?? dayAhead(90),
    },
    save.error,
  );
  const { owner, reason, scope, expiresAt } = form.values;
  const set = (name: "scope" | "expiresAt", value: string) =>
    form.setValues((before) => ({ ...before, [name]: value }));
  const [asked] = useDebouncedValue(scope.trim(), 300);
  const preview = useQuery({ ...previewQuery(asked), enabled: asked !== "", placeholderData: keepPreviousData });
  const scopeError = asked === "" ? undefined : preview.error;
  if (saved !== null) return <AcceptanceFollows acceptance={saved} onClose={onClose} onDone={onDone} />;
  const isReady = reason.trim() !== "" && owner.trim() !== "" && scope.trim() !== "" && expiresAt !== "";
  return (
    <Modal opened onClose={onClose} title={acceptance === null ? "Accept a risk" : "Change the acceptance"} size="lg">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          const content = { owner, reason, scope, expiresAt: endOfDay(expiresAt) };
          save.mutate({ id: acceptance?.id ?? null, content }, { onSuccess: setSaved });
        }}
      >
        <Stack gap="sm">
          {form.other !== null && <Failure error={otherText(form.other)} title="Not saved" />}
          <Textarea
            label="Reason"
            description="Why these findings may stay as they are. It is shown with each of them."
            required
            autosize
            minRows={2}
            data-autofocus
            {...form.field("reason")}
          />
          <TextInput label="Owner" description="Who answers for it" required {...form.field("owner")} />
          <Stack gap={6}>
            <Textarea
              label="Scope"
              description="A query over findings. What matches later is accepted as it arrives."
              required
              autosize
              minRows={1}
              spellCheck={false}
              className={classes.scope}
              {...form.field("scope")}
              error={form.field("scope").error ?? (scopeError == null ? undefined : messageOf(scopeError))}
            />
            {start?.choices !== undefined && start.choices.length > 1 && (
              <div className={classes.choices}>
                {start.choices.map(({ label, scope: other }) => (
                  <Button
                    key={label}
                    size="compact-xs"
                    variant={other === scope ? "light" : "default"}
                    aria-pressed={other === scope}
                    onClick={() => set("scope", other)}
                  >
                    {label}
                  </Button>
                ))}
              </div>
            )}
          </Stack>
          {asked !== "" && <AcceptancePreview preview={preview} />}
          <Stack gap={6}>
            <TextInput
              label="Expires"
              description="At the end of that day in UTC the findings are open again. A year ahead at most."
              type="date"
              required
              min={dayAhead(1)}
              max={dayAhead(365)}
              {...form.field("expiresAt")}
            />
            <div className={classes.choices}>
              {usualDays.map(({ days, label }) => (
                <Button
                  key={days}
                  size="compact-xs"
                  variant={expiresAt === dayAhead(days) ? "light" : "default"}
                  aria-pressed={expiresAt === dayAhead(days)}
                  onClick={() => set("expiresAt", dayAhead(days))}
                >
                  {label}
                </Button>
              ))}
            </div>
          </Stack>
          <Group justify="flex-end" gap="xs" mt="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending} disabled={!isReady || scopeError != null}>
              {acceptance !== null ? "Save" : verb(preview.isPlaceholderData ? undefined : preview.data?.count)}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function verb(count: number | undefined): string {
  return count === undefined || count === 0 ? "Accept the risk" : `Accept the risk of ${countText(count, "finding")}`;
}

/** A query that is wrong is said at the scope already. */
function otherText(error: unknown): unknown {
  return error instanceof ApiError && error.code === "query" ? new Error(`Scope: ${error.message}`) : error;
}
