import { Alert, Button, Code, CopyButton, Group, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { mayActAs, type Role } from "../../../../src/model.ts";
import { api } from "../../api/client.ts";
import { useMe } from "../../api/me.ts";
import { useTexts } from "../../kit/form.ts";
import { Failure } from "../../kit/states.tsx";
import { roleChoices } from "./roles.ts";
import type { ApiToken } from "./tokens.tsx";

const lives = [
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "a year" },
];
const never = { value: "never", label: "never" };

/** Makes a token; its secret is shown once. */
export function TokenForm({ onClose }: { onClose: () => void }) {
  const { role: mine } = useMe();
  const client = useQueryClient();
  const make = useMutation({
    mutationFn: ({ name, role, life }: Record<"name" | "role" | "life", string>) =>
      api.post<ApiToken & { secret: string }>("/tokens", {
        name,
        role,
        expiresInDays: life === never.value ? null : Number(life),
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["tokens"] }),
  });
  const form = useTexts({ name: "", role: "viewer", life: "90" }, make.error);
  const choose = (name: "role" | "life") => (value: string | null) =>
    value !== null && form.setValues((before) => ({ ...before, [name]: value }));
  if (make.data !== undefined) return <Secret token={make.data} onClose={onClose} />;
  return (
    <Modal opened onClose={onClose} title="Make an API token">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate(form.values);
        }}
      >
        <Stack gap="sm">
          {form.other !== null && <Failure error={form.other} title="No token was made" />}
          <TextInput label="Name" description="What will use it" required data-autofocus {...form.field("name")} />
          <Select
            label="Role"
            allowDeselect={false}
            data={roleChoices.filter(({ value }) => mayActAs(mine, value as Role))}
            value={form.values.role}
            onChange={choose("role")}
          />
          <Select
            label="Expires after"
            allowDeselect={false}
            data={mine === "admin" ? [...lives, never] : lives}
            value={form.values.life}
            onChange={choose("life")}
          />
          <Group justify="flex-end" mt="xs">
            <Button type="submit" loading={make.isPending} disabled={form.values.name.trim() === ""}>
              Make the token
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function Secret({ token, onClose }: { token: ApiToken & { secret: string }; onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title={token.name} closeOnClickOutside={false}>
      <Stack gap="sm">
        <Alert color="weir" variant="light" title="Copy it now">
          This is the only time that Weir shows it; Weir itself keeps no more than its hash.
        </Alert>
        <Code block style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
          {token.secret}
        </Code>
        <Text fz="xs" c="dimmed">
          Keep it where your scripts keep secrets, for example in <span className="mono">WEIR_API_TOKEN_FILE</span>.
        </Text>
        <Group justify="flex-end" gap="xs">
          <CopyButton value={token.secret}>
            {({ copied, copy }) => (
              <Button
                variant="default"
                onClick={copy}
                leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
              >
                {copied ? "Copied" : "Copy"}
              </Button>
            )}
          </CopyButton>
          <Button onClick={onClose}>Done</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
