import { Button, Checkbox, Group, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/client.ts";
import { useMe } from "../../api/me.ts";
import type { User } from "../../api/types.ts";
import { Confirm } from "../../kit/confirm.tsx";
import { useTexts } from "../../kit/form.ts";
import { Failure } from "../../kit/states.tsx";
import { NewPassword } from "../account/new-password.tsx";
import { roleChoices } from "./roles.ts";

/** Adds a user, or changes one; `null` is a new one. */
export function UserForm({ user, onClose }: { user: User | null; onClose: () => void }) {
  const me = useMe();
  const [isRemoving, setRemoving] = useState(false);
  const { form, save, isDisabled, setDisabled } = useUserForm(user, onClose);
  const isMe = user?.id === me.userId;
  if (user !== null && isRemoving) return <RemoveUser user={user} onClose={onClose} />;
  return (
    <Modal opened onClose={onClose} title={user === null ? "Add user" : user.email}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(form.values);
        }}
      >
        <Stack gap="sm">
          {form.other !== null && <Failure error={form.other} title="Not saved" />}
          {user === null && (
            <TextInput label="E-mail address" type="email" required data-autofocus {...form.field("email")} />
          )}
          <TextInput label="Name" {...form.field("name")} />
          <Select
            label="Role"
            data={roleChoices}
            allowDeselect={false}
            disabled={isMe}
            description={isMe ? "Another administrator can change your role." : undefined}
            value={form.values.role}
            onChange={(role) => role !== null && form.setValues((before) => ({ ...before, role }))}
          />
          {!isMe && (
            <NewPassword
              label={user === null ? "Password" : "New password"}
              required={user === null}
              {...form.field("password")}
            />
          )}
          {user !== null && !isMe && (
            <Checkbox
              label="Disabled: cannot sign in, and their tokens do not work"
              checked={isDisabled}
              onChange={(event) => setDisabled(event.currentTarget.checked)}
            />
          )}
          {user !== null && !isMe && (
            <Text fz="xs" c="dimmed">
              Another role, a new password or being disabled ends their sessions.
            </Text>
          )}
          <Group justify="space-between" mt="xs">
            {user !== null && !isMe ? (
              <Button variant="subtle" color="red" onClick={() => setRemoving(true)}>
                Remove …
              </Button>
            ) : (
              <span />
            )}
            <Button type="submit" loading={save.isPending}>
              {user === null ? "Add user" : "Save"}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

interface UserTexts extends Record<string, string> {
  email: string;
  name: string;
  role: string;
  password: string;
}

function useUserForm(user: User | null, onClose: () => void) {
  const client = useQueryClient();
  const [isDisabled, setDisabled] = useState(user?.isDisabled ?? false);
  const initial: UserTexts = {
    email: user?.email ?? "",
    name: user?.name ?? "",
    role: user?.role ?? "viewer",
    password: "",
  };
  const save = useMutation({
    mutationFn: (texts: UserTexts) => (user === null ? addUser(texts) : changeUser(user, texts, isDisabled)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["users"] });
      onClose();
    },
  });
  return { form: useTexts(initial, save.error), save, isDisabled, setDisabled };
}

function addUser({ email, name, role, password }: UserTexts): Promise<User> {
  return api.post("/users", { email, role, password, ...(name !== "" && { name }) });
}

/** Only what is another: the rest would end their sessions for nothing. */
function changeUser(user: User, { name, role, password }: UserTexts, isDisabled: boolean): Promise<User> {
  return api.patch(`/users/${user.id}`, {
    ...(name !== user.name && { name }),
    ...(role !== user.role && { role }),
    ...(password !== "" && { password }),
    ...(isDisabled !== user.isDisabled && { isDisabled }),
  });
}

function RemoveUser({ user, onClose }: { user: User; onClose: () => void }) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.delete(`/users/${user.id}`),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["users"] });
      onClose();
    },
  });
  return (
    <Confirm
      title={`Remove ${user.email}`}
      verb="Remove"
      onClose={onClose}
      onConfirm={() => remove.mutate()}
      isPending={remove.isPending}
      error={remove.error}
    >
      Their sessions end, their API tokens stop working, and their private saved searches are deleted. Shared searches
      and the audit log stay.
    </Confirm>
  );
}
