import { Button, Code, Stack, Text, TextInput } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { ApiError, api } from "../../api/client.ts";
import { meQuery, setupQuery } from "../../api/session.ts";
import type { Principal } from "../../api/types.ts";
import { useGo } from "../../kit/link.tsx";
import { Failure } from "../../kit/states.tsx";
import { places } from "../../places.ts";
import { Entry } from "./entry.tsx";
import { NewPassword } from "./new-password.tsx";

const empty = { token: "", name: "", email: "", password: "" };

/** The first start: whoever can read the log makes the first administrator. */
export function SetupPage() {
  useDocumentTitle("Set up · Weir");
  const [form, setForm] = useState(empty);
  const go = useGo();
  const client = useQueryClient();
  const { data: state } = useQuery(setupQuery);
  const setUp = useMutation({
    mutationFn: () => {
      const { name, ...rest } = form;
      return api.post<Principal>("/setup", name.trim() === "" ? rest : { ...rest, name });
    },
    onSuccess: (me) => {
      client.setQueryData(meQuery.queryKey, me);
      client.removeQueries({ queryKey: setupQuery.queryKey });
      go(places.integrations, { replace: true });
    },
  });
  // Whoever has just set it up is on the way to the first page already.
  const isForOthers = state?.needed === false && !setUp.isSuccess;
  useEffect(() => {
    if (isForOthers) go(places.login, { replace: true });
  }, [isForOthers, go]);
  const field = (name: keyof typeof form) => ({
    name,
    value: form[name],
    onChange: (event: { currentTarget: { value: string } }) => {
      const { value } = event.currentTarget;
      setForm((before) => ({ ...before, [name]: value }));
    },
    error: setUp.error instanceof ApiError && setUp.error.field === name ? setUp.error.message : undefined,
  });
  const isShownAtField = setUp.error instanceof ApiError && Object.keys(form).includes(setUp.error.field ?? "");
  return (
    <Entry title="Make the first administrator" onSubmit={() => setUp.mutate()}>
      <Stack gap="sm">
        <Text fz="sm" c="dimmed">
          Weir has no user yet. Its log holds a one-time set-up token: whoever can read the log may begin.
        </Text>
        {setUp.isError && !isShownAtField && <Failure error={setUp.error} title="Not set up" />}
        <TextInput
          label="Set-up token"
          description={
            <>
              In the line <Code fz="xs">weir: there is no user yet …</Code>
            </>
          }
          autoComplete="off"
          spellCheck={false}
          required
          autoFocus
          {...field("token")}
        />
        <TextInput label="Your name" autoComplete="name" {...field("name")} />
        <TextInput label="E-mail address" type="email" autoComplete="username" required {...field("email")} />
        <NewPassword label="Password" {...field("password")} />
        <Button
          type="submit"
          size="sm"
          mt="xs"
          loading={setUp.isPending}
          disabled={form.token === "" || form.email === "" || form.password === ""}
        >
          Set up Weir
        </Button>
      </Stack>
    </Entry>
  );
}
