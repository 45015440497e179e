import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { api } from "../../api/client.ts";
import { meQuery, setupQuery } from "../../api/session.ts";
import type { Principal } from "../../api/types.ts";
import { useGo } from "../../kit/link.tsx";
import { Failure } from "../../kit/states.tsx";
import { places } from "../../places.ts";
import { Entry } from "./entry.tsx";
import { ownPlace } from "./own-place.ts";

/** Signing in, then on to where one wanted to go. */
export function LoginPage() {
  useDocumentTitle("Sign in · Weir");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const go = useGo();
  const client = useQueryClient();
  const { next } = useSearch({ strict: false });
  const { data: setup } = useQuery(setupQuery);
  useEffect(() => {
    if (setup?.needed === true) go(places.setup, { replace: true });
  }, [setup, go]);
  const signIn = useMutation({
    mutationFn: () => api.post<Principal>("/auth/login", { email, password }),
    onSuccess: (me) => {
      client.clear();
      client.setQueryData(meQuery.queryKey, me);
      go(ownPlace(next), { replace: true });
    },
    onError: () => setPassword(""),
  });
  return (
    <Entry title="Sign in" onSubmit={() => signIn.mutate()}>
      <Stack gap="sm">
        {signIn.isError && <Failure error={signIn.error} title="You are not signed in" />}
        <TextInput
          label="E-mail address"
          type="email"
          name="email"
          autoComplete="username"
          autoFocus
          required
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" size="sm" mt="xs" loading={signIn.isPending}>
          Sign in
        </Button>
      </Stack>
    </Entry>
  );
}
