import { Button, Group, PasswordInput, Stack } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../../api/client.ts";
import { useTexts } from "../../kit/form.ts";
import { Failure } from "../../kit/states.tsx";
import { NewPassword } from "./new-password.tsx";

const empty = { currentPassword: "", newPassword: "" };

/** Changes one's own password. */
export function PasswordForm() {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (values: typeof empty) => api.post("/auth/password", values),
    onSuccess: async () => {
      form.setValues(empty);
      notifications.show({ title: "The password is changed", message: "Your other sessions have ended." });
      await client.invalidateQueries({ queryKey: ["sessions"] });
    },
  });
  const form = useTexts(empty, change.error);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate(form.values);
      }}
    >
      <Stack gap="sm" maw={400}>
        {form.other !== null && <Failure error={form.other} title="The password stays" />}
        <PasswordInput
          label="Present password"
          autoComplete="current-password"
          required
          {...form.field("currentPassword")}
        />
        <NewPassword label="New password" {...form.field("newPassword")} />
        <Group>
          <Button
            type="submit"
            loading={change.isPending}
            disabled={form.values.currentPassword === "" || form.values.newPassword === ""}
          >
            Change password
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
